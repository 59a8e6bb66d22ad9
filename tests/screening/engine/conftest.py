from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

# Workers and child processes import the jobs of these tests by name.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def two_workers() -> Iterator[Client]:
    """A client with two worker processes under real nannies."""
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as cluster,
        Client(cluster) as client,
    ):
        yield client
