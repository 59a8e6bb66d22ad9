"""What every piece of page has in common: how it shows itself, its colours and its 2D depictions.

- ``fragment``: `Fragment`, something that draws itself in a notebook and saves itself as a page
- ``theme``: colours that colour-blind readers can tell apart, and the style sheet
- ``depiction``: molecules drawn in 2D
- `interaction_map` (laid out by `map_layout`): a ligand in 2D with the residues it touches; `interaction_barcode`: the
  contacts of many poses

- ``cell``: which notebook cell is running, and which one carries the scripts
- ``live``: the link between a page in a notebook and Python
"""
