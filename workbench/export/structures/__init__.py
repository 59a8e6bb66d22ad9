"""Hits in their site for programs that draw: PyMOL, ChimeraX, Fragalysis.

- `scene`: target, site and posed hits, whatever the program; `scene_of_run` makes it of a run
- `posed_files`: the SDF and PDB files beside a script
- `write_pymol`, `write_pymol_session`, `write_chimerax`, `write_fragalysis`: one program each
"""
