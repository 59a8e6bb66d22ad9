"""Hit lists to files: one ``write_<format>`` file per format, listed in ``catalog``.

Every export carries the columns of `screening.runs.hits.HIT_SCHEMA` and is stamped with the manifest of the
run, inside the file where the format has a place for it, else in ``FILE.manifest.json`` beside it.
"""
