"""Models of affinity, activity and similarity to actives: training, honest evaluation, calibrated prediction, storage.

Wings: ``data`` (measured values in: IC50, Ki, units, replicates, labels), ``estimators`` (what is fitted),
``evaluation`` (splits by scaffold, cluster or time, leakage, metrics, intervals), ``cards`` (what is written about a
model), ``pairs`` (compounds by targets), ``tables`` (a table of compounds by targets, filled) and ``panel``
(off-targets). On top:

- ``affinity``: the kinds of numbers, `Predictions`, the `AffinityModel` protocol
- ``prediction_table``: predictions for SMILES as a table, and the target they are asked for
- ``training_set``, ``train``, ``train_actives``: from compounds with values, labels or known actives to a model
- ``twins``: which training compound a compound is
- ``trained``, ``activity_model``, ``actives_model``: the fitted models, on ``fitted_model``
- ``first_stage``, ``stand_in``: what chooses, in a screen, the compounds that a slow model scores
- ``classification``: tests of models of active and inactive; ``learning_curve``: what more data would bring
- ``card``: what a model says about itself; ``fingerprint_index``: exact similarity to many compounds
- ``explain``: why a number
- ``storage``, ``rebuild``: models on disk
"""
