"""The wheel, installed in an empty environment and away from the checkout, is all that a user needs."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path
from typing import Any

import pytest

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
#: In the new environment: each process notes which files of ours it imports, as it does, since some end abruptly.
_NOTE = """
import os, sys
from importlib.machinery import PathFinder
class Noting:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] not in ("screening", "workbench"):
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.origin:
            with open(os.environ["IMPORTED"], "a", encoding="utf-8") as stream:
                stream.write(spec.origin + "\\n")
        return spec
sys.meta_path.insert(0, Noting)
"""

_VIEWS = """
import sys
from pathlib import Path
import workbench as wb
from screening.targets.ligands.bound_ligand import bound_ligand

out = Path(sys.argv[1])
run = wb.open_run(out / "run")
target, site = run.target, run.site
pose = wb.Pose(bound_ligand(target, site.ligand).mol, "as it lies in the crystal", "adenosine")
views = {
    "target": wb.view_target(target), "site": wb.view_site(target, site), "pose": wb.view_pose(target, site, pose),
    "poses": wb.view_poses([pose], target, site), "hits": wb.view_hits(run.table(5), target, site),
    "pockets": wb.view_pockets(target, wb.find_pockets(target)), "compare": wb.view_compare([(target, site)] * 2),
    "variants": wb.view_variants(target, wb.place_variants(target, ["T183A"])),
}
for name, view in views.items():
    page = Path(view.save_html(out / f"{name}.html")).read_text(encoding="utf-8")
    assert 'data-wb-view="' in page, name
    print(name, len(page) > 200_000)  # 3Dmol.js is in it
"""


class Installed:
    """An environment that holds the wheel, and the libraries of this one behind it."""

    def __init__(self, wheel: Path, folder: Path) -> None:
        self.folder, self.imported = folder, folder / "imported.txt"
        self._run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")])
        bin_ = "Scripts" if os.name == "nt" else "bin"
        self.python = folder / "venv" / bin_ / Path(sys.executable).name
        if not self.python.exists():
            self.python = folder / "venv" / bin_ / "python"
        pip = [*PIP, "--python", str(self.python), "install", "--no-deps", "--no-index", str(wheel)]
        self._run(pip)
        where = "import sysconfig; print(sysconfig.get_path('purelib'))"
        self.site = Path(self._run([str(self.python), "-c", where]).strip())
        # Files named .pth are read in the environment's own folder only, so the editable install is not.
        (self.site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        (self.site / "sitecustomize.py").write_text(_NOTE, encoding="utf-8")
        self.program = self.python.with_name("workbench")

    def _run(self, command: list[str], timeout: float = 300, **options: Any) -> str:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
        return done.stdout

    def run(self, command: list[str], timeout: float = 300) -> str:
        """Run a command of the environment elsewhere, and see that nothing came from the checkout."""
        outside = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
        home = self.folder / "home"
        home.mkdir(exist_ok=True)
        self.imported.unlink(missing_ok=True)
        said = self._run(command, timeout, cwd=home, env={**outside, "IMPORTED": str(self.imported)})
        files = set(self.imported.read_text(encoding="utf-8").split("\n")) - {""}
        assert files, "the hook did not run"
        assert [file for file in files if not Path(file).is_relative_to(self.site)] == []
        return said


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("hatchling", reason="hatchling, which builds the package, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    build = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(folder), str(root)]
    done = subprocess.run(build, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Installed:
    return Installed(wheel, wheel.parent)


def test_the_wheel_holds_every_file_of_the_packages(root: Path, wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        there = set(archive.namelist())
    listed = subprocess.run(
        ["git", "ls-files", "screening", "workbench", "data"], cwd=root, capture_output=True, text=True
    )
    if listed.returncode:
        pytest.skip("this is no checkout")
    wanted = [name for name in listed.stdout.split("\n") if name and (root / name).is_file()]
    assert len(wanted) > 300
    names = (f"workbench/_{name}" if name.startswith("data/") else name for name in wanted)
    assert [name for name in names if name not in there] == []


@pytest.mark.slow
def test_it_opens_a_target_away_from_the_checkout(installed: Installed) -> None:
    source = "import workbench as wb; print(wb.open_target(wb.shipped('targets/1fmo.cif')).id, wb.__version__)"
    assert installed.run([str(installed.python), "-c", source]).startswith("1FMO ")
    assert "demo" in installed.run([str(installed.program), "--help"])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_demo_runs_and_each_view_opens(installed: Installed) -> None:
    demo = installed.folder / "demo"
    said = installed.run([str(installed.program), "demo", "--out", str(demo)], timeout=1500)
    assert "Done" in said
    for name in ("hits.csv", "hits.sdf", "hits.html"):
        assert (demo / name).stat().st_size > 10_000
    assert list(demo.glob("dossier.*"))
    views = installed.run([str(installed.python), "-c", _VIEWS, str(demo)], timeout=600)
    assert views.split("\n")[:-1] == [
        f"{name} True" for name in ("target", "site", "pose", "poses", "hits", "pockets", "compare", "variants")
    ]
