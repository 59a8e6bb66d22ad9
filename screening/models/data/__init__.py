"""Measured values in: units, relations, replicates, labels, dates.

`measurements` reads a table of affinities and `labels` one of active and inactive, by way of `delimited` and
`row_labels`; `layout` recognises what ChEMBL, BindingDB and PubChem export and `layout_rows` reads it; `measured_value`
parses one cell; `units` converts and `unit_check` finds a wrong unit; `replicates` joins values of one compound;
`dates` reads dates for splits by time.
"""
