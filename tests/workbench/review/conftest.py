"""A real review server on loopback, and people who ask it things."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from workbench.review.people import People

PASSWORD = "correct horse battery"


class Server:
    """`workbench review serve` in a process of its own."""

    def __init__(self, run: Path, *options: object) -> None:
        self.run = run
        command = [sys.executable, "-m", "workbench.cli.main", "review", "serve", str(run), "--port", "0"]
        self.process = subprocess.Popen(
            [*command, *map(str, options)],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r"https?://\S+", line)
        if not found:
            raise AssertionError(line + self.process.communicate(timeout=30)[1])
        self.link = found.group()
        split = urlsplit(self.link)
        assert split.port is not None
        self.port = split.port
        self.token = split.query.removeprefix("token=")

    def stop(self) -> str:
        """End it as Ctrl-C does and return what it complained of."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=60)[1]


class Asker:
    """One browser-like person: keeps cookies, sends the XSRF token."""

    def __init__(self, port: int, *, token: str = "") -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self.token = token

    def ask(
        self, method: str, path: str, body: Any = None, *, headers: dict[str, str] | None = None, xsrf: bool = True
    ) -> tuple[int, Any, dict[str, str]]:
        sent = {"Cookie": "; ".join(f"{key}={value}" for key, value in self.cookies.items())}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if xsrf and f"xsrf_{self.port}" in self.cookies:
            sent["X-XSRFToken"] = self.cookies[f"xsrf_{self.port}"]
        content = None
        if body is not None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, path, content, {**sent, **(headers or {})})
            answer = connection.getresponse()
            text = answer.read()
            for name, value in answer.getheaders():
                if name == "Set-Cookie":
                    key, _, rest = value.partition("=")
                    self.cookies[key] = rest.partition(";")[0]
        said = dict(answer.getheaders())
        if "json" in said.get("Content-Type", "") and said.get("Content-Encoding") != "gzip":
            return answer.status, json.loads(text), said
        return answer.status, text, said

    def get(self, path: str) -> Any:
        status, found, _ = self.ask("GET", path)
        assert status == 200, found
        return found

    def post(self, path: str, body: Any) -> Any:
        status, found, _ = self.ask("POST", path, body)
        assert status == 200, found
        return found

    def log_in(self, name: str, password: str = PASSWORD) -> int:
        self.ask("GET", "/login")
        return self.ask("POST", "/login", {"name": name, "password": password})[0]


@pytest.fixture
def run_folder(root: Path, tmp_path: Path) -> Path:
    """A run that an earlier version has finished, moved to another folder."""
    return Path(shutil.copytree(root / "tests" / "formats" / "0.1" / "finished.run", tmp_path / "run"))


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    people = People(tmp_path / "people.json")
    for name, role in (("ada", "reviewer"), ("bo", "reviewer"), ("cy", "lead"), ("ob", "observer")):
        people.add(name, role, PASSWORD)
    return people.path


@pytest.fixture
def serving() -> Iterator[Callable[..., Server]]:
    """Start servers; each must end without a word of complaint."""
    started: list[Server] = []

    def start(run: Path, *options: object) -> Server:
        started.append(Server(run, *options))
        return started[-1]

    yield start
    complaints = [server.stop() for server in started if server.process.poll() is None]
    assert all("Traceback" not in text for text in complaints), complaints
