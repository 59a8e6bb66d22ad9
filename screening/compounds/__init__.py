"""Compound libraries: reading, standardising, filtering, preparing, profiling, searching.

Wings, each on those before it:

- ``files``: records in, whatever the format (SMILES, SDF, MOL2, CSV, Parquet, Excel, ZIP)
- ``standardisation``: from a structure to its parent: salts off, groups drawn one way, charges neutralised
- ``substructure_prescreen``, ``rules``: properties and alerts, and what is flagged or dropped by them
- ``library``: a prepared library on disk: made, opened, profiled, written out
- ``search``: similarity, picks and clusters on its fingerprints
- ``series``: R-groups and matched pairs of measured compounds, and how molecules are cut for them
- ``reactions``: products that reagents could make, never enumerated

On top: ``compound`` (identity keys and the schema of a prepared library), ``fingerprint`` (the one stored with it),
``scaffold`` and ``inchi``.
"""
