"""Measured values in: units, relations, replicates, labels, dates.

`measurements` reads a table of affinities and `labels` one of active and inactive, both by way of the reader of
tables of compounds; `layout` recognises what ChEMBL, BindingDB, PubChem and people export and `layout_rows` reads it;
`layout_words` knows the words of its cells; `typed_text` puts them in plain characters, `written_number` takes a cell
apart and `measured_value` converts it; `units` knows the units and `unit_check` finds a wrong one; `replicates` joins
values of one compound; `row_labels` keeps what else a row says; `dates` reads dates for splits by time.
"""
