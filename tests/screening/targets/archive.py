"""A server on this machine that answers like the RCSB PDB and the AlphaFold DB."""

from __future__ import annotations

import contextlib
import gzip
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Archive(ThreadingHTTPServer):
    """Answers like the RCSB PDB and the AlphaFold DB, and remembers what was asked."""

    daemon_threads = True

    def __init__(self, structure: bytes) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.structure = structure
        self.asked: list[str] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Archive

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        packed = gzip.compress(self.server.structure)
        model = [{"cifUrl": "https://alphafold.ebi.ac.uk/files/AF-P05132-F1-model_v6.cif"}]
        answers: dict[str, tuple[int, bytes]] = {
            "/download/1FMO.cif.gz": (200, packed),
            "/download/2CUT.cif.gz": (200, packed[: len(packed) // 2]),
            "/download/3WEB.cif.gz": (200, b"<html>busy</html>"),
            "/download/5BAD.cif.gz": (503, b""),
            "/download/4BRK.cif.gz": (200, packed),
            "/api/prediction/P05132": (200, json.dumps(model).encode()),
            "/files/AF-P05132-F1-model_v6.cif": (200, self.server.structure),
        }
        status, content = answers.get(self.path, (404, b"no"))
        self.send_response(status)
        short = self.path == "/download/4BRK.cif.gz"
        self.send_header("Content-Length", str(len(content) + (1000 if short else 0)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextlib.contextmanager
def serving(structure: bytes) -> Iterator[Archive]:
    """Answer requests until the block ends."""
    server = Archive(structure)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
