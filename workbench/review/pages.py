"""The pages of a review: the page itself, log-in, its scripts and styles, drawings."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import hmac
import json
from importlib import resources

from screening.errors import ScreeningError
from workbench.page import theme
from workbench.page.fragment import escape
from workbench.review.access import Handler, PersonalHandler, without_folders
from workbench.review.schemas import Login
from workbench.tables.browser_files import grid_script, grid_style
from workbench.viewer import javascript


@functools.cache
def _own(name: str) -> str:
    return (resources.files("workbench.review") / "browser" / name).read_text(encoding="utf-8")


def _html(name: str, **words: str) -> str:
    text = _own(name)
    for key, value in words.items():
        text = text.replace("{{" + key + "}}", escape(value))
    return text


class Page(PersonalHandler):
    """The page; with the token of a server without people it begins a session."""

    def prepare(self) -> None:
        """Take the token of the link, then ask who it is."""
        token = self.get_query_argument("token", "")
        if token and self.review.people is None:
            Handler.prepare(self)
            if self._finished:
                return
            if hmac.compare_digest(token.encode(), self.access.token.encode()):
                self.open_session(self.review.owner.name)
                self.redirect("/")
            else:
                self.stranger()
            return
        super().prepare()

    def stranger(self) -> None:
        """Show the log-in, or say where the link is."""
        if self.review.people is not None:
            self.redirect("/login")
            return
        self.set_status(401)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(_html("no_token.html", title=self.review.title))

    def get(self) -> None:
        """Show the page."""
        assert self.xsrf_token  # sets the cookie
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(_html("review.html", title=self.review.title))


class LoginPage(Handler):
    """Log-in with name and password."""

    def get(self) -> None:
        """Show the form."""
        if self.review.people is None:
            self.redirect("/")
            return
        assert self.xsrf_token
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(_html("login.html", title=self.review.title))

    async def post(self) -> None:
        """Check the password."""
        people = self.review.people
        if people is None:
            self.refuse(404, "there is nothing here")
            return
        given = Login.model_validate_json(self.request.body or b"{}")
        keys = (f"name {given.name}", f"address {self.request.remote_ip}")
        wait = self.access.limit.wait_s(*keys)
        if wait:
            self.set_header("Retry-After", str(wait))
            self.refuse(429, f"too many wrong passwords; try again in {wait} seconds")
            return
        self.access.limit.failed(*keys)  # counted before the check: guesses at the same time count too
        loop = asyncio.get_running_loop()
        async with self.access.checking:
            person = await loop.run_in_executor(None, people.check, given.name, given.password)
        if person is None:
            self.refuse(401, "name or password is wrong")
            return
        self.access.limit.worked(*keys)
        self.open_session(person.name)
        self.write({"name": person.name, "role": person.role})


class Logout(PersonalHandler):
    """End of a session."""

    def post(self) -> None:
        """Forget the session."""
        self.access.sessions.pop(self.get_cookie(self.session_cookie) or "", None)
        self.clear_cookie(self.session_cookie)
        self.write({})


class Static(Handler):
    """Our own scripts and styles, and 3Dmol.js as the build put it here; nothing in them is secret."""

    def get(self, name: str) -> None:
        """Send one."""
        content = _file(name)
        if content is None:
            self.refuse(404, "there is nothing here")
            return
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.set_header("Cache-Control", "no-cache")
        tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        self.set_header("Etag", tag)
        if self.check_etag_header():
            self.set_status(304)
            self.finish()
        else:
            self.finish(content)


@functools.cache
def _file(name: str) -> bytes | None:
    if name == "3Dmol.js":
        path = javascript.script_path()
        return None if path is None else path.read_bytes()
    made = {
        "review.css": lambda: theme.STYLE + grid_style() + javascript.style() + _own("review.css"),
        "login.css": lambda: theme.STYLE + _own("review.css"),
        "grid.js": lambda: (
            f"(()=>{{\n{grid_script()}\nwindow.workbenchGrid = workbenchGrid;window.workbenchMark = markAtoms;"
            "window.workbenchFixed = fixed;\n})();"
        ),
        "viewer.js": _viewer,
        "review.js": lambda: f"(()=>{{\n'use strict';\n{_own('review.js')}\n}})();",
        "charts.js": lambda: f"(()=>{{\n'use strict';\n{_own('charts.js')}\n}})();",
        "panels.js": lambda: f"(()=>{{\n'use strict';\n{_own('panels.js')}\n}})();",
        "login.js": lambda: f"(()=>{{\n'use strict';\n{_own('login.js')}\n}})();",
    }
    return made[name]().encode() if name in made else None


def _viewer() -> str:
    where = json.dumps({"version": "review", "extension": "", "public": ""})
    return (
        f"(()=>{{\nconst WHERE={where};\nconst PACKED='';\n{javascript.runtime()}\n"
        "window.workbenchDraw = (uid, spec) => page.draw(uid, spec);\n})();"
    )


class Drawing(PersonalHandler):
    """The 2D drawing of one hit, or of its nearest known compound."""

    policy = "default-src 'none'; style-src 'unsafe-inline'"

    async def get(self, record: str, what: str) -> None:
        """Send it."""
        loop = asyncio.get_running_loop()
        row = await loop.run_in_executor(None, self.review.hits.row, int(record))
        smiles = row.get("nearest_smiles") if what == "nearest" else row["smiles"]
        width, height = (180, 104) if what == "small" else (420, 300) if what == "large" else (260, 160)
        drawn = await loop.run_in_executor(None, self.review.hits.drawing, smiles or "", width, height)
        self.set_header("Content-Type", "image/svg+xml; charset=utf-8")
        # The address says the record, and a record's structure never changes in a run.
        self.set_header("Cache-Control", "private, max-age=86400")
        self.finish(drawn)


class SiteScript(PersonalHandler):
    """The commands that draw the binding site, as a script: the content policy forbids evaluating text."""

    def get(self) -> None:
        """Send it."""
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        try:
            self.finish(self.review.site_scene.script())
        except ScreeningError as error:
            self.finish(f"window.workbenchSiteProblem = {json.dumps(without_folders(error))};")
