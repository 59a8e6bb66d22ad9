"""Fingerprints and descriptors: one block per file, all listed in ``catalog``.

- ``molecule_features``, ``count_table``: those of many molecules as arrays
- ``stored_features``, ``library_features``: those of a prepared library, worked out once and kept with it
- ``compound_blocks``, ``packed_features``: what every prepared library holds
"""
