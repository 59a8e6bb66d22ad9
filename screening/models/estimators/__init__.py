"""What is fitted: one estimator per file, a line each in `catalog`, and the kernels and similarities they share.

- ``kernel_ensemble``: the accurate model, made of ``gaussian_process`` on ``kernels``, ``boosting`` and
  ``random_trees``
- ``similarity_ensemble``: the fast model; ``similar_compounds``: nearest neighbours; ``matrix_model``: any scikit-learn
  regressor; ``baselines``: what every model is held against
- ``similarity_to_actives``: ranking by a few known actives
- ``shared_kernel``: the kernel of all compounds, for all fits to parts of them; ``training_cost``: how long fits take
- ``expansion``: a Gaussian process as a sum over features; ``blockwise``: numbers that do not depend on the batch
"""
