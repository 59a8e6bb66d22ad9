"""Two hosts in network namespaces with a shared folder: one is cut off in the middle of a run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from screening.clusters.certificates import make_certificates
from screening.runs.plan import ScreenPlan
from screening.runs.run import ScreenRun

pytestmark = [pytest.mark.cluster, pytest.mark.slow]

#: Two hosts on a link of their own; nothing of it reaches beyond this machine.
HEAD, HAND = ("wb-head", "10.77.0.1"), ("wb-hand", "10.77.0.2")


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@pytest.fixture
def hosts() -> Iterator[None]:
    try:
        ip("netns", "add", HEAD[0])
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("network namespaces need root and the program ip")
    try:
        ip("netns", "add", HAND[0])
        ip("link", "add", "wb0", "netns", HEAD[0], "type", "veth", "peer", "name", "wb1", "netns", HAND[0])
        for (host, address), link in ((HEAD, "wb0"), (HAND, "wb1")):
            ip("-n", host, "addr", "add", f"{address}/24", "dev", link)
            ip("-n", host, "link", "set", link, "up")
            ip("-n", host, "link", "set", "lo", "up")
        yield
    finally:
        for host, _ in (HEAD, HAND):
            subprocess.run(["ip", "netns", "delete", host], capture_output=True)


def on(host: str, *arguments: object, **options: object) -> subprocess.Popen[str]:
    command = ["ip", "netns", "exec", host, sys.executable, "-m", *map(str, arguments)]
    return subprocess.Popen(command, text=True, stdout=subprocess.DEVNULL, **options)  # type: ignore[call-overload, no-any-return]


def test_a_host_that_is_cut_off_costs_only_its_batch(
    tmp_path: Path, hosts: None, plan: ScreenPlan, run: ScreenRun
) -> None:
    certificates = make_certificates(tmp_path / "certificates")
    tls = ["--tls-ca-file", certificates / "ca.pem", "--tls-cert", certificates / "certificate.pem",
           "--tls-key", certificates / "key.pem", "--protocol", "tls"]  # fmt: skip
    quiet = {"stderr": subprocess.DEVNULL}
    address = f"tls://{HEAD[1]}:8786"
    # A worker that is silent for this long is given up.
    ttl = {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "5s"}
    out = tmp_path / "run"
    processes = [
        on(HEAD[0], "distributed.cli.dask_scheduler", "--host", HEAD[1], "--port", 8786, "--no-dashboard", *tls,
           env={**os.environ, **ttl}, **quiet),
    ]  # fmt: skip
    for host, at in (HEAD, HAND):
        processes.append(
            on(
                host,
                "distributed.cli.dask_worker",
                address,
                "--host",
                at,
                "--nthreads",
                1,
                "--no-dashboard",
                *tls,
                **quiet,
            )
        )
    try:
        command = ["workbench.cli.main", "screen", "--library", plan.library, "--model", plan.model, "--out", out,
                   "--top", 50, "--certificates", certificates, "--scheduler"]  # fmt: skip
        plain = on(HEAD[0], *command, address.replace("tls", "tcp"), stderr=subprocess.PIPE)
        assert "is not encrypted" in plain.communicate(timeout=60)[1]
        time.sleep(5)
        screen = on(HEAD[0], *command, address, stderr=subprocess.PIPE)
        while screen.poll() is None and not list(out.glob("receipts/part-*.json")):
            time.sleep(0.002)
        ip("-n", HAND[0], "link", "set", "wb1", "down")
        _, errors = screen.communicate(timeout=200)
        assert screen.returncode == 0, errors
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert (out / "hits.parquet").read_bytes() == (run.folder / "hits.parquet").read_bytes()
    assert "2 workers with 2 threads at tls://10.77.0.1:8786" in (out / "run.log").read_text()
