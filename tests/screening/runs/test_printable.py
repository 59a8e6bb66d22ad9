"""Names from files do not write to the terminal what they like."""

from __future__ import annotations

from pathlib import Path

from screening.printable import printable
from screening.runs.plan import plan_screen
from screening.runs.screen import run_screen
from tests.conftest import Run
from tests.screening.runs.conftest import in_parts


def test_what_does_not_print_is_spelt_out() -> None:
    assert printable("plain Ünïcode") == "plain Ünïcode"
    assert printable("a\nb\x1b[31m\u202ec\U000e0001") == "a\\u000ab\\u001b[31m\\u202ec\\U000e0001"


def test_commands_spell_it_out(tmp_path: Path, model: Path, workbench: Run) -> None:
    plain = "".join(f"{'C' * length}N,amine{length}\n" for length in range(1, 19))
    (tmp_path / "a.csv").write_text(f'smiles,name\nCCO,"ev\u202eil\x1b[31m"\n{plain}', encoding="utf-8")
    library = in_parts(tmp_path / "a.csv", tmp_path / "library", 20)
    run_screen(plan_screen(library, model), tmp_path / "run")
    listed = workbench("hits", tmp_path / "run").stdout
    report = workbench("hits", tmp_path / "run", "--why", "1").stdout
    for text in (listed, report):
        assert "\u202e" not in text
        assert "\x1b" not in text
        assert "\\u202e" in text
