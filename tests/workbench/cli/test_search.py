"""``search`` and ``library reactions`` as a user types them, and what they refuse."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.runs.search.recall import Recall
from screening.runs.search.rounds import open_search
from workbench.cli.search.print_search import recall_sentence
from workbench.plots import search_curve

Outcome = tuple[int, str, str]
Cli = Callable[..., Outcome]


@pytest.fixture
def scheme(tmp_path: Path) -> Path:
    """Sixty products, a table of their values, and two reagents that do not fit."""
    (tmp_path / "acids.smi").write_text("".join(f"OC(=O){'C' * n} a{n}\n" for n in range(1, 7)) + "CCC propane\n")
    (tmp_path / "amines.smi").write_text("".join(f"NCC{'C' * n} b{n}\n" for n in range(1, 11)) + "NCCNC two\n")
    with open(tmp_path / "values.csv", "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["name", "value"])
        writer.writerows([f"a{a}_b{b}", a * b] for a in range(1, 7) for b in range(1, 11))
    path = tmp_path / "amides.toml"
    path.write_text('[[step]]\nreaction = "amide coupling"\nreagents = ["acids.smi", "amines.smi"]\n')
    return path


def test_a_reaction_library_is_checked_searched_and_bought(cli: Cli, scheme: Path) -> None:
    code, out, _ = cli("library", "reactions", scheme)
    assert code == 0
    assert "carboxylic acid (acids.smi): 6 fit; 1 do not fit (propane)" in out
    assert "amine (amines.smi): 10 fit; 1 fit at several places (two)" in out
    assert "60 products; 50 of 50 drawn at random could be made" in out
    oracle = f"csv:{scheme.parent / 'values.csv'},value"
    folder = scheme.parent / "search"
    arguments = ("search", scheme, "--oracle", oracle, "--best", "high", "--budget", "30", "--top", 5, "--out", folder)
    arguments += ("--first", 14, "--batch", 8)
    code, out, err = cli(*arguments, "--workers", 0)
    assert code == 0, err
    assert "reagents fit at several places and are left out" in err
    assert "a6_b10" in out
    assert "of the best 5 of the library" in out
    figure = search_curve(open_search(folder), top=5)
    points = [len(drawn.get_offsets()) for drawn in figure.axes[0].collections]
    assert points == [14, 16], "at random, then chosen"
    values = sorted((a * b for a in range(1, 7) for b in range(1, 11)), reverse=True)
    assert values[4] >= figure.axes[0].get_lines()[0].get_ydata()[-1] >= values[9]
    code, out, _ = cli("search", "reagents", folder, "--top", 5)
    assert code == 0
    assert out.splitlines()[0] == "name,smiles,file,record,products"
    code, out, _ = cli("search", "reagents", folder, "--top", 2, "--routes")
    assert "amide coupling: CCCCCCC(=O)O + " in out
    code, out, _ = cli("search", "show", folder, "--json")
    assert json.loads(out)["found"][0]["name"] == "a6_b10"


def test_common_reactions_are_listed_and_products_found_by_structure(cli: Cli, scheme: Path) -> None:
    code, out, _ = cli("library", "reactions")
    assert code == 0
    assert "Suzuki coupling: aryl halide + boronic acid or ester (" in out
    code, out, _ = cli("library", "reactions", scheme, "--like", "CCC(=O)NCCCC", "--top", 1)
    assert code == 0
    assert out.split()[:2] == ["1.00", "a2_b2"]
    code, out, _ = cli("library", "reactions", scheme, "--holding", "c1ccccc1")
    assert out == "none of 60 products\n"
    found = scheme.parent / "found.csv"
    code, out, _ = cli("library", "reactions", scheme, "--holding", "C(=O)N", "--top", 100, "--out", found)
    assert len(found.read_text().splitlines()) == 61
    code, out, _ = cli("library", "reactions", scheme, "--json")
    assert json.loads(out)["products"] == 60


PROGRAM = "import sys; text = sys.argv[1]; "
PROGRAMS = {
    "crashes": (PROGRAM + "sys.exit('no licence')", "ended with exit code 1: no licence"),
    "says nothing": (PROGRAM, "printed nothing"),
    "says text": (PROGRAM + "print('very good')", "printed 'good' in the place of a number"),
    "says nan": (PROGRAM + "print('nan')", "printed 'nan'"),
    "hangs": (PROGRAM + "import time; time.sleep(60)", "took longer than 0.3 s"),
    "says a great deal": (PROGRAM + "print('x' * 100000)", "printed 'xxxxx"),
    "dies": (PROGRAM + "import os; os.kill(os.getpid(), 9)", "ended with exit code -9"),
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_a_program_that_answers_nothing_ends_with_reasons_that_are_kept(case: str, cli: Cli, scheme: Path) -> None:
    program, told = PROGRAMS[case]
    (scheme.parent / "program.py").write_text(program)
    oracle = f"command:{sys.executable} {scheme.parent / 'program.py'} {{smi}}"
    folder = scheme.parent / "search"
    code, out, err = cli(
        "search", scheme, "--oracle", oracle, "--best", "low", "--budget", "2", "--out", folder, "--workers", 0,
        *(("--time-limit", "0.3") if case == "hangs" else ()),
    )  # fmt: skip
    assert code == 0, err
    assert "Traceback" not in err
    assert "2 of 2 compounds asked for" in out
    assert told in " ".join(out.split())
    assert "too few answers to say how many of the best were found" in out


BAD: dict[str, tuple[tuple[str, ...], str]] = {
    "budget 0": (("--budget", "0"), "a budget of 0 cannot be asked for"),
    "budget 101 %": (("--budget", "101%"), "a budget of 101% cannot be asked for"),
    "budget of words": (("--budget", "many"), "'many' is no budget"),
    "budget too large": (("--budget", "61"), "is 61 of 60 compounds"),
    "no direction": (("--budget", "5", "--best", ""), "--best  is no direction"),
    "direction of neither": (("--budget", "5", "--best", "sideways"), "--best sideways is no direction"),
    "acquisition": (("--budget", "5", "--acquisition", "hope"), "no acquisition 'hope'"),
    "random share": (("--budget", "5", "--random-share", "2"), "random share is 2"),
    "time for a table": (("--budget", "5", "--time-limit", "3"), "--time-limit goes with docking or a program"),
    "short for a table": (("--budget", "5", "--short"), "--short goes with docking"),
    "tiers of reactions": (("--budget", "5", "--only", "lipinski"), "tiers go with a prepared library"),
    "rule that is none": (("--budget", "5", "--only", "pretty"), "there is no rule 'pretty'"),
    "like what": (("--budget", "5", "--like", "50%"), "no bound ligand to be similar to"),
    "like more than all": (("--budget", "5", "--like", "101%"), "a share of 101% cannot be asked for"),
    "like many": (("--budget", "5", "--like", "7"), "--like 7 is no share"),
    "reference alone": (("--budget", "5", "--reference", "CCO"), "--reference says to what"),
    "full without short": (("--budget", "5", "--full", "3"), "no short search to repeat in full"),
    "oracle without a site": (("--budget", "5", "--oracle", "dock:a.cif"), "names no site"),
    "program without a compound": (("--budget", "5", "--oracle", "command:true"), "takes no SMILES"),
    "table without the column": (("--budget", "5", "--oracle", "csv:values.csv,colour"), "has no column 'colour'"),
    "table that is not there": (("--budget", "5", "--oracle", "csv:nowhere.csv,value"), "nowhere.csv"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_calls_are_one_sentence(case: str, cli: Cli, scheme: Path) -> None:
    arguments, told = BAD[case]
    arguments = tuple(text.replace("csv:", f"csv:{scheme.parent}/") for text in arguments)
    oracle = f"csv:{scheme.parent / 'values.csv'},value"
    code, _, err = cli("search", scheme, "--oracle", oracle, "--best", "high", "--out", scheme.parent / "s", *arguments)
    assert code in (1, 2)
    assert "Traceback" not in err
    assert [told in line for line in err.splitlines() if line.startswith("error: ")] == [True], err
    assert not list((scheme.parent / "s").glob("rounds/*/answers"))


def test_a_direction_that_is_not_stated_is_asked_for(cli: Cli, scheme: Path) -> None:
    code, _, err = cli(
        "search", scheme, "--oracle", "command:true {smi}", "--budget", "5", "--out", scheme.parent / "s"
    )
    assert code == 2
    assert "it is not stated whether a higher or a lower answer" in err


def test_answers_of_another_compound_are_refused_and_nothing_is_lost(cli: Cli, scheme: Path) -> None:
    folder, batch = scheme.parent / "s", scheme.parent / "batch.csv"
    code, _, err = cli(
        "search", scheme, "--oracle", "laboratory:pIC50", "--best", "high", "--budget", "10", "--out", folder
    )
    assert code == 0, err
    assert cli("search", "ask", folder, "--count", 3, "--out", batch)[0] == 0
    text = batch.read_text()
    batch.write_text(text.replace(text.splitlines()[1].split(",")[0], "stranger"))
    code, _, err = cli("search", "tell", folder, batch)
    assert code == 1
    assert "'stranger' was not asked for" in err
    batch.write_text("\n".join(line + "7.5" if at else line for at, line in enumerate(text.splitlines())) + "\n")
    code, out, err = cli("search", "tell", folder, batch)
    assert (code, out) == (0, "3 values, 0 without one\n"), err


def test_a_folder_of_another_search_and_reagents_that_changed_are_refused(cli: Cli, scheme: Path) -> None:
    oracle = f"csv:{scheme.parent / 'values.csv'},value"
    arguments = ("search", scheme, "--oracle", oracle, "--best", "high", "--out", scheme.parent / "s", "--workers", 0)
    assert cli(*arguments, "--budget", "12", "--first", 12)[0] == 0
    code, _, err = cli(*arguments, "--budget", "12", "--first", 12, "--seed", 5)
    assert code == 1
    assert "holds another search" in err
    with open(scheme.parent / "acids.smi", "a", encoding="utf-8") as stream:
        stream.write("OC(=O)c1ccccc1 new\n")
    code, _, err = cli("search", "reagents", scheme.parent / "s")
    assert code == 1
    assert "has changed since the search was planned" in err


def test_equal_answers_and_a_program_that_is_not_there_are_told_and_kept(cli: Cli, scheme: Path) -> None:
    folder = scheme.parent / "equal"
    common = ("--best", "low", "--budget", "12", "--workers", 0, "--top", 5)
    code, out, err = cli(
        "search", scheme, "--oracle", f"command:{sys.executable} -c 'print(7)' {{smi}}", "--out", folder, *common
    )
    assert code == 0, err
    assert "12 of 12 compounds asked for" in out
    assert "Traceback" not in err
    code, out, err = cli("search", scheme, "--oracle", "command:no-such-program {smi}", "--out", folder, *common)
    assert code == 1
    assert "holds another search" in err
    code, out, err = cli(
        "search", scheme, "--oracle", "command:no-such-program {smi}", "--out", scheme.parent / "none", *common
    )
    assert code == 0, err
    assert "12 without one (12 x no-such-program cannot be run (No such file or directory))" in " ".join(out.split())


def test_what_a_search_costs_is_said_and_it_can_stop_there(cli: Cli, scheme: Path) -> None:
    prepared = scheme.parent / "prepared"
    (scheme.parent / "lib.smi").write_text("".join(f"C{'C' * n}O c{n}\n" for n in range(30)))
    assert cli("library", "prepare", scheme.parent / "lib.smi", "--out", prepared, "--workers", 0)[0] == 0
    oracle = f"command:{sys.executable} -c 'import sys; print(len(sys.argv[1]))' {{smi}}"
    arguments = ("search", prepared, "--oracle", oracle, "--best", "high", "--budget", "50%", "--workers", 0)
    arguments += ("--only", "heavy_atoms 5-20", "--longest", 20, "--out", scheme.parent / "s")
    code, out, err = cli(*arguments, "--estimate")
    assert code == 0, err
    lines = out.splitlines()
    assert lines[0] == "30 compounds"
    assert lines[1:3] == ["  16 heavy_atoms 5-20", "  10 at most 20 Å long"]
    assert lines[3].startswith("10 are asked for, ")
    assert "of one core" in lines[4]
    assert lines[5].startswith("expected: 100% of the best 1 % of the 10")
    assert not list((scheme.parent / "s").glob("rounds/*/answers"))
    code, out, err = cli(*arguments)
    assert code == 0, err
    assert "10 of 15 compounds asked for" in out
    assert "30 compounds" in err


def test_recall_is_that_of_what_may_be_asked_for() -> None:
    recall = Recall(top=100, expected=0.39, lower=0.32, upper=0.45, trust=1.0)
    assert "39% of the best 100 of the 8,186 that passed the tiers (90 % interval 32% to 45%)" in recall_sentence(
        recall, {"passed": 8186}
    )
    assert "of the best 100 of the library" in recall_sentence(recall, {"library": 9})
