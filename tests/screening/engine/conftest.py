from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client

from screening.clusters.local import open_local

# Workers and child processes import the jobs of these tests by name.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def two_workers() -> Iterator[Client]:
    """A client with two worker processes under real nannies."""
    with open_local(workers=2) as client:
        yield client
