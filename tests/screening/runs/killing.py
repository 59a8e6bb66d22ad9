"""Screen while being killed: a program for the fault-injection tests.

``python killing.py PLAN.json FOLDER SEED...`` screens once undisturbed, counting the operations on files of the run
directory; then, for each seed, screens again with a ``kill -9`` of itself just before a random one of them, two
times on average, and at last to the end. Prints one JSON line a seed: what it killed at and what it ended with.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from screening.engine.ledger import add_counts
from screening.engine.parts import receipts
from screening.runs.plan import ScreenPlan
from screening.runs.score import bound_model
from screening.runs.screen import run_screen

#: Everything that changes or reads a file raises one of these events before it happens.
EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.listdir", "os.scandir"}


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
        raise SystemExit(f"a screen failed by itself (exit code {os.WEXITSTATUS(status)})")
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def watched(plan: ScreenPlan, folder: Path, kill_at: int | None) -> None:
    """Screen; at the event number `kill_at` this process kills itself. Without, leave the number of events behind."""
    seen = 0

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in EVENTS and arguments and str(arguments[0]).startswith(str(folder)):
            seen += 1
            if seen == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    run_screen(plan, folder)
    (folder.parent / "events").write_text(str(seen))


def main() -> None:
    plan = ScreenPlan.from_json(Path(sys.argv[1]).read_text())
    root = Path(sys.argv[2])
    # The forks share the loaded model; reading it again and again would test nothing.
    bound_model(plan.model, plan.model_key, plan.sequence)
    forked(watched, plan, root / "undisturbed", None)
    events = int((root / "events").read_text())
    for seed in map(int, sys.argv[3:]):
        chance = random.Random(seed)
        folder = root / f"seed-{seed}"
        points: list[int] = []
        for _ in range(chance.choice([1, 1, 2, 2, 3])):
            point = chance.randint(1, events)
            if forked(watched, plan, folder, point) == signal.SIGKILL:
                points.append(point)
        forked(watched, plan, folder, None)
        counts: dict[str, int] = {}
        for receipt in receipts(folder, verify=True):
            add_counts(counts, receipt.counts)
        hits = hashlib.sha256((folder / "hits.parquet").read_bytes()).hexdigest()
        left = sorted(path.name for path in folder.glob("*/.*.partial"))
        print(json.dumps({"seed": seed, "points": points, "hits": hits, "counts": counts, "left": left}), flush=True)


if __name__ == "__main__":
    main()
