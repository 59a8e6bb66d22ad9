"""What several commands print: `print_card` of a model, `print_prediction` of a compound,
`print_poses` of ligands, `print_filled` of a table whose gaps were filled, `print_interrupted` of what is kept.

`metavars` has the words that every ``--help`` uses for what a parameter takes.
"""
