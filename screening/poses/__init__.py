"""How a ligand would sit in a binding site.

- `pose`: what a pose is: coordinates with bond orders, origin, scores, probability to be right
- ``receptor``: the protein made ready; ``ligand_states``: what of a compound is docked; ``engines``: docking programs
- `placement`: a ligand into a receptor; ``files``: poses in and out
- `mutant`: the side chain of a variant built onto the structure
- ``interactions``: contacts; ``checks``: whether a pose is physically sensible
"""
