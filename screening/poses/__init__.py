"""How a ligand would sit in a binding site: preparation, placement, checks, interactions."""
