"""The one mechanism of all parallel work: prepare, screen, dock, triage.

Ordered batches go to a pure function on a worker, which writes an atomic part file and hands back a
small receipt. Receipts on disk are what makes any job resumable.

- ``ledger``: the states a record can end in, and how they are counted
- ``files``: atomic writes
- ``parts``: part files, their receipts and checksums
- ``lock``: one process at a time in a folder
- ``batches``: run the batches, serially or on a Dask client
- ``flight``: the batches a cluster is working on, a bounded number of them
- ``shelter``, ``sheltered``: a child process for work that Ctrl-C must not reach, or that may never end
- ``guard``, ``attempts``, ``divisible``, ``isolation``: what happens when a batch raises, hangs or kills its worker
"""
