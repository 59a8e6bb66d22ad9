"""Preloaded by the nannies of job workers (``--preload-nanny``): the worker each starts blocks SIGINT in every thread.

Jobs are ended by SIGTERM, and an interrupt that lands in RDKit would give wrong numbers (see `screening.interrupts`).
A worker somebody starts without this works in a child process instead.
"""

from __future__ import annotations

import signal
from multiprocessing import resource_tracker

if hasattr(signal, "pthread_sigmask"):
    # The tracker unblocks SIGINT behind itself when it starts, so it has to be there first.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
