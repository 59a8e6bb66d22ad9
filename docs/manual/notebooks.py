"""The notebooks as pages: text, code and the outputs that are stored with them, without running anything."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _fenced(text: str, language: str) -> list[str]:
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    return [f"{fence}{language}", text.rstrip("\n"), fence, ""]


def _output(output: dict[str, Any], name: str, pictures: dict[str, bytes]) -> list[str]:
    """Return a stored output: its picture if there is one, else its text."""
    if output["output_type"] == "stream":
        return _fenced(_joined(output["text"]), "text")
    data = output.get("data", {})
    if "image/png" in data:
        file = f"{name}-{len(pictures) + 1}.png"
        pictures[file] = base64.b64decode(_joined(data["image/png"]))
        return [f"![Output of the cell above]({file})", ""]
    if "text/plain" in data and "text/html" not in data:
        return _fenced(_joined(data["text/plain"]), "text")
    return []


def notebook_page(path: Path) -> tuple[str, dict[str, bytes]]:
    """Return a notebook in Markdown, and its stored pictures by file name."""
    lines: list[str] = []
    pictures: dict[str, bytes] = {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = _joined(cell["source"])
        if cell["cell_type"] == "markdown":
            lines += [re.sub(r"\]\(([\w./-]+)\.ipynb\)", r"](\1.md)", text), ""]
        elif cell["cell_type"] == "code" and text.strip():
            magic = text.lstrip().startswith(("%", "!"))
            lines += _fenced(text, "text" if magic else "python")
            for output in cell.get("outputs", []):
                lines += _output(output, path.stem, pictures)
    lines += ["---", "", f"`notebooks/{path.name}`: open it with `make lab` to run it."]
    return "\n".join(lines) + "\n", pictures


def notebook_pages(folder: Path) -> dict[str, str | bytes]:
    """Return every notebook's page and pictures, and an index of them."""
    pages: dict[str, str | bytes] = {}
    names = []
    for path in sorted(folder.glob("*.ipynb")):
        text, pictures = notebook_page(path)
        pages[f"notebooks/{path.stem}.md"] = text
        pages |= {f"notebooks/{name}": picture for name, picture in pictures.items()}
        names.append(path.stem)
    index = [
        "# Notebooks",
        "",
        "One question each. They are short and every cell is run by the tests; `make lab` opens",
    ]
    index += ["them in JupyterLab, where views turn and tables sort. Here are their text and code.", ""]
    index += ["```{toctree}", ":maxdepth: 1", "", *names, "```"]
    pages["notebooks/index.md"] = "\n".join(index) + "\n"
    return pages
