"""The server of a review: loopback and a token by default; TLS and log-in beyond this machine."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import errno
import ipaddress
import logging
import re
import secrets
import signal
import socket
import ssl
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import tornado.httpserver
import tornado.ioloop
import tornado.web

from screening.errors import FileError, UsageError
from workbench.review import api, pages
from workbench.review.access import Access
from workbench.review.review import Review
from workbench.review.routes import ROUTES

#: Milliseconds between looks at what other processes appended to the log.
_POLL_MS = 1000


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a server listens.

    Attributes
    ----------
    host, port
        Address and port; port 0 takes any free one.
    cert, key
        TLS certificate and key; needed beyond this machine.
    names
        Further host names under which browsers ask.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    cert: Path | None = None
    key: Path | None = None
    names: tuple[str, ...] = ()

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach it."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def require_safe(place: Place, people: bool) -> None:
    """Check that a server beyond this machine has TLS and log-in.

    Raises
    ------
    UsageError
        If it lacks one of them.
    """
    if place.loopback:
        return
    missing = [
        name for name, there in (("--people", people), ("--cert", place.cert), ("--key", place.key)) if not there
    ]
    if missing:
        raise UsageError(
            f"{place.host} can be reached from other machines, and {' and '.join(missing)} is not given",
            expected="--people FILE, --cert FILE and --key FILE beyond this machine",
        )


def tls(place: Place) -> ssl.SSLContext | None:
    """Return the TLS context, None without a certificate.

    Raises
    ------
    FileError
        If certificate or key cannot be used.
    UsageError
        If only one of them is given.
    """
    if place.cert is None and place.key is None:
        return None
    if place.cert is None or place.key is None:
        raise UsageError("TLS needs a certificate and its key", expected="--cert FILE and --key FILE")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(place.cert, place.key)
    except (OSError, ssl.SSLError) as error:
        raise FileError(f"certificate or key cannot be used ({error})", source=place.cert) from error
    return context


def application(access: Access, port: int) -> tornado.web.Application:
    """Return the application of a review."""
    shared = {"access": access}
    by_path: dict[str, dict[str, object]] = {}
    for route in ROUTES:
        by_path.setdefault(route.path, {})[route.method] = route
    # Paths are tried in order: the one that is asked most comes first.
    by_path = {"/api/decisions": by_path.pop("/api/decisions"), **by_path}
    routes = [
        (re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path), api.Api, {**shared, "routes": methods})
        for path, methods in by_path.items()
    ]
    return tornado.web.Application(
        [
            *routes[:1],
            ("/", pages.Page, shared),
            ("/login", pages.LoginPage, shared),
            ("/logout", pages.Logout, shared),
            (r"/static/([\w.]+)", pages.Static, shared),
            ("/site.js", pages.SiteScript, shared),
            (r"/hits/(\d{1,15})/(small|large|nearest)\.svg", pages.Drawing, shared),
            ("/api", api.ApiPage, shared),
            ("/api/openapi.json", api.OpenApi, shared),
            ("/api/hits", api.Hits, shared),
            ("/api/live", api.Live, shared),
            *routes[1:],
        ],
        port=port,
        compress_response=True,
        cookie_secret=secrets.token_hex(32),
        xsrf_cookies=True,
        xsrf_cookie_name=f"xsrf_{port}",
        xsrf_cookie_kwargs={"samesite": "Strict", "secure": access.secure},
        default_handler_class=NotFound,
        default_handler_args=shared,
        log_function=lambda handler: None,
    )


class NotFound(pages.Handler):
    """Every other path."""

    def prepare(self) -> None:
        """Say so."""
        super().prepare()
        if not self._finished:
            raise tornado.web.HTTPError(404)


def bind(place: Place) -> socket.socket:
    """Return the listening socket.

    Raises
    ------
    UsageError
        If the port is in use, may not be used, or the address is none of this machine.
    """
    try:
        family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
        found = socket.create_server((place.host, place.port), family=family, backlog=256)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            problem, expected = f"port {place.port} is in use", "another one with --port, or --port 0 for any free one"
        elif error.errno == errno.EACCES:
            problem, expected = f"port {place.port} may not be used", "a port above 1023"
        else:
            problem, expected = (
                f"cannot listen at {place.host} ({error.strerror or error})",
                "an address of this machine",
            )
        raise UsageError(problem, expected=expected) from error
    except OverflowError as error:
        raise UsageError(f"{place.port} is no port", expected="0 to 65535") from error
    found.setblocking(False)
    return found


def serve(review: Review, place: Place, started: Callable[[str], None]) -> None:
    """Serve a review until interrupted.

    Parameters
    ----------
    review
        The review.
    place
        Where.
    started
        Called with the address once the server answers.

    Raises
    ------
    UsageError
        If the place is not safe or not free.
    FileError
        If the certificate cannot be used.
    """
    asyncio.run(_until_stopped(review, place, started))


async def _until_stopped(review: Review, place: Place, started: Callable[[str], None]) -> None:
    async with answering(review, place) as address:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        # Not `loop.add_signal_handler`: programs of ours take SIGINT in a thread (`screening.interrupts`), which calls
        # the handler that Python knows and writes nothing to the loop's own wake-up.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
        started(address)
        # What one hit needs is ready before the first reviewer asks.
        threading.Thread(target=review.warm, name="first page", daemon=True).start()
        await stop.wait()


@contextlib.asynccontextmanager
async def answering(review: Review, place: Place) -> AsyncIterator[str]:
    """Answer at a place while the block runs; gives the address, with the secret where nobody logs in.

    Raises
    ------
    UsageError, FileError
        As `serve`.
    """
    require_safe(place, review.people is not None)
    context = tls(place)
    listening = bind(place)
    port = listening.getsockname()[1]
    hosts = {place.host, *place.names, "localhost", "127.0.0.1", "::1"}
    if not place.loopback:
        hosts |= {socket.gethostname(), socket.getfqdn()}
    access = Access(review, secrets.token_urlsafe(32), frozenset(name.lower() for name in hosts), context is not None)
    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    server = tornado.httpserver.HTTPServer(
        application(access, port), ssl_options=context, max_body_size=api.MOST_BODY, idle_connection_timeout=3600
    )
    server.add_sockets([listening])
    review.writer.start()
    poll = tornado.ioloop.PeriodicCallback(review.poll, _POLL_MS)
    poll.start()
    host = place.host if ":" not in place.host else f"[{place.host}]"
    if place.host in ("0.0.0.0", "::"):
        host = socket.getfqdn()
    query = "" if review.people is not None else f"?token={access.token}"
    try:
        yield f"{'https' if context else 'http'}://{host}:{port}/{query}"
    finally:
        poll.stop()
        server.stop()
        review.writer.stop()
        await asyncio.get_running_loop().run_in_executor(None, review.writer.join, 10)
        await server.close_all_connections()
