"""An off-target panel: small models of many targets that hold no training compound.

- ``additive_process``: a Gaussian process that predicts with a sum over hashed features
- ``panel``: the models of all targets with their card, on disk and in memory
- ``panel_table``: its predictions as a table
- ``train_target``: fit, calibrate and test the model of one target
"""
