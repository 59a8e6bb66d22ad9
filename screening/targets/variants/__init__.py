"""Mutations of a protein: `notation` reads their notation, `placed_variants` places them on a structure."""
