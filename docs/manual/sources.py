"""Write everything of the manual that is generated; only what changed is written, so that builds stay quick."""

from __future__ import annotations

from pathlib import Path

from docs.manual.commands import command_pages
from docs.manual.fragments import fragments
from docs.manual.interface import interface_pages
from docs.manual.notebooks import notebook_pages

ROOT = Path(__file__).parents[2]
#: Not in the repository.
GENERATED = ROOT / "docs" / "generated"


def generated(root: Path = ROOT) -> dict[str, str | bytes]:
    """Return every generated file by its name below `GENERATED`."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    return {
        **command_pages(readme),
        **interface_pages(),
        **notebook_pages(root / "notebooks"),
        **fragments(root),
    }


def write(folder: Path = GENERATED) -> None:
    """Write them, and take away what is not generated any more."""
    files = generated()
    for name, content in files.items():
        path = folder / name
        data = content.encode() if isinstance(content, str) else content
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    for path in folder.rglob("*"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
