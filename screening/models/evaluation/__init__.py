"""How good a model is: splits, leakage, metrics, intervals and probabilities, each beside a baseline.

`splits` divides by scaffold, cluster, time or as the user says (`chosen_splits`); `evaluate` and `classification` test
on what was left out; `leakage` reports near twins between the sides; `metrics` and `ranking` are the numbers;
`conformal` calibrates intervals and `probability` probabilities; `finished_fits` keeps what was done when training is
interrupted.
"""
