"""Who is asking: sessions, tokens, and what every answer of the server says and refuses."""

from __future__ import annotations

import asyncio
import dataclasses
import hmac
import json
import secrets
import time
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

import tornado.web
from pydantic import ValidationError

from screening.errors import RunError, RunMismatchError, ScreeningError, StorageError
from screening.printable import json_without_direction_marks
from workbench.review.login_limit import LoginLimit
from workbench.review.people import Person
from workbench.review.review import Review

SESSION_S = 12 * 3600.0

#: Scripts, styles, pictures and requests of this server alone; surfaces are computed by a worker made on the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self';"
    " worker-src blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclasses.dataclass
class Access:
    """Sessions of a server.

    Attributes
    ----------
    review
        What is reviewed.
    token
        Secret of a server without people: whoever has the link is its owner.
    hosts
        Names under which the server may be asked; another one is somebody else's page.
    secure
        Whether the server speaks TLS.
    """

    review: Review
    token: str
    hosts: frozenset[str]
    secure: bool
    limit: LoginLimit = dataclasses.field(default_factory=LoginLimit)
    sessions: dict[str, tuple[str, float]] = dataclasses.field(default_factory=dict)
    #: One password is checked at a time: scrypt takes 32 MB.
    checking: asyncio.Semaphore = dataclasses.field(default_factory=lambda: asyncio.Semaphore(2))

    def begin(self, name: str) -> str:
        """Return the key of a new session."""
        now = time.monotonic()
        self.sessions = {key: one for key, one in self.sessions.items() if one[1] > now}
        key = secrets.token_urlsafe(32)
        self.sessions[key] = (name, now + SESSION_S)
        return key

    def person(self, session: str | None, bearer: str) -> Person | None:
        """Return who has this session or token; roles are those the people file gives now."""
        people = self.review.people
        if bearer:
            if people is not None:
                return people.by_token(bearer)
            return self.review.owner if hmac.compare_digest(bearer, self.token) else None
        found = self.sessions.get(session or "")
        if found is None or found[1] < time.monotonic():
            return None
        return self.review.owner if people is None else people.all().get(found[0])


def without_folders(error: ScreeningError) -> str:
    """Return the sentence of an error with the name of its file alone: where files lie is no reviewer's business."""
    source = error.source
    return str(error).replace(source, PurePath(source).name) if source and "/" in source else str(error)


class Handler(tornado.web.RequestHandler):
    """Base of all handlers."""

    access: Access
    policy = POLICY

    def initialize(self, access: Access) -> None:
        """Take what all handlers share."""
        self.access = access
        self.review = access.review

    def set_default_headers(self) -> None:
        """Say what a browser may do with an answer."""
        self.set_header("Server", "workbench")
        self.set_header("Content-Security-Policy", self.policy)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    @property
    def bearer(self) -> str:
        """The token of the request, "" for none."""
        said = self.request.headers.get("Authorization", "")
        return said[7:] if said.startswith("Bearer ") else ""

    def prepare(self) -> None:
        """Refuse what comes through another name or from another page."""
        host = urlsplit(f"//{self.request.host}").hostname or ""
        if host.lower() not in self.access.hosts:
            self.refuse(403, f"this server is not {host}")
            return
        origin = self.request.headers.get("Origin")
        if origin and urlsplit(origin).netloc != self.request.host:
            self.refuse(403, "the request comes from another page")
            return
        if self.request.headers.get("Sec-Fetch-Site", "same-origin") == "cross-site" and self.request.method != "GET":
            self.refuse(403, "the request comes from another page")

    def check_xsrf_cookie(self) -> None:
        """Demand the XSRF token, except where a bearer token proves more: no other page can send that."""
        if not self.bearer:
            super().check_xsrf_cookie()

    def get_current_user(self) -> Person | None:
        """Return who is asking."""
        return self.access.person(self.get_cookie(self.session_cookie), self.bearer)

    @property
    def session_cookie(self) -> str:
        """Name of the cookie; another one for each port, since cookies do not know ports."""
        return f"review_{self.settings['port']}"

    def open_session(self, name: str) -> None:
        """Log a person in."""
        self.set_cookie(
            self.session_cookie, self.access.begin(name), httponly=True, samesite="Strict", secure=self.access.secure
        )

    def refuse(self, status: int, sentence: str) -> None:
        """End with an error that says one sentence."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json_without_direction_marks(json.dumps({"error": sentence.rstrip(".") + "."})))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say in one sentence what is wrong; what nobody foresaw stays in the log of the server."""
        error = (kwargs.get("exc_info") or (None, None, None))[1]
        if isinstance(error, ScreeningError):
            status = (
                507 if isinstance(error, StorageError)
                else 409 if isinstance(error, (RunMismatchError, RunError))
                else 400
            )  # fmt: skip
            self.refuse(status, without_folders(error))
        elif isinstance(error, ValidationError):
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the request"
            self.refuse(400, f"{place}: {first['msg']}")
        elif isinstance(error, tornado.web.HTTPError):
            texts = {403: "the request has no valid XSRF token", 404: "there is nothing here", 405: "not allowed here"}
            self.refuse(status_code, texts.get(status_code, error.reason or "refused"))
        else:
            self.refuse(status_code, "the server could not do this; its log says why")

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Keep intended errors out of the log."""
        if not isinstance(value, (ScreeningError, ValidationError)):
            super().log_exception(typ, value, tb)


class PersonalHandler(Handler):
    """Base of handlers that want to know who asks."""

    person: Person

    def prepare(self) -> None:
        """Refuse strangers."""
        super().prepare()
        if self._finished:
            return
        person = self.get_current_user()
        if person is None:
            self.stranger()
        else:
            self.person = person

    def stranger(self) -> None:
        """Answer somebody who is not logged in."""
        self.refuse(401, "log in first, or send a valid token")
