"""The next molecules around a compound: proposed from several sources, judged, and told what is new in each.

- ``joining`` puts fragments in the place of others (cut as `screening.compounds.series.cuts` does)
- ``fragment_table``: fragments in context of a whole library, counted and stored
- ``matched_pairs``: what exchanging one fragment for another did to measured values
- ``replacement_list``: replacements of medicinal chemistry with their references
- ``sources``: one file per source of designs, listed in its catalog
- ``constraints``: what may change and within which windows; ``judge``: predictions, alerts, synthetic accessibility and
  the nearest compound of a library; ``ranking``: the order in which no series fills the list, and what is told of all
- ``design``: from a compound to a list
"""
