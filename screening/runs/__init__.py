"""Screening runs: a plan in, a ledger, scores and hits out.

- ``plan``: `ScreenPlan` and its content key
- ``score_batch``: the pure function run on the workers
- ``screen``: run a plan in a run directory, resume it
- ``hits``: the ranking
- ``why``: the fate of any compound
"""
