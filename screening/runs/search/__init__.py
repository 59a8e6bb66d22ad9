"""Search: most of the best compounds of a library after asking an expensive oracle about a few percent of it.

- ``plan``: everything that decides a search, and its key
- ``oracles``: what can be asked: a table, a program, a model, docking; or a person, by way of ``ask_tell``
- ``space``: what a search looks through; ``library_space``: a prepared library; ``reactions``: a reaction library
- ``feature_source``: features in memory, or read part by part
- ``surrogate``: the Gaussian process that predicts the answers not yet asked for; ``acquisition``: whom to ask next
- ``recall``: how many of the best have been found, estimated with an interval
- ``tiers``: what may be asked for at all; ``estimate``: what a search will cost, before it starts
- ``rounds``: what a search folder holds, round by round; ``search``: run it or go on with it
"""
