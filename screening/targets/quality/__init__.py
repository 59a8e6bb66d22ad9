"""Can a structure be trusted: `quality_report` is the whole, `site_quality` that of a site, the others find one kind of
fault each.

- ``finding``: one thing found; ``crystal``: resolution, R factors, model; ``incomplete_residues``: atoms not seen
- ``ligand_geometry``: bond lengths of bound ligands
"""
