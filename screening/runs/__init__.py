"""Screening runs: a plan in, a ledger, scores and hits out.

- ``plan``, ``site``: `ScreenPlan` and its content key, and the binding site it names
- ``screen``, ``division``, ``score``: run a plan in a run directory or go on with it, batch by batch on the workers
- ``learning``, ``sample``: a fast stand-in of a slow model learns on some of the library what that would prefer
- ``scores``, ``top``, ``hits``, ``enrichment``: from score parts to the ranking, and how early it finds actives
- ``run``, ``status``, ``journal``, ``estimate``: a run read back, watched, logged, and priced before it starts
- ``why``: the fate of any compound; ``damage``: what is damaged in a run
- ``decisions``: what reviewers decided, as an append-only log that can be verified
"""
