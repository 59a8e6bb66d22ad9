"""Protein targets: what a structure holds, whether it can be trusted and where a ligand could bind.

Biopython is imported here and nowhere else.

- ``target``: `Target`, `ResidueId`, `Chain`, `HeteroGroup`
- ``site``: `BindingSite`
- ``read``: one entry point for every structure and sequence format, by content
- ``download``: fetch an entry from RCSB or AlphaFold DB, only when asked
"""
