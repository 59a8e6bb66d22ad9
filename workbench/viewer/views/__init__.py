"""One view a file: target, site, pockets, pose, hits, variants, comparison.

`target_view`, `site_view`, `pockets_view`, `pose_view`, `poses_view`, `hits_view`, `variants_view`, `compare_view`.
"""
