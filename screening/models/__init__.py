"""Models of affinity, activity and likeness: training, honest evaluation, calibrated prediction, storage.

- ``affinity``: the kinds of numbers, `Predictions`, the `AffinityModel` protocol
- ``measurements``, ``measured_value``, ``labels``, ``delimited``, ``row_labels``, ``dates``, ``units``, ``unit_check``,
  ``replicates``: from a file to compounds with one value each
- ``catalog``: the estimators that can be trained: ``kernel_ensemble`` (accurate), ``similarity_ensemble`` (fast),
  ``matrix_model``, ``similar_compounds``, and what they are made of: ``kernels``, ``gaussian_process``, ``boosting``,
  ``random_trees``
- ``train``, ``train_actives``, ``train_sequence``: measured values or labels, known actives, many targets at once
- ``trained``, ``activity_model``, ``actives_model``, ``sequence``: the fitted models, on ``fitted``, ``training_set``,
  ``stages``, ``neighbours`` and ``steady``
- ``likeness``, ``pair_regression``, ``low_rank``, ``pair_boosting`` (on ``pair_process``, ``pair_neighbours`` and
  ``pair_solver``): the methods behind actives and many targets
- ``stand_in``, ``expansion``: what chooses, in a screen, the compounds that a slow model scores
- ``splits``, ``chosen_splits``, ``baselines``, ``metrics``, ``ranking``, ``leakage``, ``evaluate``, ``classification``,
  ``sequence_report``: what is said of a model, beside what
- ``conformal``, ``probability``: intervals and probabilities that hold
- ``card``, ``training_card``, ``card_text``, ``comparison``, ``learning_curve``: cards, and models side by side
- ``explain``, ``selectivity``: why a number, and against which other targets
- ``storage``, ``rebuild``: models on disk
"""
