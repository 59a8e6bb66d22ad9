"""What a view draws: atoms, ligands and poses, sites and contacts, with camera, colours, labels and styles."""
