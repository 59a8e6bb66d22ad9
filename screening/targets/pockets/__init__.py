"""Where a ligand could bind: points around the surface, judged by a trained ranker, gathered into pockets.

The ranker sees nothing but polymer atoms; ligands, waters and ions never enter its features.
"""
