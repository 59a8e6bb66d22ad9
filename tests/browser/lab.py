"""A real JupyterLab or Notebook 7 on the loopback interface, with folders of its own."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Lab:
    """Starts JupyterLab for as long as a ``with`` block runs."""

    #: Module that is started, its settings' name, and where it serves notebooks.
    program = ("jupyterlab", "LabApp", "lab/tree")

    def __init__(self, folder: Path, notebooks: Path, *options: str) -> None:
        module, settings, self.place = self.program
        self.port = free_port()
        self.token = secrets.token_hex(16)
        self.address = f"http://127.0.0.1:{self.port}"
        self.notebooks = notebooks
        self.environment = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
            "IPYTHONDIR": str(folder / "ipython"),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}",
        }
        news = folder / "settings" / "@jupyterlab" / "apputils-extension"
        news.mkdir(parents=True)
        (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
        self._log = (folder / "lab.log").open("wb")
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", module, "--no-browser", "--ip=127.0.0.1", f"--port={self.port}",
                "--allow-root", f"--ServerApp.root_dir={notebooks}", f"--IdentityProvider.token={self.token}",
                f"--{settings}.expose_app_in_browser=True", f"--{settings}.news_url=None",
                f"--{settings}.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                *options,
            ],
            env=self.environment, stdout=self._log, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self._wait()

    def _wait(self) -> None:
        limit = time.monotonic() + 90
        while time.monotonic() < limit:
            if self._process.poll() is not None:
                raise RuntimeError(f"{self.program[0]} ended with {self._process.returncode}, see {self._log.name}")
            try:
                with urllib.request.urlopen(f"{self.address}/api/status?token={self.token}", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise RuntimeError(f"{self.program[0]} did not start within 90 s, see {self._log.name}")

    def link(self, notebook: str) -> str:
        return f"{self.address}/{self.place}/{notebook}?token={self.token}&reset"

    def __enter__(self) -> Lab:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
        self._log.close()


class Notebook(Lab):
    """Starts Notebook 7, which shows one document to a page."""

    program = ("notebook", "JupyterNotebookApp", "notebooks")
