"""Where designs come from: one source a file, all listed in ``catalog``.

- ``proposal``: what a source gives; ``fragments``, ``matched_pairs``, ``replacements``, ``reactions``
"""
