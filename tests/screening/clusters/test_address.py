"""Somebody else's scheduler: nobody there, no workers, other versions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster

from screening.clusters.address import open_address
from screening.clusters.catalog import open_client
from screening.clusters.lean_scheduler import SCHEDULER_OPTIONS
from screening.errors import ClusterError, UsageError


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """A plain scheduler on the loopback interface, without workers."""
    with LocalCluster(
        n_workers=0, host="127.0.0.1", scheduler_port=0, scheduler_kwargs=SCHEDULER_OPTIONS, silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


def test_nobody_there() -> None:
    with (
        pytest.raises(ClusterError, match=r"tcp://127\.0\.0\.1:9: no Dask scheduler answers there"),
        open_address("tcp://127.0.0.1:9", timeout_seconds=1, insecure=True),
    ):
        pass


def test_no_address_at_all() -> None:
    with (
        pytest.raises(ClusterError, match="rubbish: is no address; expected tls://HOST:PORT"),
        open_address("rubbish", timeout_seconds=1),
    ):
        pass


def test_a_scheduler_without_workers(scheduler: str) -> None:
    with (
        pytest.raises(ClusterError, match=r"the scheduler has no worker after 0\.5 s"),
        open_address(scheduler, worker_seconds=0.5, insecure=True),
    ):
        pass


def test_a_worker_with_other_versions_is_named(tmp_path: Path, scheduler: str) -> None:
    for name, version in (("rdkit", "1999.1"), ("pyarrow", "0.1")):
        folder = tmp_path / f"{name}-{version}.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    worker = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli.dask_worker", scheduler, "--no-nanny", "--no-dashboard"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stderr=subprocess.DEVNULL,
    )
    try:
        with (
            pytest.raises(ClusterError) as caught,
            open_address(scheduler, timeout_seconds=60, insecure=True),
        ):
            pass
    finally:
        worker.terminate()
        worker.wait()
    assert "runs other versions than this client: rdkit 1999.1 instead of" in str(caught.value)
    assert "pyarrow 0.1 instead of" in str(caught.value)


def test_backends_that_are_not_there() -> None:
    words = "there is no cluster backend 'cloud'; expected one of local, slurm"
    with pytest.raises(UsageError, match=words), open_client("cloud"):
        pass
    with open_client(workers=0) as client:
        assert client is None
