"""3D views of targets, sites and hits, built on py3Dmol, that draw with no network.

Each view shows itself in a notebook, has ``save_html(path)`` and ``html()``, and ``py3dmol`` for everything 3Dmol.js
can do.

- `view_target`: a whole target, coloured by chain, confidence, B-factor or any number for each residue
- `view_site`: a binding site with its ligand, contacts and pocket surface
- `view_pose`: a posed ligand in its site
- `view_hits`: a list of hits beside the site; choosing one shows its pose
- `view_poses`: several poses beside the site; choosing one shows it
- `view_compare`: sites or poses beside each other, linked
- `view_pockets`: ranked pockets
- `view_variants`: protein variants

In the folders: `views` (one view a file) and `scene` (what a view draws). Beside them `view` (what every view is),
`flat` (its picture where scripts may not run) and `javascript` (3Dmol.js from the package, never from the network).
"""

from workbench.viewer.javascript import allow_download
from workbench.viewer.scene.pose import Pose
from workbench.viewer.view import View
from workbench.viewer.views.compare_view import Compared, view_compare
from workbench.viewer.views.hits_view import view_hits
from workbench.viewer.views.pockets_view import view_pockets
from workbench.viewer.views.pose_view import view_pose
from workbench.viewer.views.poses_view import view_poses
from workbench.viewer.views.site_view import view_site
from workbench.viewer.views.target_view import view_target
from workbench.viewer.views.variants_view import view_variants

__all__ = [
    "Compared",
    "Pose",
    "View",
    "allow_download",
    "view_compare",
    "view_hits",
    "view_pockets",
    "view_pose",
    "view_poses",
    "view_site",
    "view_target",
    "view_variants",
]
