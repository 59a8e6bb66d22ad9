"""A page in a real Chromium: what it shows, what it says, and where it wanted to go."""

from __future__ import annotations

import io
import time
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Locator, Page

#: WebGL in software, and no chatter of the browser's own.
ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader", "--js-flags=--expose-gc", "--enable-precise-memory-info",
]  # fmt: skip
WITHOUT_WEBGL = ["--no-sandbox", "--disable-gpu", "--disable-3d-apis", "--disable-background-networking"]

SETTLED = """() => {
  const all = [...document.querySelectorAll('[data-wb-view]')];
  return all.length > 0 && all.every(e => ['yes', 'failed'].includes(e.dataset.wbDrawn));
}"""
NOTEBOOK_READY = """() => {
  const widget = window.jupyterapp && window.jupyterapp.shell && window.jupyterapp.shell.currentWidget;
  return !!(widget && widget.context && widget.context.isReady);
}"""
KERNEL_IDLE = """() => {
  const session = window.jupyterapp.shell.currentWidget.sessionContext.session;
  return !!(session && session.kernel && session.kernel.status === 'idle');
}"""


class Screen:
    """One page with its console, its errors and its requests."""

    def __init__(self, browser: Browser, shots: Path, *, width: int = 1400, height: int = 1000, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(90_000)
        self.shots = shots
        self.errors: list[str] = []
        self.requests: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", lambda request: self.requests.append(request.url))
        # Nothing but this machine can be reached, whatever a page asks for.
        self.context.route(lambda url: not url.startswith(LOCAL), lambda route: route.abort("internetdisconnected"))

    @property
    def strangers(self) -> list[str]:
        """Requests that wanted to leave this machine."""
        return [url for url in self.requests if not url.startswith(LOCAL)]

    def open_file(self, path: Path) -> None:
        # Drawing in software keeps a page busy; it has loaded when its views say so.
        self.page.goto(path.resolve().as_uri(), wait_until="commit", timeout=120_000)

    def settle(self, timeout: float = 90) -> None:
        """Wait until every view on the page is drawn or says why not."""
        self.page.wait_for_function(SETTLED, timeout=timeout * 1000)
        self.page.wait_for_timeout(600)

    def open_notebook(self, link: str, *, run: bool = True, timeout: float = 180) -> None:
        self.page.goto(link)
        self.page.wait_for_function(NOTEBOOK_READY, timeout=timeout * 1000)
        if not run:
            return
        self.page.wait_for_function(KERNEL_IDLE, timeout=timeout * 1000)
        self.run_all(timeout)

    def run_all(self, timeout: float = 180) -> None:
        self.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(KERNEL_IDLE, timeout=timeout * 1000)

    def ask_python(self, code: str) -> str:
        """Run code in the kernel of the open notebook and return what it prints."""
        return str(
            self.page.evaluate(
                """async code => {
                  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                  let text = '';
                  const future = kernel.requestExecute({code});
                  future.onIOPub = message => { if (message.content.text) text += message.content.text;
                    if (message.content.ename) text += message.content.ename + ': ' + message.content.evalue; };
                  await future.done;
                  return text;
                }""",
                code,
            )
        ).strip()

    def views(self) -> list[dict[str, str]]:
        return list(
            self.page.evaluate(
                "() => [...document.querySelectorAll('[data-wb-view]')].map(e => ({...e.dataset, "
                "said: (e.querySelector('.wb-say') || {}).textContent || ''}))"
            )
        )

    def shoot(self, name: str, where: str | Locator | None = None) -> Picture:
        """Take a picture of an element (or of the page), keep it in ci-output, and return what is on it."""
        path = self.shots / f"{name}.png"
        if where is None:
            content = self.page.screenshot(path=path)
        else:
            element = self.page.locator(where).first if isinstance(where, str) else where
            element.scroll_into_view_if_needed()
            time.sleep(0.3)
            content = element.screenshot(path=path)
        return Picture(content)

    def close(self) -> None:
        self.context.close()


LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "file://", "data:", "blob:", "about:")


class Picture:
    """Pixels of a screenshot."""

    def __init__(self, content: bytes) -> None:
        self.pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB")).astype(int)

    @property
    def inked(self) -> int:
        """Pixels that are not white."""
        return int((np.abs(self.pixels - 255).max(axis=2) > 12).sum())

    @property
    def colours(self) -> int:
        """Number of different colours: thousands for shaded 3D, a handful for text."""
        return len(np.unique(self.pixels.reshape(-1, 3), axis=0))

    def near(self, colour: str, tolerance: int = 40) -> int:
        """Pixels close to a colour such as ``#0f9d6e``, whatever their brightness between half and full."""
        wanted = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        best = np.full(self.pixels.shape[:2], np.inf)
        for shade in (1.0, 0.85, 0.7, 0.55):
            best = np.minimum(best, np.abs(self.pixels - wanted * shade).max(axis=2))
        return int((best < tolerance).sum())
