"""A prepared library: made once from compound files, opened at once, described, and written out again.

`prepare` makes it and `prepared_library` opens it; `library_plan` is what makes two preparations equal;
`describe_record` and `standardise_batch` are the work on a record and on a batch; `mark_duplicates` and `duplicates`
find equal parents; `time_limit` ends a record that takes too long; `extra_columns` keeps the other columns of the
input; `rejection_warning` tells of an unusual share of bad records; `preparation_cost` estimates; `profile` describes;
`write_library` writes; `damage` tells what was damaged.
"""
