"""Affinity models: training, honest evaluation, calibrated prediction, storage.

- ``affinity``: `AffinityKind`, `Predictions`, the `AffinityModel` protocol and `ModelCard`
- ``catalog``: the estimators that can be trained
"""
