"""How a ligand would sit in a binding site.

- `pose`: what a pose is: coordinates with bond orders, origin, scores, probability to be right
- ``receptor``: the protein made ready; ``ligand_states``: what of a compound is docked; ``engines``: docking programs
- `placement`: a ligand into a receptor, also from where another one lies (`templates`), settled there (`relaxation`);
  ``files``: poses in and out
- ``ranking``: the order of poses and the probability to be right; `rmsd`: how far two poses lie apart
- `atom_types`: AutoDock types of atoms
- `mutant`: the side chain of a variant built onto the structure
- ``interactions``: contacts; ``checks``: whether a pose is physically sensible
"""
