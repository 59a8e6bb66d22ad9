from __future__ import annotations

from pathlib import Path

import pytest

from screening.targets.binding_site import BindingSite
from screening.targets.files.read import read_target
from screening.targets.sites.site_around import site_around_ligand
from screening.targets.target import Target


@pytest.fixture(scope="session")
def target(data: Path) -> Target:
    return read_target(data / "targets" / "1fmo.cif")


@pytest.fixture(scope="session")
def site(target: Target) -> BindingSite:
    return site_around_ligand(target, "ADN")
