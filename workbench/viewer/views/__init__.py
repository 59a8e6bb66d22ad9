"""One view a file: target, site, pockets, pose, hits, variants, comparison."""
