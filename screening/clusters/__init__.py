"""Cluster backends: each opens a Dask client and nothing more; ``catalog`` lists them."""
