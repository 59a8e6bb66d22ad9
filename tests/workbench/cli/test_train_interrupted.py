"""Training that is stopped by Ctrl-C or killed goes on from its finished fits, with the same command."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

#: Finished fits; what is being written begins with a dot.
FITS = "[0-9a-f]*"
_LONGEST_S = 300.0


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda sign: sign.name)
def test_finished_fits_are_kept(data: Path, tmp_path: Path, sign: signal.Signals) -> None:
    lines = (data / "affinities" / "nav17.csv").read_text().splitlines()
    table = tmp_path / "nav.csv"
    table.write_text("\n".join([lines[0], *lines[1::6]]) + "\n")
    words = [sys.executable, "-m", "workbench.cli.main", "train", str(table), "--smiles", "smiles", "--value", "pIC50",
             "--unit", "p", "--name", "name", "--fast", "--out", str(tmp_path / "model")]  # fmt: skip
    kept = tmp_path / "model.unfinished"
    begun = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    since = time.monotonic()
    while len(list(kept.glob(FITS))) < 3 and begun.poll() is None and time.monotonic() - since < _LONGEST_S:
        time.sleep(0.05)
    assert begun.poll() is None, begun.communicate()
    os.kill(begun.pid, sign)
    _, told = begun.communicate(timeout=_LONGEST_S)
    assert begun.returncode != 0
    assert b"Traceback" not in told
    assert not (tmp_path / "model").exists()
    assert len(list(kept.glob(FITS))) >= 3
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert not kept.exists()
    whole = subprocess.run([*words[:-1], str(tmp_path / "whole")], capture_output=True, text=True, check=True)
    cards = [json.loads((tmp_path / name / "card.json").read_text()) for name in ("model", "whole")]
    for card in cards:
        del card["created"]
    assert cards[0] == cards[1], whole.stderr
