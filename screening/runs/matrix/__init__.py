"""A library against many targets and models in one pass.

- ``targets``: which targets a folder, a list or a FASTA file names
- ``plan``: the columns of the matrix (a model bound to a target each), and the key of what is asked
- ``many_targets``: what depends on a compound alone is done once for all targets of a family
- ``score_rows``: one batch: what every model needs of a compound is worked out once; ``selectivity``: how much better a
  compound is predicted to bind one target than the others
- ``matrix``: the run: batches to workers, the best to the hit list; ``matrix_run``: a run folder read back
- ``ensemble``: a library docked into many structures of one target
"""
