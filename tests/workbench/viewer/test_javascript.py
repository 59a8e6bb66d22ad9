"""The 3Dmol.js that ships is the one that was named, and nothing is fetched unless somebody asked."""

from __future__ import annotations

import base64
import gzip
import hashlib
import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType

import py3Dmol
import pytest

from workbench.page import cell
from workbench.page.cell import Carrier, Place
from workbench.viewer import javascript


def load_hook(root: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location("hatch_build", root / "hatch_build.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_the_version_is_the_one_py3dmol_was_made_for() -> None:
    address = inspect.signature(py3Dmol.view).parameters["js"].default
    assert f"3dmol@{javascript.wanted()['version']}/" in address


def test_the_script_is_the_one_that_was_named() -> None:
    path = javascript.script_path()
    if path is None:
        pytest.skip("this installation was built where npm could not be reached")
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == javascript.wanted()["script"]["sha256"]
    assert gzip.decompress(base64.b64decode(javascript.packed_script())) == content
    assert (path.parent / javascript.wanted()["licence_text"]["file"]).is_file()


def test_jupyterlab_serves_the_same_file() -> None:
    folder = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / javascript.LABEXTENSION / "static"
    if not folder.is_dir():
        pytest.skip("installed without 3Dmol.js")
    content = (folder / javascript.wanted()["script"]["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == javascript.wanted()["script"]["sha256"]


def test_a_script_that_was_changed_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / "3Dmol.js"
    changed.write_text("alert(1)")
    monkeypatch.setattr(javascript, "script_path", lambda: changed)
    javascript.packed_script.cache_clear()
    try:
        assert javascript.packed_script() == ""
    finally:
        javascript.packed_script.cache_clear()


def test_no_public_address_unless_allowed() -> None:
    text = javascript.script("x", {}, embed=False)
    assert "https://" not in text
    javascript.allow_download()
    try:
        assert "https://" in javascript.script("x", {}, embed=False)
    finally:
        javascript.allow_download(False)


def test_text_in_a_script_cannot_close_it() -> None:
    text = javascript.script("x", {"title": "</script><img src=x onerror=alert(1)>"}, embed=False)
    assert text.count("</script>") == 1
    assert "<img" not in text


def test_one_cell_of_a_notebook_carries_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript, "_carrier", Carrier())
    now = Place("", "")
    monkeypatch.setattr(cell, "current", lambda: now)
    assert javascript.embed_here(), "outside notebooks every view stands alone"
    now = Place("a", "1")
    assert javascript.embed_here()
    assert not javascript.embed_here(), "a second view of the same cell"
    now = Place("b", "2")
    assert not javascript.embed_here()
    now = Place("a", "3")
    assert javascript.embed_here(), "the first cell runs again and must not lose it"


def test_where_outputs_are_in_frames_every_view_carries_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(javascript, "_carrier", Carrier())
    monkeypatch.setattr(cell, "current", lambda: Place("a", "1"))
    monkeypatch.setitem(sys.modules, "google.colab", ModuleType("google.colab"))
    assert [javascript.embed_here() for _ in range(3)] == [True, True, True]
    monkeypatch.delitem(sys.modules, "google.colab")
    assert [javascript.embed_here() for _ in range(3)] == [True, False, False]


def test_the_build_hook_refuses_another_file(root: Path, tmp_path: Path) -> None:
    hook = load_hook(root)
    (tmp_path / "workbench" / "viewer" / "static").mkdir(parents=True)
    text = (root / "workbench" / "viewer" / "javascript.json").read_text(encoding="utf-8")
    (tmp_path / "workbench" / "viewer" / "javascript.json").write_text(text, encoding="utf-8")
    made = hook.JavaScriptHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel")
    assert not made._present()
    static = tmp_path / hook.FOLDER
    for entry in ("script", "licence_text"):
        (static / javascript.wanted()[entry]["file"]).write_text("something else")
    assert not made._present()


def test_a_build_that_cannot_fetch_succeeds_with_a_warning(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = load_hook(root)
    (tmp_path / "workbench" / "viewer").mkdir(parents=True)
    text = (root / "workbench" / "viewer" / "javascript.json").read_text(encoding="utf-8")
    (tmp_path / "workbench" / "viewer" / "javascript.json").write_text(text, encoding="utf-8")
    said: list[str] = []

    class App:
        def display_warning(self, message: str) -> None:
            said.append(message)

    # An npm that fails, as it does without a network.
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "npm").write_text("#!/bin/sh\nexit 1\n")
    (folder / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    made = hook.JavaScriptHook(str(tmp_path), {}, None, None, str(tmp_path), "wheel", App())
    data: dict = {"artifacts": [], "shared_data": {}}
    made.initialize("standard", data)
    assert data == {"artifacts": [], "shared_data": {}}
    assert "3Dmol.js" in said[0]
    assert "built without it" in said[0]
