"""Mutations of a protein: `variant` reads their notation, `variants` places them on a structure."""
