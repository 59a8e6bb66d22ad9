"""Hit lists to files: one file per format, listed in ``catalog``."""
