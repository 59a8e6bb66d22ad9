"""The one place where the layers of a run meet: everything known about each compound, as one table.

Grid, page, exports, dossier, review page and ``hits --json`` read `table`, so their columns and numbers agree.

- ``table``: `evidence(run, records or top, columns)`, and the same batch by batch
- ``column``: what a column is: title, unit, decimals, whether a higher number is better
- ``rows``: the compounds asked for
- ``text``: numbers as text, the same digits everywhere
- ``catalog``: the blocks of columns, one file each: ``identity``, ``affinity``, ``nearest_known``, ``properties``,
  ``alerts``, ``novelty``, ``off_targets``, ``cluster``, ``pose``, ``interactions``, ``decision``, ``input_columns``
- ``training``: what the run keeps of the compounds its model was trained on
"""
