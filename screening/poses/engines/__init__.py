"""Docking engines: one file each, and the `catalog`.

- `engine`: what an engine is to the rest of the project; `pdbqt_poses`: coordinates out of PDBQT
- `rustina_engine`, `vina_engine`: Python packages
- `command_line`: programs on the PATH: `vina_program`, `smina_program`, `gnina_program`
"""
