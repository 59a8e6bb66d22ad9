"""Which of the poses of a ligand is right: `features` of each pose, the trained `ranker`, and `rank`, which orders them
and gives each a probability to lie within 2 Å.
"""
