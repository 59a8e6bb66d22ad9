"""2D grids of compounds."""
