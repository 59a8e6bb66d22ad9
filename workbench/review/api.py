"""The handlers of the REST interface and of what a page hears while colleagues decide."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import tornado.iostream
import tornado.web

from screening.errors import UsageError
from screening.printable import json_without_direction_marks
from workbench.review import openapi
from workbench.review.access import Access, PersonalHandler
from workbench.review.routes import Call, Route

MOST_BODY = 1_000_000
#: Seconds between signs of life of a live connection.
_BEAT_S = 15.0


class Api(PersonalHandler):
    """One path of the interface."""

    def initialize(self, access: Access, routes: dict[str, Route] | None = None) -> None:
        """Take the routes of this path by method."""
        super().initialize(access)
        self.routes = routes or {}

    async def get(self, **path: str) -> None:
        """Answer a question."""
        await self._call("GET", path)

    async def post(self, **path: str) -> None:
        """Do something."""
        await self._call("POST", path)

    async def _call(self, method: str, path: dict[str, str]) -> None:
        route = self.routes.get(method)
        if route is None:
            raise tornado.web.HTTPError(405)
        body: Any = None
        if method == "POST":
            if self.person.role == "observer":
                self.refuse(403, f"{self.person.name} is an observer and cannot decide")
                return
            if self.request.headers.get("Content-Type", "").partition(";")[0] != "application/json":
                raise UsageError("the request holds no JSON", expected="Content-Type: application/json")
            assert route.body is not None
            body = route.body.model_validate_json(self.request.body)
        query = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        answer = await route.work(Call(self.access, self.person, body, path, query))
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json_without_direction_marks(json.dumps(answer, separators=(",", ":"))))


class Hits(PersonalHandler):
    """The list's columns, compressed once."""

    async def get(self) -> None:
        """Send them."""
        packed = await asyncio.get_running_loop().run_in_executor(None, lambda: self.review.hits.packed)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Content-Encoding", "gzip")
        self.finish(packed)


class OpenApi(PersonalHandler):
    """The document of the interface."""

    def get(self) -> None:
        """Send it."""
        self.write(openapi.document())


class ApiPage(PersonalHandler):
    """The interface for people."""

    def get(self) -> None:
        """Send it."""
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(openapi.page())


class Live(PersonalHandler):
    """Changes as they happen, as server-sent events."""

    async def get(self) -> None:
        """Send until the page goes away."""
        self.set_header("Content-Type", "text/event-stream")
        waiting: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1000)

        def tell(message: dict[str, Any]) -> None:
            if waiting.full():
                # The page fell behind: it asks for everything anew.
                while not waiting.empty():
                    waiting.get_nowait()
                message = {**message, "rows": [], "everything": True}
            waiting.put_nowait(message)

        number = self.review.listen(self.person.name, tell)
        try:
            self.write("retry: 2000\n\n")
            await self.flush()
            while True:
                try:
                    message = await asyncio.wait_for(waiting.get(), _BEAT_S)
                    text = json_without_direction_marks(json.dumps(message, separators=(",", ":")))
                    self.write(f"data: {text}\n\n")
                except TimeoutError:
                    self.write(": here\n\n")
                    if self.get_current_user() is None:
                        return
                await self.flush()
        except tornado.iostream.StreamClosedError:
            pass
        finally:
            self.review.forget(number)
