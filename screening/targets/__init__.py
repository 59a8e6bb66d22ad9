"""Protein targets: what a structure holds, whether it can be trusted and where a ligand could bind.

Biopython is imported here and nowhere else. Wings, each on those before it:

- ``entities``: what the atoms of a structure are: polymer, ligand, water, metal, conformer
- ``files``: structure and sequence files in and out, to a target
- ``ligands``: bound ligands as molecules, with bond orders
- ``sequences``: alignment, identity, clusters
- ``sites``: binding sites: placed, described, compared, superposed
- ``pockets``: where a ligand could bind, ranked by a trained model
- ``variants``: protein variants read from text and placed on a structure
- ``quality``: can a structure be trusted, and where
- ``triage``: a folder of structures read in parallel with a ledger, and ranked

On top: ``target`` (`Target`, `ResidueId`, `Chain`, `HeteroGroup`, `CovalentBond`), ``binding_site`` (`BindingSite`),
``raw_structure`` (what every reader hands over), ``component`` (bonds that a file or dictionary lists), ``symmetry``
and ``assembly`` (biological assemblies), ``surface_area``, ``title`` (titles in sentence case), ``describe`` (facts as
JSON values).
"""
