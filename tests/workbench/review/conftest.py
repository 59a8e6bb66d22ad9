"""A real review server on loopback, and people who ask it things."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import queue
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from screening.runs.run import open_run
from workbench.review.people import People
from workbench.review.review import Review
from workbench.review.server import Place, answering

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


class LocalServer:
    """The same server in a thread of this process; no interpreter has to start."""

    def __init__(self, run: Path, *, who: str = "ada", people: Path | None = None, **place: Any) -> None:
        known = None if people is None else People(people)
        self._review = Review(open_run(run), people=known, owner=who)
        self._place = Place(port=0, **place)
        self._link: queue.Queue[str | Exception] = queue.Queue()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)
        self._thread.start()
        found = self._link.get(timeout=60)
        if isinstance(found, Exception):
            raise found
        self.link = found
        split = urlsplit(found)
        assert split.port is not None
        self.port, self.token = split.port, split.query.removeprefix("token=")

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        try:
            async with answering(self._review, self._place) as address:
                self._link.put(address)
                await self._stop.wait()
        except Exception as error:
            self._link.put(error)

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(60)
        assert not self._thread.is_alive()


class Asker:
    """One browser-like person: keeps cookies, sends the XSRF token."""

    def __init__(self, port: int, *, token: str = "", tls: ssl.SSLContext | None = None) -> None:
        self.port = port
        self.tls = tls
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
        connection = (
            http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            if self.tls is None
            else http.client.HTTPSConnection("localhost", self.port, timeout=60, context=self.tls)
        )
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


def put_poses(run: Path, root: Path) -> None:
    """Put the small docking layer into a copy of the finished run of format 0.1."""
    shutil.copytree(root / "tests" / "workbench" / "review" / "docked", run / "poses")
    plan = json.loads((run / "poses" / "plan.json").read_text())
    plan["target"] = str(root / "data" / "targets" / "1fmo.cif")
    (run / "poses" / "plan.json").write_text(json.dumps(plan))


@pytest.fixture
def docked_run(run_folder: Path, root: Path) -> Path:
    """The same run with its best three hits docked: record 13 has a pose."""
    put_poses(run_folder, root)
    return run_folder


@pytest.fixture(scope="session")
def _people_made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = People(tmp_path_factory.mktemp("people") / "people.json")
    for name, role in (("ada", "reviewer"), ("bo", "reviewer"), ("cy", "lead"), ("ob", "observer")):
        people.add(name, role, PASSWORD)
    return people.path


@pytest.fixture
def people_file(_people_made: Path, tmp_path: Path) -> Path:
    """A file of people; each password is hashed once for all tests."""
    return Path(shutil.copy(_people_made, tmp_path / "people.json"))


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


@pytest.fixture
def local() -> Iterator[Callable[..., LocalServer]]:
    """Start servers in this process."""
    started: list[LocalServer] = []

    def start(run: Path, **options: Any) -> LocalServer:
        started.append(LocalServer(run, **options))
        return started[-1]

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate of localhost, signed by itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, *plain))
    return paths
