"""The JavaScript of the views: 3Dmol.js, which the build put here, and the runtime that draws with it.

A view looks for 3Dmol.js in this order: already on the page; inside the page; in JupyterLab's labextension folder
(served by the notebook server itself); on a public server, only where `allow_download` was called; else it says in
words what is missing. The first view of a kernel session carries the script (209 kB), so that the notebook also draws
where no server is: exported as HTML, in an e-mail, in another notebook program. In Google Colab every view does, since
each output is a page of its own there.
"""

from __future__ import annotations

import base64
import functools
import gzip
import hashlib
import json
from importlib import resources
from pathlib import Path
from typing import Any

from screening.version import __version__
from workbench.page.cell import Carrier

LABEXTENSION = "target-screening-workbench"

_download_allowed = False
#: The cell that carries 3Dmol.js in this kernel session.
_carrier = Carrier()


@functools.cache
def wanted() -> dict[str, Any]:
    """Return name, version, file names and SHA-256 of the 3Dmol.js that this version is built for."""
    text = (resources.files("workbench.viewer") / "javascript.json").read_text(encoding="utf-8")
    facts: dict[str, Any] = json.loads(text)
    return facts


def script_path() -> Path | None:
    """Return where 3Dmol.js is, or None if the build could not get it."""
    path = Path(str(resources.files("workbench.viewer"))) / "static" / wanted()["script"]["file"]
    return path if path.is_file() else None


@functools.cache
def packed_script() -> str:
    """Return 3Dmol.js as base64 of gzip, or an empty text if it is absent or not the one that was named."""
    path = script_path()
    if path is None:
        return ""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != wanted()["script"]["sha256"]:
        return ""
    return pack(content)


def pack(content: bytes) -> str:
    """Compress to base64 of gzip, always to the same bytes."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode()


def embed_here() -> bool:
    """Tell whether the view that is being drawn carries 3Dmol.js.

    Outside notebooks every view does; in one the first cell does that draws a view: its exported HTML draws.
    """
    return _carrier.here()


def allow_download(allowed: bool = True) -> None:
    """Let views fetch 3Dmol.js from a public server as their last resort; off unless called."""
    global _download_allowed
    _download_allowed = allowed


@functools.cache
def runtime() -> str:
    """Return the project's own JavaScript that draws views, as text without comments or blank lines."""
    return _stripped("runtime.js")


@functools.cache
def style() -> str:
    """Return the style sheet of the views."""
    return _stripped("runtime.css")


def _stripped(name: str) -> str:
    text = (resources.files("workbench.viewer") / "browser" / name).read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


@functools.cache
def packed_runtime() -> str:
    """Return `runtime` as base64 of gzip: half the bytes in every view that does not bring 3Dmol.js."""
    return pack(runtime().encode())


#: Unpacks the runtime and draws. What is unpacked defines ``page`` once for each page.
_START = """const unpack=async packed=>new Response(new Blob([Uint8Array.from(atob(packed),c=>c.charCodeAt(0))])
.stream().pipeThrough(new DecompressionStream('gzip'))).text();
unpack(RUNTIME).then(text=>{const page=new Function('WHERE','PACKED',text+'\\nreturn page;')(WHERE,PACKED);
page.draw(%s,%s);
},error=>console.error(error));"""


def script(uid: str, spec: dict[str, Any], *, embed: bool) -> str:
    """Return the script element that draws one view into its container.

    Parameters
    ----------
    uid
        Value of the container's ``data-wb-view``.
    spec
        What to draw, as `workbench.viewer.scene.scene.Scene` describes it.
    embed
        Put 3Dmol.js itself in.
    """
    facts = wanted()
    where = {
        "version": f"{__version__}/{facts['version']}",
        "extension": f"/{LABEXTENSION}/static/{facts['script']['file']}",
        "public": _public_address() if _download_allowed else "",
    }
    packed = packed_script() if embed else ""
    drawn = (embedded_json(uid), embedded_json(spec))
    # A view that brings 3Dmol.js says so at once: a view of py3Dmol after it would else ask another machine for it.
    if embed:
        start = f"{runtime()}\npage.draw({drawn[0]},{drawn[1]});"
    else:
        start = f"const RUNTIME='{packed_runtime()}';\n{_START % drawn}"
    source = f"const WHERE={embedded_json(where)};\nconst PACKED='{packed}';\n{start}"
    return f"<script>(()=>{{\n{source}\n}})();</script>"


def embedded_json(value: Any) -> str:
    """Return JSON that may stand inside a script element: no text in it can close the element."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def _public_address() -> str:
    facts = wanted()
    return f"https://cdn.jsdelivr.net/npm/{facts['name']}@{facts['version']}/build/3Dmol-min.js"
