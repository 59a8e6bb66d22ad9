"""Run as another user: tries to get into every port it is given; prints as JSON what it reached.

python stranger.py PORT ...
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from distributed import Client
from distributed.security import Security

#: Seconds one attempt may take; some ports never answer.
_SECONDS = 5.0


def _as_client(address: str, security: Security | None) -> str:
    client = Client(address, timeout=1.5, security=security, set_as_default=False)
    return str(client.run_on_scheduler(os.getuid))


def _as_browser(address: str) -> str:
    return str(urllib.request.urlopen(address, timeout=1.5).status)


def _greeting(port: int) -> str:
    """Return what the port says to somebody who speaks no TLS; nothing if that is only an alert of TLS."""
    with socket.create_connection(("127.0.0.1", port), timeout=1.5) as plain:
        plain.sendall(b"\x00" * 64)
        said = plain.recv(4096)
    return "" if said.startswith((b"\x15", b"\x16")) else repr(said[:100])


def _as_frontend(port: int) -> str:
    """Ask a kernel of Jupyter to run something, with a key that was guessed; return its answer."""
    import zmq
    from jupyter_client.session import Session

    session, context = Session(key=b"guessed", signature_scheme="hmac-sha256"), zmq.Context()
    with context.socket(zmq.DEALER) as shell:
        shell.setsockopt(zmq.LINGER, 0)
        shell.connect(f"tcp://127.0.0.1:{port}")
        session.send(shell, "execute_request", {"code": "import os; os.getuid()", "silent": False})
        answer = shell.recv_multipart()[-1] if shell.poll(3000) else b""
        return repr(answer) if b'"status"' in answer else ""  # the heartbeat sends back what it was sent


def attempts(port: int) -> dict[str, str]:
    """Return each way in that worked, and what it gave."""
    ways: dict[str, Callable[[], str]] = {
        "plain": lambda: _as_client(f"tcp://127.0.0.1:{port}", None),
        "own certificate": lambda: _as_client(f"tls://127.0.0.1:{port}", Security.temporary()),
        "http": lambda: _as_browser(f"http://127.0.0.1:{port}/"),
        "https": lambda: _as_browser(f"https://127.0.0.1:{port}/"),
        "greeting": lambda: _greeting(port),
        "frontend": lambda: _as_frontend(port),
    }
    found: dict[str, str] = {}

    def tried(name: str, way: Callable[[], str]) -> None:
        with contextlib.suppress(Exception):
            if said := way():
                found[name] = said

    threads = [threading.Thread(target=tried, args=way, daemon=True) for way in ways.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(_SECONDS)
    return dict(found)


if __name__ == "__main__":
    os.chdir(tempfile.mkdtemp())
    ports = sys.argv[1:]
    with ThreadPoolExecutor(max(len(ports), 1)) as pool:
        answer = {"uid": os.getuid(), "reached": dict(zip(ports, pool.map(attempts, map(int, ports))))}
    print(json.dumps(answer), flush=True)
    os._exit(0)  # clients that never got an answer still wait
