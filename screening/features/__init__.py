"""Fingerprints and descriptors: one block per file, all listed in ``catalog``.

- ``molecule_features``, ``count_table``: those of many molecules as arrays
- ``stored_features``, ``library_features``: those of a prepared library, worked out once and kept with it
- ``compound_blocks``, ``packed_features``: what every prepared library holds

One fingerprint or descriptor block a file: ``morgan``, ``feature_morgan``, ``atom_pair``, ``topological_torsion``,
``long_torsion``, ``maccs``, ``rdkit_path``, ``avalon``, ``atom_type_pair`` and ``atom_types`` (pairs of atoms told
apart by what is around them), ``descriptors``; ``hashing`` is what their feature numbers share.
"""
