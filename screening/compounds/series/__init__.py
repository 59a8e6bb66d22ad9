"""What compounds of a series have in common, and what their differences did to measured values.

- ``cuts``: a molecule cut at single bonds into fragments and their surroundings
- ``matched_pairs``: exchanges of one fragment for another among all compounds, with their mean change
- ``change``: what differs between two compounds, and what the same exchange did in other pairs
- ``r_groups``: compounds around their common core, and which group each has where
"""
