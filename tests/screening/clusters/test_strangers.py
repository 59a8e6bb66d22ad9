"""Another user of the same machine gets into nothing that local workers open."""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from distributed import LocalCluster
from jupyter_client.manager import KernelManager
from jupyter_client.session import Session

from screening.clusters.lean_scheduler import SCHEDULER_OPTIONS
from screening.clusters.local import open_local

STRANGER = Path(__file__).with_name("stranger.py")


def listening() -> list[int]:
    """Return the TCP ports that this process and its children listen on; fails if one is beyond loopback."""
    here = psutil.Process()
    found = []
    for process in (here, *here.children(recursive=True)):
        for connection in process.net_connections(kind="inet"):
            if connection.status == psutil.CONN_LISTEN:
                assert connection.laddr.ip in ("127.0.0.1", "::1")
                found.append(connection.laddr.port)
    return sorted(set(found))


def told(ports: list[int]) -> dict[str, dict[str, str]]:
    """Return what a user with another id reached."""
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("becoming another user needs root and the program setpriv")
    other = pwd.getpwnam("nobody")
    become = ["setpriv", f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups"]
    if subprocess.run([*become, sys.executable, "-c", "import distributed"], capture_output=True).returncode:
        pytest.skip("another user cannot run this Python")
    done = subprocess.run(
        [*become, sys.executable, STRANGER, *map(str, ports)], capture_output=True, text=True, timeout=200,
        env={**os.environ, "HOME": "/nonexistent"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert answer["uid"] == other.pw_uid
    return {port: ways for port, ways in answer["reached"].items() if ways}


def test_nobody_else_gets_in() -> None:
    before = listening()
    with open_local(workers=1) as client:
        assert client.scheduler is not None
        assert client.scheduler.address.startswith("tls://")
        ports = [port for port in listening() if port not in before]
        # A scheduler, a worker, its nanny and the client's comm; no dashboard, no metrics.
        assert 3 <= len(ports) <= 4
        assert told(ports) == {}
        assert client.submit(sum, (1, 2)).result(timeout=30) == 3, "strangers at the door stop nothing"


def test_the_stranger_knows_how_to_get_in() -> None:
    """Without authentication the same attempts succeed: the test above can fail."""
    before = listening()
    with LocalCluster(
        n_workers=0, host="127.0.0.1", scheduler_port=0, scheduler_kwargs=SCHEDULER_OPTIONS, silence_logs=50
    ):
        reached = told([port for port in listening() if port not in before])
    assert {way for ways in reached.values() for way in ways} >= {"plain"}
    assert str(os.getuid()) in {text for ways in reached.values() for text in ways.values()}


@contextlib.contextmanager
def running(kernel: KernelManager) -> Iterator[list[int]]:
    """Start a kernel of Jupyter and wait until it answers; give the ports that it opened."""
    before = listening()
    kernel.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = kernel.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        yield [port for port in listening() if port not in before]
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)


def test_nobody_else_runs_code_in_a_kernel() -> None:
    """What SECURITY.md says of Jupyter on a shared machine: messages are signed, and `ipc` opens no port for them."""
    with running(kernel := KernelManager(transport="tcp")) as ports:
        assert len(ports) >= 4
        assert {way for ways in told(ports).values() for way in ways} <= {"greeting"}, "only that ZeroMQ is there"
        assert Path(kernel.connection_file).stat().st_mode & 0o077 == 0, "the key is its owner's"
    with running(KernelManager(transport="ipc")) as ports:
        # ipykernel keeps one port, on which its own children hand it what they print; nothing comes out of it.
        assert len(ports) <= 1
        assert {way for ways in told(ports).values() for way in ways} <= {"greeting"}


def test_the_stranger_knows_how_to_ask_a_kernel() -> None:
    """With a key that was guessed right the same attempt succeeds: the test above can fail."""
    with running(KernelManager(transport="tcp", session=Session(key=b"guessed"))) as ports:
        assert "frontend" in {way for ways in told(ports).values() for way in ways}
