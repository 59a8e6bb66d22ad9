"""A real Slurm of one node on the loopback interface, and the small real screen of the tests of runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

# The same library, model, plan and undisturbed run as the tests of runs have.
from tests.screening.runs.conftest import library, model, plan, run, source  # noqa: F401

_CONFIG = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={daemon}
SlurmUser=root
AuthType=auth/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory=2000 State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=60 State=UP OverSubscribe=YES:4
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A running Slurm; gives its folder. SLURM_CONF is set while it runs."""
    with running_slurm(tmp_path_factory.mktemp("slurm")) as folder:
        yield folder


@pytest.fixture
def small_slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Slurm that takes six jobs at a time, running, waiting or just ended, and refuses others."""
    with running_slurm(tmp_path_factory.mktemp("small"), "MaxJobCount=6\nMinJobAge=300\n") as folder:
        yield folder


@contextlib.contextmanager
def running_slurm(folder: Path, lines: str = "") -> Iterator[Path]:
    """Start a Slurm of one node in a folder, with more lines in its configuration; skip where it cannot be."""
    missing = [name for name in ("slurmctld", "slurmd", "munged", "sbatch") if shutil.which(name) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"a real Slurm needs root and slurm-wlm with munge ({', '.join(missing) or 'not root'})")
    for name in ("state", "spool"):
        (folder / name).mkdir()
    host = socket.gethostname().split(".")[0]
    ports = {"controller": free_port(), "daemon": free_port()}
    config = folder / "slurm.conf"
    config.write_text(_CONFIG.format(host=host, folder=folder, cores=os.cpu_count(), **ports) + lines)
    munged = _start_munge()
    before = os.environ.get("SLURM_CONF")
    os.environ["SLURM_CONF"] = str(config)
    processes = []
    try:
        for program in ("slurmctld", "slurmd"):
            processes.append(
                subprocess.Popen([program, "-D", "-f", config], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
        deadline = time.monotonic() + 60
        while "idle" not in subprocess.run(["sinfo", "-h", "-o", "%t"], capture_output=True, text=True).stdout:
            if time.monotonic() > deadline:
                pytest.fail(f"Slurm did not start: {(folder / 'slurmctld.log').read_text()[-2000:]}")
            time.sleep(0.5)
        yield folder
    finally:
        subprocess.run(["scancel", "--full", "--user", "root"], capture_output=True)
        time.sleep(1)
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(20)
        if munged is not None:
            munged.terminate()
            munged.wait(20)
        del os.environ["SLURM_CONF"]
        if before is not None:
            os.environ["SLURM_CONF"] = before


def _start_munge() -> subprocess.Popen[bytes] | None:
    """Start munged unless one answers already."""
    if subprocess.run(["munge", "-n"], capture_output=True).returncode == 0:
        return None
    Path("/run/munge").mkdir(exist_ok=True)
    shutil.chown("/run/munge", "munge")
    process = subprocess.Popen(["su", "munge", "-s", "/bin/sh", "-c", "exec munged --foreground"])
    deadline = time.monotonic() + 20
    while subprocess.run(["munge", "-n"], capture_output=True).returncode and time.monotonic() < deadline:
        time.sleep(0.2)
    return process
