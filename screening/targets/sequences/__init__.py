"""Sequences compared: `alignment` scores and identities, `clusters` clusters and finds homologs."""
