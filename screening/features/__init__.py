"""Fingerprints and descriptors: one block per file, all listed in ``catalog``."""
