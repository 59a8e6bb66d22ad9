"""Reaction libraries: products that could be made from reagents, described and never enumerated.

- ``reaction``: one reaction, which reagents fit it and what it makes; ``catalog``: common reactions by name
- ``protecting_groups``: what has to come off, and which reaction takes it off
- ``reagents``: reading reagent files; ``scheme``: the file that names reactions and reagents
- ``reaction_library``: the products of a scheme, by number; ``synthons``: similarity and substructure over all of them
"""
