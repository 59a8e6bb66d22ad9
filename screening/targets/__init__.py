"""Protein targets: what a structure holds, whether it can be trusted and where a ligand could bind.

Biopython is imported here and nowhere else.

- ``target``: `Target`, `ResidueId`, `Chain`, `HeteroGroup`; ``symmetry``: `Assembly`, `Crystal`
- ``site``: `BindingSite`
- ``read``: one entry point for every structure and sequence format, recognised by content (``formats``); ``read_pdb``,
  ``read_mmcif``, ``read_bcif``, ``read_fasta`` make a ``raw`` structure, of which ``altlocs``, ``polymers`` and
  ``groups`` make a target
- ``write``: PDB and mmCIF text; ``describe``: facts as JSON values; ``assembly``: biological assemblies
- ``download``: fetch an entry from RCSB or AlphaFold DB, only when asked
- ``site_around``: sites from a ligand, residues or a point; ``site_features``, ``site_comparison``, ``superpose``
- ``quality``, ``crystal``, ``surface_area``: can it be trusted, and where
- ``pockets``: where a ligand could bind, ranked by a trained model
- ``variant``, ``variants``: protein variants read from text and placed on a structure
- ``sequences``, ``alignment``: alignments, identities, clusters
- ``survey``, ``triage``: a folder of structures read in parallel with a ledger, and ranked
"""
