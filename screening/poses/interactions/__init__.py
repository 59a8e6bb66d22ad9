"""Contacts between a ligand and its site, and what is made of them.

- `contact`: what a contact is, and the limits of each kind with their sources
- `find_contacts`: contacts of one ligand, by `ligand_roles` and `site_roles` (what each atom can do), `geometry`
  (angles, where hydrogens can be) and `ring_contacts`
- `surroundings`: what a pose, or a ligand of the structure, has around it
- `fingerprint`: contacts across many poses; `summary`: contacts in a line; `conditions`: contacts that a pose must have
"""
