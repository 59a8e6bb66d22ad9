"""The manual is made from the program: every command, public name and notebook is in it, and its checks find faults."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import workbench
from docs.manual import sources
from docs.manual.commands import escaped, uses
from docs.manual.fragments import FIGURES, README_SECTIONS, figure_rows, readme_section
from docs.manual.links import problems
from docs.manual.notebooks import notebook_page
from workbench.cli.main import COMMANDS
from workbench.export.catalog import EXPORTS


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: text for name, text in sources.generated().items() if isinstance(text, str)}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_its_page_with_its_options(command: str, pages: dict[str, str]) -> None:
    page = pages[f"commands/{command}.rst"]
    assert f"workbench {command}" in page
    assert ".. option::" in page
    assert f".. _command-{command}:" in page


def test_every_public_name_is_in_the_reference(pages: dict[str, str]) -> None:
    for name in workbench.__all__:
        if callable(getattr(workbench, name)):
            assert re.search(rf"auto\w+:: workbench\.{name}$", pages["interface/notebook.rst"], flags=re.MULTILINE), (
                name
            )


def test_every_notebook_and_export_is_there(pages: dict[str, str], root: Path) -> None:
    for path in (root / "notebooks").glob("*.ipynb"):
        assert path.stem in pages["notebooks/index.md"]
        assert f"notebooks/{path.stem}.md" in pages
    for name in EXPORTS:
        assert f"`{name}`" in pages["fragments/exports.md"]


def test_what_is_taken_from_the_readme_is_there(root: Path) -> None:
    readme = (root / "README.md").read_text(encoding="utf-8")
    for words in README_SECTIONS.values():
        assert readme_section(readme, words)
    for method, words in FIGURES.items():
        assert figure_rows(readme, words).count("\n") >= 3, method


def test_what_the_readme_does_not_have_is_refused() -> None:
    with pytest.raises(ValueError, match="no heading with the words 'Nothing'"):
        readme_section("# A\n\n## B\n\ntext\n", "Nothing")
    with pytest.raises(ValueError, match="no row about any of pockets"):
        figure_rows("## How good\n\n| what | result | beside |\n|---|---|---|\n| a | b | c |\n", ("pockets",))


def test_pages_that_are_included_are_made(pages: dict[str, str], root: Path) -> None:
    for path in sorted((root / "docs").rglob("*.md")):
        if "generated" in path.parts or "_build" in path.parts:
            continue
        for name in re.findall(r"generated/(fragments/\w+\.md)", path.read_text(encoding="utf-8")):
            assert name in pages, path


def test_every_method_page_says_what_fails_and_on_what_it_stands(root: Path) -> None:
    methods = [one for one in (root / "docs/methods").glob("*.md") if one.stem not in {"index", "figures", "citing"}]
    assert len(methods) >= 9
    for path in methods:
        text = path.read_text(encoding="utf-8")
        assert "## Where it fails" in text or "## Where they fail" in text or "## What it does not do" in text, path
        assert "## References" in text, path


def test_help_text_is_not_taken_for_markup() -> None:
    assert escaped("a_b* and `--site ADN` | c") == r"a\_b\* and ``--site ADN`` \| c"


def test_docstrings_are_read_as_they_are_meant() -> None:
    pytest.importorskip("sphinx", reason="the extra `docs` is not installed")
    from docs.manual.docstrings import JOINED, plain, together

    assert plain("``|a|`` and |a & b|") == r"``|a|`` and \|a & b\|"
    assert together(":ivar a, b: Both.") == f":ivar a{JOINED}b: Both."
    assert together(":ivar a: One, or two.") == ":ivar a: One, or two."
    assert not JOINED[-1].isspace()


def test_equations_become_mathml() -> None:
    pytest.importorskip("sphinx", reason="the extra `docs` is not installed")
    from docs.manual.mathml import converted

    made = converted(r"\frac{a}{b}", block=True)
    assert made.startswith("<math")
    assert "<mfrac>" in made


def test_every_formula_of_the_manual_can_be_drawn(root: Path) -> None:
    pytest.importorskip("sphinx", reason="the extra `docs` is not installed")
    from docs.manual.mathml import converted

    found = 0
    for path in sorted((root / "docs" / "methods").glob("*.md")):
        text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
        for formula in re.findall(r"\$\$(.+?)\$\$|\$([^$]+)\$", text, flags=re.DOTALL):
            assert converted("".join(formula), block=bool(formula[0])).startswith("<math"), (path.name, formula)
            found += 1
    assert found > 50


def test_examples_of_a_command_are_those_of_the_readme() -> None:
    readme = (
        "```\nworkbench pose a.cif    # one\nworkbench poses b\nworkbench pose a.cif\n.venv/bin/workbench pose c\n```\n"
    )
    assert uses("pose", readme) == ["workbench pose a.cif", "workbench pose c"]


def test_stored_outputs_of_a_notebook_are_shown(tmp_path: Path) -> None:
    png = "iVBORw0KGgo="
    cell = {
        "cell_type": "code",
        "source": ["1 + 1"],
        "outputs": [
            {"output_type": "execute_result", "data": {"text/plain": ["2"]}},
            {"output_type": "display_data", "data": {"image/png": png, "text/plain": ["<Figure>"]}},
        ],
    }
    (tmp_path / "n.ipynb").write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "# N"}, cell]}))
    text, pictures = notebook_page(tmp_path / "n.ipynb")
    assert text.startswith("# N\n\n```python\n1 + 1\n```\n\n```text\n2\n```\n\n![Output of the cell above](n-1.png)")
    assert pictures["n-1.png"].startswith(b"\x89PNG")


def test_links_that_lead_nowhere_and_what_the_network_would_serve_are_found(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        '<a href="b.html#there">x</a><a href="b.html#gone">x</a><a href="c.html">x</a><a href="https://example.org">x</a>'
        '<img src="https://example.org/x.png"><link rel="stylesheet" href="//example.org/x.css">'
    )
    (tmp_path / "b.html").write_text('<p id="there">x</p>')
    (tmp_path / "x.css").write_text("@font-face { src: url(https://example.org/x.woff) }")
    found = problems(tmp_path)
    assert len(found) == 5
    assert "a.html: b.html#gone leads to no place of that page" in found
    assert "a.html: c.html leads to no file" in found
    assert sum("fetched from the network" in one or "from the network" in one for one in found) == 3
