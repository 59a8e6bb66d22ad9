"""Do a job while being killed: a program for the fault-injection tests.

``python killing.py JOB PLAN.json FOLDER SEED...`` does the job once undisturbed, counting the operations on files of
its folder; then, for each seed, does it again with a ``kill -9`` of itself just before a random one of them, two times
on average, and at last to the end. Prints one JSON line a seed: what it killed at and what it ended with.

Jobs: ``screen`` a plan; ``learn``, the same where the accurate model of the plan is taught by a small sample what is
worth its time; ``featurise`` the library of the plan.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from screening.compounds.library.prepared_library import open_library
from screening.engine.ledger import add_counts
from screening.engine.parts import receipts
from screening.features.library_features import featurise_library
from screening.runs import fit_stand_in
from screening.runs.plan import ScreenPlan
from screening.runs.score import bound_model
from screening.runs.screen import run_screen

#: Everything that changes or reads a file raises one of these events before it happens.
EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.listdir", "os.scandir"}
#: What teaches a stand-in of a model on a library of two hundred compounds.
SMALL = {
    "FEWEST": 0, "RUNS": 12, "RUN": 15, "FIRST": 30, "ROUNDS": 2, "ROUND": 10, "BATCH": 8, "FEW_RUNS": 12,
    "LONG_RUN": 15, "DRAWN": 60,
}  # fmt: skip


def forked(action: Callable[..., None], *arguments: object) -> int:
    """Run the action in a fork of this process; return the signal that ended it, 0 for none."""
    process = os.fork()
    if process == 0:
        code = 1
        try:
            action(*arguments)
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(process, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) != 0:
        raise SystemExit(f"the job failed by itself (exit code {os.WEXITSTATUS(status)})")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def watched(job: Callable[[], None], folder: Path, kill_at: int | None) -> None:
    """Do the job; at the event number `kill_at` this process kills itself. Else leave the number of events behind."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in EVENTS and arguments and str(arguments[0]).startswith(str(folder)):
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    job()
    folder.with_name(f"{folder.name}.events").write_text(str(seen))


def ended_with(folder: Path) -> dict[str, object]:
    """Return the checksum of each file that is a result, the counts of the receipts, and what was left lying."""
    counts: dict[str, int] = {}
    for receipt in receipts(folder, verify=True):
        add_counts(counts, receipt.counts)
    kept = [path for path in folder.rglob("*") if path.suffix == ".parquet" or path.name == fit_stand_in.STAND_IN]
    files = {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(kept)}
    return {"files": files, "counts": counts, "left": sorted(path.name for path in folder.rglob(".*.partial"))}


def main() -> None:
    kind, plan = sys.argv[1], ScreenPlan.from_json(Path(sys.argv[2]).read_text())
    root = Path(sys.argv[3])
    if kind == "learn":
        for name, value in SMALL.items():
            setattr(fit_stand_in, name, value)
    if kind != "featurise":
        # The forks share the loaded model; reading it again and again would test nothing.
        bound_model(plan.model, plan.model_key, plan.sequence)

    def job_in(place: Path) -> tuple[Callable[[], None], Path]:
        if kind != "featurise":
            return lambda: run_screen(plan, place) and None, place
        library = shutil.copytree(plan.library, place, ignore=shutil.ignore_patterns("features"))
        return lambda: featurise_library(open_library(library)) and None, Path(library) / "features"

    job, folder = job_in(root / "undisturbed")
    forked(watched, job, folder, None)
    print(json.dumps(ended_with(folder)), flush=True)
    events = int(folder.with_name(f"{folder.name}.events").read_text())
    for seed in map(int, sys.argv[4:]):
        chance = random.Random(seed)
        job, folder = job_in(root / f"seed-{seed}")
        points: list[int] = []
        for _ in range(chance.choice([1, 1, 2, 2, 3])):
            point = chance.randint(1, events)
            if forked(watched, job, folder, point) == signal.SIGKILL:
                points.append(point)
        forked(watched, job, folder, None)
        print(json.dumps({"seed": seed, "points": points, **ended_with(folder)}), flush=True)


if __name__ == "__main__":
    main()
