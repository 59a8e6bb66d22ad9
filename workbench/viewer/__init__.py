"""3D views of targets, sites and hits, built on py3Dmol, that draw with no network.

Each view shows itself in a notebook, has ``save_html(path)`` and ``html()``, and ``py3dmol`` for everything 3Dmol.js
can do.

- `view_target`: a whole target, coloured by chain, confidence, B-factor or any number for each residue
- `view_site`: a binding site with its ligand, contacts and pocket surface
"""

from workbench.viewer.javascript import allow_download
from workbench.viewer.site_view import view_site
from workbench.viewer.target_view import view_target
from workbench.viewer.view import View

__all__ = ["View", "allow_download", "view_site", "view_target"]
