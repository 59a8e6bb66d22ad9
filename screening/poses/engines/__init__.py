"""Docking engines: one file each, and the `catalog`.

- `engine`: what an engine is to the rest of the project
- `rustina_engine`, `vina_engine`: Python packages; `smina_program`, `gnina_program`: programs on the PATH
"""
