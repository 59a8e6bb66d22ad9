"""Docking as a layer of a run: the folder ``RUN/poses/`` with its own plan, ledger, parts and receipts.

- `dock`: the best hits of a screen (`dock_run`), or a whole library by structure alone (`dock_library`)
- `docking_plan`: what decides the result; `docking_batches`: one batch on a worker; `docking`: the layer read back
- `known_ligands`: how well the score ranks known ligands of the site among decoys of the library
"""
