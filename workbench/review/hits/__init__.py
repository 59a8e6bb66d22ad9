"""The evidence as the review page shows it.

- ``hit_data``: the table, packed for the list, and the row that a decision names; ``one_hit``: neighbours,
contributions
- ``site_scene``, ``poses``: the binding site in 3D and what stands in it; ``charts``: points of the linked charts
- ``svg_attributes``: drawings under a strict content policy
"""
