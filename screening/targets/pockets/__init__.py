"""Where a ligand could bind: points around the surface, judged by a trained ranker, gathered into pockets.

The ranker sees nothing but polymer atoms; ligands, waters and ions never enter its features.

- ``find``: pockets of a target, each a ``pocket``; ``ranker``: the shipped models, ``point_model``, ``pocket_model``
- ``surface``, ``enclosure``, ``point_features``: points around the protein and what is near each
- ``candidates``: points gathered into candidate pockets; ``druggability``: how likely a drug-like ligand fits
"""
