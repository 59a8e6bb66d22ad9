"""Cluster backends: each opens a Dask client and nothing more; ``catalog`` lists them.

- ``local``, ``address``, ``jobqueue`` (with ``submission``): workers here, somebody's scheduler, jobs of a queue
- ``certificates``, ``without_http``: every connection is encrypted and mutually authenticated, and no other port opens
- ``without_main``: workers do not run the user's script again
- ``lean_scheduler``, ``block_interrupt``, ``versions``: what the processes that are started keep, block and must run
"""
