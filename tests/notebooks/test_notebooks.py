"""Every notebook runs from top to bottom, is kept without outputs, and reads as a numbered question."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.ipynb"))
#: Bytes of a notebook that was run and saved: what people mail and keep in version control.
LARGEST = 600_000


def test_there_are_notebooks_numbered_without_gaps() -> None:
    numbers = [int(path.name[:2]) for path in NOTEBOOKS]
    assert numbers == list(range(1, len(NOTEBOOKS) + 1))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_are_cleared_and_the_question_is_asked(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            assert cell["outputs"] == [], "clear the outputs before committing"
            assert cell["execution_count"] is None
    first = "".join(notebook["cells"][0]["source"])
    assert re.match(rf"# {int(path.name[:2])} · \w", first), "the first cell holds the number and the title"
    assert re.search(r"\*\*[^*]+\?\*\*", first), "the first cell asks the question in bold"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_runs_from_top_to_bottom_with_a_picture(path: Path, tmp_path: Path) -> None:
    import nbformat
    from nbclient import NotebookClient

    shutil.copy(path, tmp_path)
    notebook = nbformat.read(tmp_path / path.name, as_version=4)
    client = NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert not [output for output in outputs if output.output_type == "error"]
    kinds = {kind for output in outputs for kind in output.get("data", {})}
    pictures = [
        output.data["text/html"]
        for output in outputs
        if 'data-wb-view="' in output.get("data", {}).get("text/html", "")
        or "data-wb-grid" in output.get("data", {}).get("text/html", "")
    ]
    assert pictures or "image/png" in kinds, "a notebook shows at least one picture"
    saved = len(nbformat.writes(notebook).encode())
    assert saved <= LARGEST, f"{path.name} takes {saved:,} bytes when it is saved"
    # One copy of 3Dmol.js is what lets the exported notebook draw; more would only swell it.
    carriers = [text for text in pictures if re.search(r"const PACKED='[\w+/=]{100000,}';\n.*?3Dmol", text, re.DOTALL)]
    views = [text for text in pictures if 'data-wb-view="' in text]
    assert len(carriers) == (1 if views else 0)
