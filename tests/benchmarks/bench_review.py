"""The log of decisions and the review server under load, on loopback and bounded.

    python tests/benchmarks/bench_review.py RUN [--seconds 10] [--writers 50] [--kills 20] [--real-time]

Prints durable decisions a second through the server with all writers at once, beside the floor of this disk (lines
appended with one flush each by one process); acknowledged decisions lost over kills (must be 0); processor time to
verify 100,000 decisions; and the size and time of the packed list. RUN is any finished run; it is copied first.

On a machine that others use too, --real-time (Linux, root) gives server and writers the processor before them, so the
rate is that of the server and not of the machine's load.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

from screening.runs.decisions.event import Event
from screening.runs.decisions.log import DecisionLog
from screening.runs.decisions.verify import verify
from screening.runs.run import open_run


def start(run: Path) -> tuple[subprocess.Popen[str], int, str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "workbench.cli.main", "review", "serve", str(run), "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout is not None
    split = urlsplit(process.stdout.readline().split()[-1])
    assert split.port is not None
    return process, split.port, split.query.removeprefix("token=")


def warm(port: int, token: str) -> None:
    """Wait until the server has worked out what the first page needs."""
    for path in ("/api/site", "/api/hits", "/api/next"):
        asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Authorization": f"Bearer {token}"})
        with urllib.request.urlopen(asked, timeout=120) as answer:
            answer.read()
    time.sleep(3)


def processor_time(pid: int) -> float:
    """Return the processor seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def writer(port: int, token: str, records: list[int], until: float, done: list[int]) -> None:
    """Send decisions one after the other over one connection; note the number of each acknowledged line."""
    reader, stream = await asyncio.open_connection("127.0.0.1", port)
    turn = 0
    try:
        while time.monotonic() < until:
            body = json.dumps({"records": [records[turn % len(records)]], "verdict": ("accept", "hold")[turn % 2]})
            stream.write(
                f"POST /api/decisions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            answer = json.loads(await reader.readexactly(length))
            done.append(answer["undo"])
            turn += 1
    except (OSError, asyncio.IncompleteReadError):
        return  # the server was killed
    finally:
        stream.close()


async def load(port: int, token: str, records: list[int], writers: int, seconds: float) -> list[int]:
    until, done = time.monotonic() + seconds, list[int]()
    await asyncio.gather(*(writer(port, token, records[k:] + records[:k], until, done) for k in range(writers)))
    return done


def floor(folder: Path, seconds: float) -> float:
    """Return lines a second that one process appends with one flush each."""
    path, count, until = folder / "floor", 0, time.monotonic() + seconds
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    while time.monotonic() < until:
        os.write(descriptor, b"x" * 400 + b"\n")
        os.fsync(descriptor)
        count += 1
    os.close(descriptor)
    return count / seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--real-time", action="store_true")
    given = parser.parse_args()
    if given.real_time:
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))  # the servers inherit it
    folder = Path(tempfile.mkdtemp(prefix="bench_review"))
    try:
        run = Path(shutil.copytree(given.run, folder / "run", ignore=shutil.ignore_patterns("review")))
        opened = open_run(run)
        records = opened.hits().column("record").to_pylist()
        records = [one for one, rank in zip(records, opened.hits().column("rank").to_pylist()) if rank <= 100]
        process, port, token = start(run)
        warm(port, token)
        before = processor_time(process.pid)
        done = asyncio.run(load(port, token, records, given.writers, given.seconds))
        used = processor_time(process.pid) - before
        process.send_signal(signal.SIGINT)
        process.wait(120)
        alone = floor(folder, 2)
        if given.real_time:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
        rate = len(done) / given.seconds
        print(
            f"{given.writers} writers, {given.seconds:g} s: {rate:,.0f} durable decisions a second,"
            f" {rate / alone:.1f} times one process that flushes each line ({alone:,.0f} a second);"
            f" {1000 * used / max(len(done), 1):.2f} ms of the server's processor time each",
            flush=True,
        )
        everything = list(done)
        for _ in range(given.kills):
            process, port, token = start(run)
            timer = asyncio.run(_killed(process, port, token, records, given.writers))
            everything += timer
            process.wait(120)
        log = DecisionLog(run, opened.plan.key)
        lines = {event.n for event in log.state.events if event.action == "decide"}
        lost = [n for n in everything if n not in lines]
        found = verify(log.path, opened.plan.key)
        print(
            f"{given.kills} times kill -9 under load: {len(lost)} of {len(everything):,} acknowledged decisions lost,"
            f" {len(everything) - len(set(everything))} numbers given twice,"
            f" history {'whole' if found.whole else 'BROKEN'}",
            flush=True,
        )
        many = DecisionLog(folder, "bench")
        many.path.parent.mkdir(exist_ok=True)
        for block in range(200):
            many.append([Event("ada", "decide", record=block * 500 + k, after="accept", reason="affinity",
                               text="x" * 40, rank=k) for k in range(500)])  # fmt: skip
        began = time.process_time()
        assert verify(many.path, "bench").whole
        checked = time.process_time() - began
        began = time.process_time()
        DecisionLog(folder, "bench")
        reopened = time.process_time() - began
        print(
            f"100,000 decisions: verified in {checked:.2f} s, opened in {reopened:.2f} s of processor time", flush=True
        )
        from workbench.review.hits.hit_data import HitData

        began = time.process_time()
        data = HitData(opened)
        size = len(data.packed)
        print(f"list of {len(data.records):,} hits: {size / 1e6:.2f} MB, made in {time.process_time() - began:.2f} s")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _killed(process: subprocess.Popen[str], port: int, token: str, records: list[int], writers: int) -> list[int]:
    asyncio.get_running_loop().call_later(0.5, process.kill)
    return await load(port, token, records, writers, 3)


if __name__ == "__main__":
    main()
