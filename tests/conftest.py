"""Shared by all tests: the repository root, the shipped data, and the command line run for real."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def data() -> Path:
    return ROOT / "data"


@pytest.fixture(scope="session")
def bench() -> Path:
    """Real data for benchmarks that lies beside a developer's checkout and is never part of the project."""
    folder = ROOT.parent / "shared" / "bench"
    if not folder.is_dir():
        pytest.skip("no benchmark data beside this checkout (../shared/bench)")
    return folder


Run = Callable[..., subprocess.CompletedProcess[str]]


class _Program:
    """The program in forks of one process (`tests.program_server`), which is started with the first command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None

    def run(
        self,
        *arguments: object,
        cwd: Path | None = None,
        stdin: str | None = None,
        seconds: float = 280,
        afresh: bool = False,
    ) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
        command = [sys.executable, "-m", "workbench.cli.main", *map(str, arguments)]
        if afresh:
            return subprocess.run(
                command, cwd=cwd, input=stdin, capture_output=True, text=True, timeout=seconds, env=environment
            )
        streams = [self._folder / name for name in ("input", "output", "errors")]
        for path, text in zip(streams, (stdin or "", "", ""), strict=True):
            path.write_text(text)
        request = {
            "arguments": command[3:],
            "folder": str(cwd or Path.cwd()),
            "environment": environment,
            "streams": [str(path) for path in streams],
        }
        server = self._started()
        assert server.stdin is not None
        server.stdin.write(json.dumps(request).encode() + b"\n")
        process = None
        try:
            process = self._answer(server, "process", seconds)
            code = self._answer(server, "exit", seconds)
        except BaseException as error:
            # The next command gets a new server: an answer to this one may still come from the old.
            self._server = None
            for each in (process, server.pid):
                if each is not None:
                    os.kill(each, signal.SIGKILL)
            server.communicate()
            if isinstance(error, TimeoutError):
                raise subprocess.TimeoutExpired(command, seconds) from None
            raise
        out, errors = (path.read_text(errors="surrogateescape") for path in streams[1:])
        return subprocess.CompletedProcess(command, code, out, errors)

    def close(self) -> None:
        if self._server is not None:
            self._server.communicate(timeout=60)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._server is None:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.program_server"],
                cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
                env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
            )  # fmt: skip
        return self._server

    @staticmethod
    def _answer(server: subprocess.Popen[bytes], word: str, seconds: float) -> int:
        assert server.stdout is not None
        if not select.select([server.stdout], [], [], seconds)[0]:
            raise TimeoutError
        said, _, number = server.stdout.readline().decode().partition(" ")
        assert said == word, f"the server of the program has ended with {server.wait()}"
        return int(number)


@pytest.fixture(scope="session")
def workbench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the ``workbench`` program as a user would, in a process of its own.

    ``afresh=True`` starts Python for it; otherwise the process is a fork of one that has imported the program.
    """
    program = _Program(tmp_path_factory.mktemp("program"))
    yield program.run
    program.close()
