"""Compound libraries: reading, standardising, filtering, preparing, profiling, searching.

- ``compound``: `Compound`, the identity keys and the schema of a prepared library
- ``record``, ``stream``, ``columns``, ``formats``: raw records of compound files, one ``read_<format>`` file each
- ``standardise``, ``shortcut``, ``drawing``, ``salts``, ``tautomer``: from a structure to its parent
- ``fingerprint``, ``properties``, ``rotatable_bonds``, ``rules``, ``alerts``: what is stored and judged of a parent
- ``describe``, ``patience``: all of that for one record, within a time limit
- ``prepare``, ``library_plan``, ``standardise_batch``, ``duplicates``, ``settle_batch``, ``alarm``: a library on disk
- ``library``, ``write_library``, ``inchi``: a prepared library that was opened, and written for other programs
- ``profile``, ``overview``: what is in a library
- ``similarity``, ``diversity``: search, picks and clusters on its fingerprints
"""
