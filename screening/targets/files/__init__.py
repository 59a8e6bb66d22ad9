"""Structure and sequence files in and out, and downloads on request.

`read` makes a target of any of them, by way of `formats` (suffixes), ``read_*`` (one format each), ``*_header`` and
`raw` (what every reader hands over); `write` writes targets; `download` and `entries` fetch from public archives.
"""
