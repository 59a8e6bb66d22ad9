"""Binding sites: what one is (`binding_site`), `site_around` a ligand, residues or a point, and how sites are described
and compared.

`site_features` says what a site is made of; `superpose` lays structures on each other; `site_comparison` compares two.
"""
