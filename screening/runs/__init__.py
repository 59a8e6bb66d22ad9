"""Screening runs: a plan in, a ledger, scores and hits out.

- ``plan``, ``site``: `ScreenPlan` and its content key, and the binding site it names
- ``screen``, ``batching``, ``score``: run a plan in a run directory or go on with it, batch by batch on the workers
- ``fit_stand_in``, ``sample``: a fast stand-in of a slow model learns on some of the library what that would prefer
- ``scores``, ``top_scores``, ``hits``, ``enrichment``: from score parts to the ranking, and how early it finds actives
- ``run``, ``run_folder``, ``status``, ``journal``, ``estimate``: a run read back, watched, logged, and priced before
  it starts
- ``open_folder``: whatever run lies in a folder; ``damage``: what is damaged in it; ``why``: the fate of any compound
- ``evidence``: the one table in which all that is known about a compound meets
- ``scoring``: one number for several aims with its interval, and the Pareto front
- ``docking``: poses of the hits of a run, or of a whole library
- ``search``: most of the best compounds of a library after asking an oracle about a few percent
- ``results``: assay results joined to the predictions as they were made; ``comparison``: two runs side by side
- ``matrix``: a library against many targets and models in one pass; ``design``: the next molecules around a compound
- ``decisions``: what reviewers decided, as an append-only log that can be verified
"""
