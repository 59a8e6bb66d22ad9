"""Chromium, JupyterLab and the folder for screenshots; without a Chromium these tests are skipped."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from screening.targets.binding_site import BindingSite
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand
from screening.targets.target import Target


def chromium_path() -> str | None:
    return next(
        (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
    )


@pytest.fixture(scope="session")
def shots(root: Path) -> Path:
    folder = root / "ci-output" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def playwright_driver() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if chromium_path() is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium fonts-dejavu-core)")
    with playwright.sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright_driver: Any) -> Iterator[Any]:
    from tests.browser.screen import ARGUMENTS

    browser = playwright_driver.chromium.launch(executable_path=chromium_path(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def browser_without_webgl(playwright_driver: Any) -> Iterator[Any]:
    from tests.browser.screen import WITHOUT_WEBGL

    browser = playwright_driver.chromium.launch(executable_path=chromium_path(), args=WITHOUT_WEBGL)
    yield browser
    browser.close()


@pytest.fixture
def screen(browser: Any, shots: Path) -> Iterator[Callable[..., Any]]:
    """Make pages; each test ends with a look at whether any of them wanted to leave the machine."""
    from tests.browser.screen import Screen

    made: list[Screen] = []

    def make(**options: Any) -> Screen:
        made.append(Screen(options.pop("browser", browser), shots, **options))
        return made[-1]

    yield make
    strangers = [url for one in made for url in one.strangers]
    for one in made:
        one.close()
    assert strangers == [], "a page wanted to reach another machine"


@pytest.fixture(scope="session")
def target(data: Path) -> Target:
    return read_target(data / "targets" / "1fmo.cif")


@pytest.fixture(scope="session")
def site(target: Target) -> BindingSite:
    return site_around_ligand(target, "ADN")


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, root: Path, data: Path, playwright_driver: Any) -> Iterator[Any]:
    from tests.browser.lab import Lab

    folder = tmp_path_factory.mktemp("lab")
    notebooks = folder / "notebooks"
    shutil.copytree(root / "notebooks", notebooks, ignore=shutil.ignore_patterns("out", ".ipynb_checkpoints"))
    with Lab(folder, notebooks) as running:
        yield running


@pytest.fixture
def notebook7(tmp_path: Path, root: Path, playwright_driver: Any) -> Iterator[Any]:
    pytest.importorskip("notebook", reason="Notebook 7 is not installed")
    from tests.browser.lab import Notebook

    notebooks = tmp_path / "notebooks"
    shutil.copytree(root / "notebooks", notebooks, ignore=shutil.ignore_patterns("out", ".ipynb_checkpoints"))
    with Notebook(tmp_path, notebooks) as running:
        yield running
