"""Poses in and out: `write_poses` (SDF), `read_poses` (ours and those of other programs)."""
