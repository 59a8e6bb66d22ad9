"""Figures on matplotlib."""
