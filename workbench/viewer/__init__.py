"""3D views on py3Dmol, and their offline JavaScript."""
