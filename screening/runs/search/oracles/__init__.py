"""What a search can ask: one file per oracle, listed in ``catalog``.

- ``oracle``: what every oracle is and what it answers
- ``table``: answers that a file holds already; ``command``: a program; ``model``: a saved model;
  ``dock``: docking into a site
- ``laboratory``: a person or an assay, asked and told by CSV
"""
