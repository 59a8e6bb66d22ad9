"""Compound libraries: reading, standardising, filtering, preparing, profiling, searching.

- ``compound``: the identity keys and the schema of a prepared library
- ``record``, ``stream``, ``columns``, ``formats``: raw records of compound files, one ``read_<format>`` file each
- ``standardise``, ``shortcut``, ``drawing``, ``salts``, ``tautomer``: from a structure to its parent
- ``fingerprint``, ``properties``, ``rotatable_bonds``, ``rules``, ``alerts``, ``nibr``: what is stored and judged
  of a parent
- ``graphs``, ``graphs_of_smiles``, ``surroundings``, ``batch_properties``: many molecules as arrays, for speed
- ``questions``, ``query_text``: which patterns a molecule cannot hold
- ``describe``, ``patience``: all of that for the records of a batch, or for one within a time limit
- ``prepare``, ``library_plan``, ``standardise_batch``, ``duplicates``, ``settle_batch``, ``alarm``: a library on disk
- ``preparation_cost``: what that will take, from a sample
- ``library``, ``write_library``, ``inchi``: a prepared library that was opened, and written for other programs
- ``profile``, ``overview``: what is in a library
- ``queries``, ``similarity``, ``diversity``: search, picks and clusters on its fingerprints
"""
