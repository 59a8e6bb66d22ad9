"""Bad input at the command line: one clear sentence, exit code 1 or 2, no traceback, no lost record."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

Outcome = tuple[int, str, str]
Cli = Callable[..., Outcome]


def refused(outcome: Outcome, *words: str) -> None:
    """Check for one sentence that holds every word."""
    code, _, err = outcome
    assert code in (1, 2), err
    assert "Traceback" not in err
    sentences = [line for line in err.splitlines() if line.startswith("error: ")]
    assert len(sentences) == 1, err
    for word in words:
        assert word.lower() in sentences[0].lower()


BAD_FILES: dict[str, tuple[bytes | None, str]] = {
    "missing": (None, "no such file"),
    "empty": (b"", "empty"),
    "rubbish": (bytes(range(256)) * 20, ""),
    "truncated_gzip": (gzip.compress(b"CCO ethanol\n" * 5000)[:60], ""),
}


@pytest.mark.parametrize("case", BAD_FILES)
@pytest.mark.parametrize("command", ["target", "train"])
def test_unreadable_files_are_refused(case: str, command: str, cli: Cli, tmp_path: Path) -> None:
    content, word = BAD_FILES[case]
    suffix = {"target": ".pdb", "train": ".csv"}[command] + (".gz" if case == "truncated_gzip" else "")
    path = tmp_path / f"{case}{suffix}"
    if content is not None:
        path.write_bytes(content)
    if command == "target":
        outcome = cli("target", "show", path)
    else:
        outcome = cli("train", path, "--smiles", "s", "--value", "v", "--unit", "nM", "--out", tmp_path / "m")
    refused(outcome, path.name, word)
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("case", BAD_FILES)
def test_unreadable_libraries_are_refused_or_accounted_for(case: str, cli: Cli, tmp_path: Path) -> None:
    content, word = BAD_FILES[case]
    path = tmp_path / (case + (".smi.gz" if case == "truncated_gzip" else ".smi"))
    if content is not None:
        path.write_bytes(content)
    outcome = cli("library", "prepare", path, "--out", tmp_path / "lib", "--workers", 0)
    refused(outcome, path.name, word)


@pytest.mark.parametrize(
    "arguments",
    [
        ("target", "show"),
        ("library", "prepare"),
        ("train",),
        ("hits",),
        ("status",),
        ("model", "show"),
    ],
)
def test_a_folder_where_a_file_belongs(arguments: tuple[str, ...], cli: Cli, tmp_path: Path) -> None:
    more = {
        "train": ("--smiles", "s", "--value", "v", "--unit", "nM", "--out", tmp_path / "m"),
        "library": ("--out", tmp_path / "lib", "--workers", 0),
    }.get(arguments[0], ())
    folder = tmp_path / "folder"
    folder.mkdir()
    refused(cli(*arguments, folder, *more), "folder")


def test_every_odd_record_is_in_the_ledger(cli: Cli, tmp_path: Path) -> None:
    lines = [
        "CCO ethanol",
        "",
        "* star",
        "not_a_smiles broken",
        "C" * 14_000 + " long",
        "C" * 1_200 + " thousand",
        "OCC ethanol again",
        "c1ccccc1 benzène",
    ]
    path = tmp_path / "odd.smi"
    path.write_bytes("\r\n".join(lines).encode("latin-1"))
    code, _, err = cli("library", "prepare", path, "--out", tmp_path / "lib", "--workers", 0)
    assert code == 0, err
    code, out, _ = cli("library", "profile", tmp_path / "lib", "--json")
    counts = json.loads(out)["counts"]
    assert code == 0
    assert counts["ready"] == 2
    assert counts["duplicate"] == 1
    assert sum(counts.values()) in (7, 8)  # whether a blank line is a record is the reader's stated rule


@pytest.mark.parametrize(
    ("header", "rows", "options", "words"),
    [
        ("SMILES,IC50", ["CCO,1"] * 3, ("--smiles", "smi"), ("smi", "SMILES")),
        ("smi,IC50", ["CCO,1"] * 3, ("--value", "nope"), ("nope", "IC50")),
        ("smi,IC50", ["CCO,1"] * 3, ("--unit", "lb"), ("lb", "nM")),
        ("smi,IC50", ["CCO,1", "CCC,2", "CCN,3"], (), ("3",)),
        ("smi,IC50", [f"{'C' * size},0" for size in range(1, 40)], (), ()),
        ("smi,IC50", [f"{'C' * size},-5" for size in range(1, 40)], (), ()),
        ("smi,IC50", [f"{'C' * size},NaN" for size in range(1, 40)], (), ()),
        ("smi,IC50", [f"{'C' * size},100" for size in range(1, 60)], (), ()),
    ],
    ids=["no-smiles-column", "no-value-column", "unit", "three", "zero", "negative", "nan", "constant"],
)
def test_untrainable_tables(
    header: str, rows: list[str], options: tuple[str, ...], words: tuple[str, ...], cli: Cli, tmp_path: Path
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("\n".join([header, *rows]) + "\n")
    defaults = {"--smiles": "smi", "--value": "IC50", "--unit": "nM", "--out": str(tmp_path / "model")}
    defaults.update(dict(zip(options[::2], options[1::2])))
    outcome = cli("train", path, *(word for pair in defaults.items() for word in pair))
    refused(outcome, *words)
    assert not (tmp_path / "model" / "card.json").exists()


def test_a_site_around_an_absent_ligand_lists_those_that_are_there(cli: Cli, data: Path) -> None:
    refused(cli("target", "show", data / "targets/1fmo.cif", "--site-ligand", "AQ4"), "AQ4", "ADN")


def test_a_tampered_model_is_refused(cli: Cli, data: Path, tmp_path: Path) -> None:
    import shutil

    model = tmp_path / "model"
    shutil.copytree(data / "models/kinome", model)
    path = next(model.glob("*.skops"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))
    refused(cli("model", "show", model), path.name)


def test_an_export_of_nothing(cli: Cli, tmp_path: Path) -> None:
    refused(cli("export", tmp_path / "no-run", "--out", tmp_path / "hits.csv"), "no-run")


def test_top_and_all_exclude_each_other(cli: Cli, tmp_path: Path) -> None:
    refused(cli("export", tmp_path, "--out", "x.csv", "--top", 3, "--all"), "--top")


def test_messages_are_one_sentence(cli: Cli, tmp_path: Path) -> None:
    _, _, err = cli("target", "show", tmp_path / "x.pdb")
    assert re.fullmatch(r"error: .*x\.pdb: no such file; expected .*\.\n", err)
