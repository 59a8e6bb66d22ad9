"""Nothing a stranger wrote reaches a terminal as it stands, whichever way it is printed."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from rich.panel import Panel
from rich.table import Table

from screening.interrupts import ended_in_order
from tests.conftest import Run
from workbench.console import Console, printable_streams

EVIL = "a\x1b[2J\x1b]0;t\x07b\u202ec\rd\x9b1m"


def clean(text: str) -> bool:
    return not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize("terminal", [False, True])
def test_rich_spells_out_between_its_own_colours(terminal: bool) -> None:
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=terminal, width=300, color_system="standard" if terminal else None)
    table = Table(title=EVIL)
    table.add_column(EVIL, style="bold")
    table.add_row(EVIL)
    for shown in (EVIL, table, Panel(EVIL), f"[red]{EVIL.replace('[', '(')}[/red]"):
        console.print(shown)
    text = stream.getvalue()
    assert "\\u202e" in text
    assert "\\u001b" in text
    own = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert clean(own)
    assert ("\x1b[1m" in text) is terminal


def test_both_streams_do(capsys: pytest.CaptureFixture[str]) -> None:
    with printable_streams():
        print(EVIL)
        typer.echo(EVIL)
        print(EVIL, file=sys.stderr)
        sys.stderr.writelines([EVIL, "\n"])
        Console().print(EVIL)
    out, err = capsys.readouterr()
    assert out.count("\\u202e") == 3
    assert err.count("\\u202e") == 2
    assert clean(out)
    assert clean(err)


def test_paths_in_errors_do(workbench: Run, tmp_path: Path) -> None:
    for command in ("hits", "status", "verify"):
        done = workbench(command, tmp_path / "no\u202egnp\x1b[31m")
        assert done.returncode == 1
        assert "no\\u202egnp\\u001b[31m" in done.stderr
        assert clean(done.stderr)


def test_letters_that_a_terminal_has_not() -> None:
    """Rich's tables and print alike, at a terminal that knows ASCII only."""
    code = "from workbench.console import Console, printable_streams\n"
    code += "with printable_streams():\n print('\\xc5ngstr\\xf6m')\n Console().print('\\xc5ngstr\\xf6m')"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, [b"?ngstr?m", b"?ngstr?m"]), done.stderr


def test_nobody_prints_past_it(root: Path) -> None:
    """Every console is ours."""
    for path in (root / "workbench").rglob("*.py"):
        if path.name != "console.py":
            assert "from rich.console import Console" not in path.read_text("utf-8"), path


def test_sigterm_ends_in_order() -> None:
    import signal

    with pytest.raises(SystemExit, match="143"), ended_in_order():
        signal.raise_signal(signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
