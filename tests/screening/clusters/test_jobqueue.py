"""Job scripts can be read without running them."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import dask_jobqueue
import pytest

from screening.clusters import submission
from screening.clusters.jobqueue import SYSTEMS, JobOptions, job_script, open_jobs, walltime_seconds
from screening.errors import ClusterError, UsageError

#: How each system writes the walltime of 2 h 30 min, the queue and the account.
LINES = {
    "slurm": ["#SBATCH -t 02:30:00", "#SBATCH -p long", "#SBATCH -A chem", "#SBATCH --cpus-per-task=1"],
    "pbs": ["#PBS -l walltime=02:30:00", "#PBS -q long", "#PBS -A chem"],
    "sge": ["#$ -l h_rt=02:30:00", "#$ -q long", "#$ -P chem"],
    "lsf": ["#BSUB -W 02:30", "#BSUB -q long", '#BSUB -P "chem"'],
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_the_script_says_what_was_asked_for(name: str) -> None:
    options = JobOptions(queue="long", account="chem", walltime="02:30:00", prologue=("module load chem",))
    script = job_script(SYSTEMS[name], options)
    lines = script.splitlines()
    for line in LINES[name]:
        assert any(each.startswith(line) for each in lines), script
    assert "module load chem" in lines
    assert "export OMP_NUM_THREADS=1" in lines
    worker = lines[-1]
    assert "--nthreads 1" in worker
    assert "--nanny" in worker
    assert "--lifetime 7650s --lifetime-stagger 450s" in worker, "ends before the walltime of 9000 s"
    assert "--protocol tls://" in worker
    assert "--tls-key" in worker


def test_loopback_is_encrypted_too() -> None:
    script = job_script(SYSTEMS["slurm"], JobOptions(interface="lo", skip=("--mem",), directives=("--exclusive",)))
    assert "--protocol tls://" in script
    assert "--worker-class screening.clusters.without_http.Worker" in script
    assert "--mem" not in script.replace("--memory-limit", "")
    assert "#SBATCH --exclusive" in script


def test_walltimes() -> None:
    assert walltime_seconds("00:10:00") == 600
    assert walltime_seconds("2-01:00:05") == 49 * 3600 + 5
    for wrong in ("10", "1:2:3", "01:60:00", "4h"):
        with pytest.raises(UsageError, match="expected HH:MM:SS"):
            walltime_seconds(wrong)


def test_a_machine_without_the_system_is_told() -> None:
    name = next((name for name in ("lsf", "pbs") if shutil.which(SYSTEMS[name].submit) is None), None)
    if name is None:
        pytest.skip("this machine has every queueing system")
    words = f"there is no program {SYSTEMS[name].submit} on this machine"
    with pytest.raises(ClusterError, match=words), open_jobs(SYSTEMS[name]):
        pass


#: Takes three jobs and refuses the others, as a limit of jobs does; each call leaves how many others ran beside it.
_SBATCH = """#!/bin/sh
touch {place}/now.$$
ls {place} | grep -c now >> {place}/beside
n=$(ls {place} | grep -c taken)
sleep 0.02
rm {place}/now.$$
[ $n -ge 3 ] && echo "sbatch: error: Job violates accounting/QOS policy (job submit limit)" >&2 && exit 1
touch {place}/taken.$$
echo Submitted batch job $$
"""


def test_many_jobs_are_not_as_many_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "sbatch"
    program.parent.mkdir()
    program.write_text(_SBATCH.format(place=tmp_path), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(submission, "PAUSE_SECONDS", 0.0)
    told = submission.Submissions()
    job_class = submission.reporting(dask_jobqueue.SLURMCluster, told).job_cls

    async def submit_all() -> list[object]:
        jobs = [job_class("tls://127.0.0.1:1", name=str(at), cores=1, memory="1GB") for at in range(40)]
        return await asyncio.gather(*(job._submit_job("script") for job in jobs), return_exceptions=True)

    outcomes = asyncio.run(submit_all())
    refused = [each for each in outcomes if isinstance(each, RuntimeError)]
    assert len(outcomes) - len(refused) == told.taken >= 3
    assert told.refused == len(refused) > 0
    assert told.reason == "Job violates accounting/QOS policy (job submit limit)"
    assert max(map(int, (tmp_path / "beside").read_text().split())) <= submission.AT_ONCE
