"""Check the scripts that go into the wheel and the pages, without a network.

    python tests/architecture/check_javascript.py [WHEEL]

What the build fetches from npm is compared with its hash in ``workbench/viewer/javascript.json``. Our own scripts stand
in the repository, whose history is their record; none loads another from elsewhere. A wheel holds these and no others,
byte for byte. Exit code 1 and a line for each that differs.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
import zipfile
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]
SUFFIXES = (".js", ".mjs", ".wasm", ".html")
#: A script of another place than the file or the page itself.
FROM_ELSEWHERE = re.compile(
    r"""<script[^>]+src\s*=\s*["']?(?:https?:)?//|\bimport\s*\(?\s*["'](?:https?:)?//|importScripts"""
)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetched() -> dict[str, str]:
    """Return name and pinned hash of what the build fetches."""
    pinned = json.loads((ROOT / "workbench" / "viewer" / "javascript.json").read_text("utf-8"))
    return {f"workbench/viewer/static/{pinned['script']['file']}": pinned["script"]["sha256"]}


def ours() -> dict[str, str]:
    """Return path and hash of every script of our own."""
    found = sorted(path for path in (ROOT / "workbench").rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return {
        path.relative_to(ROOT).as_posix(): sha256(path.read_bytes()) for path in found if path.parent.name != "static"
    }


def problems(wheel: Path | None = None) -> list[str]:
    """Return what differs, one line each."""
    held, strange = ours(), fetched()
    found = [
        f"{name}: loads a script from elsewhere"
        for name in held
        if FROM_ELSEWHERE.search((ROOT / name).read_text("utf-8"))
    ]
    for path in (ROOT / "workbench" / "viewer" / "static").glob("*"):
        name = path.relative_to(ROOT).as_posix()
        if path.suffix in SUFFIXES and strange.get(name) != sha256(path.read_bytes()):
            found.append(f"{name}: differs from its pinned hash, or is not pinned")
    if wheel is not None:
        allowed = {PurePosixPath(name).name: pin for name, pin in {**held, **strange}.items()}
        with zipfile.ZipFile(wheel) as archive:
            for member in archive.namelist():
                name = PurePosixPath(member)
                if name.suffix in SUFFIXES and allowed.get(name.name) != sha256(archive.read(member)):
                    found.append(f"{wheel.name}: {member} is neither the script of the repository nor a pinned one")
    return found


def main(arguments: list[str]) -> int:
    found = problems(Path(arguments[0]) if arguments else None)
    print("\n".join(found) or "every script is as pinned")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
