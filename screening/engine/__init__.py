"""The one mechanism of all parallel work: prepare, screen, dock, triage.

Ordered batches go to a pure function on a worker, which writes an atomic part file and hands back a small receipt.
Receipts on disk are what makes any job resumable.

- ``ledger``: the states a record can end in, and how they are counted
- ``files``, ``replace_folder``: atomic writes; ``leftovers``: what ended processes left
- ``parts``: part files, their receipts and checksums; ``read_part``: the one reader of parts, which checks them
- ``csv_table``: the one writer of tables that a spreadsheet opens
- ``estimator_files``: fitted estimators on disk, their parts under names that outlive the code
- ``lock``: one process at a time in a folder
- ``batch``, ``batches``: a batch, and running many, serially or on a Dask client; ``progress``: how far
- ``in_flight``: the batches a cluster is working on, a bounded number of them
- ``child_process``, ``child_main``: a child process for work that Ctrl-C must not reach, or that may never end
- ``limits``, ``attempts``, ``splittable``, ``isolation``: what happens when a batch raises, hangs or kills its worker
"""
