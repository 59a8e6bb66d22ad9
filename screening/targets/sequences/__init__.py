"""Sequences compared: `alignment` scores and identities, `sequences` clusters and finds homologs."""
