"""Hit lists to files: one ``write_<format>`` file per format, listed in ``catalog``.

Every export carries the columns of `screening.runs.hits.HIT_SCHEMA`; the manifest of the run lies beside it in
``FILE.manifest.json``, and inside where the format has a place for it.
"""
