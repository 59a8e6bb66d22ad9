"""Compounds by targets: models that predict from the sequence of a target, or fill a table with gaps.

`sequence` is the model that screens use, `train_sequence` and `sequence_report` make and test it; ``pair_*`` and
`low_rank` are estimators of tables; `selectivity` puts a compound beside all targets of a model.
"""
