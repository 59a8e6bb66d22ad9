"""Compound libraries: reading, standardising, filtering, preparing, profiling.

- ``compound``: `Compound`, the identity keys and the schema of a prepared library
- ``record``: a raw record of a compound file, before any chemistry
- ``formats``: one ``read_<format>`` file per format and the suffix catalog
- ``standardise``: raw record to parent
- ``prepare``: files to a prepared library on disk
- ``library``: a prepared library that was opened
"""
