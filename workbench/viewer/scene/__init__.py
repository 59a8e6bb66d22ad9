"""What a view draws: atoms, ligands and poses, sites and contacts, with camera, colours, labels and styles.

- `scene`: the commands that a view sends to 3Dmol.js; `atoms`, `pose`, `site_parts`, `contact_drawing`: what is drawn;
  `differences`: in what two sites differ
- `camera`, `colouring`, `style`, `labels`, `legend_key`: how
"""
