"""Properties and alerts, and the rules that flag or drop compounds by them.

`properties` defines them with RDKit and `batch_properties` computes the same for a whole batch at once;
`rotatable_bonds` and `nibr` are definitions of their own; `alerts` finds substructure alerts; `rules` reads what a
user asks for and applies it.
"""
