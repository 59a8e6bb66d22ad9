"""Compounds by targets: models that predict from the sequence of a target, or fill a table with gaps.

A model of a protein family, the one that is shipped for kinases: ``domain_profile`` finds its domains in a sequence,
``training_target`` says which target of the training it is, ``residue_kernel`` compares targets and ``limited_pairs``
fits pairs of which some are limits; ``family_model`` and ``bound_family`` are the model and `family` holds its other
parts; ``family_table`` is what it is trained on, ``train_family`` and ``family_report`` make and test it.
`sequence` is its predecessor, which compared whole sequences; `train_sequence` and `sequence_report` made and tested
it. ``pair_*`` and `low_rank` are estimators of tables; `selectivity` puts a compound beside all targets of a model.
"""
