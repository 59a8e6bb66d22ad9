"""Hit lists to files: one ``write_<format>`` file per format, listed in ``catalog``.

Every export starts from the columns of `screening.runs.hits.HIT_SCHEMA`; the manifest of the run lies beside it in
``FILE.manifest.json`` (`stamp`), by which `verify` checks it, and inside where the format has a place for it.

- `stamp`: what every export says of its origin; `verify`: is it still what was written
- `chosen`: the rows asked for, of evidence and decisions; `columns`: headings, units and decimals of columns
- `write_*`: one format each; `structures`: the formats of programs that draw hits in their site
"""
