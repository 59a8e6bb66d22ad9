"""Docking programs of the Vina family that are found on the PATH."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from screening.errors import InputError, MissingExtraError
from screening.poses.engines.engine import Placement, require_seed
from screening.poses.engines.pdbqt_poses import coordinates_of
from screening.poses.pose import Score
from screening.poses.receptor.receptor import Receptor

#: What these programs write behind ``REMARK``, with the score that it is.
_REMARKS = (
    (re.compile(r"^REMARK (?:VINA RESULT|minimizedAffinity):?\s+(\S+)"), "Vina score", "kcal/mol", False),
    (re.compile(r"^REMARK CNNscore:?\s+(\S+)"), "CNN score", "", True),
    (re.compile(r"^REMARK CNNaffinity:?\s+(\S+)"), "CNN affinity", "pK", True),
)


class CommandLineEngine:
    """A program that takes ``--receptor --ligand --center_x ... --out`` and writes PDBQT.

    Parameters
    ----------
    name
        Name in the catalog.
    program
        Name of the program on the PATH.
    options
        Further options.
    rank_by
        The score that the program ranks by.
    without_networks
        Options that leave out its neural networks, if it has any.
    """

    takes_starts = False

    def __init__(
        self,
        name: str,
        program: str,
        options: tuple[str, ...] = (),
        rank_by: str = "Vina score",
        without_networks: tuple[str, ...] = (),
    ) -> None:
        self.name = name
        self._program, self._options, self._rank_by = program, options, rank_by
        self._without_networks = without_networks

    def available(self) -> bool:
        """Tell whether the program is on the PATH."""
        return shutil.which(self._program) is not None

    def version(self) -> str:
        """Return what the program says of itself after ``--version``."""
        return _version(self._path())

    def dock(
        self,
        receptor: Receptor,
        ligands: list[str],
        *,
        seed: int,
        poses: int,
        starts: list[list[str]] | None = None,
        quick: bool = False,
        networks: bool = True,
    ) -> list[list[Placement]]:
        """Dock each ligand; these programs make their maps anew for each."""
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            (place / "receptor.pdbqt").write_text(receptor.pdbqt())
            effort = (*(("--exhaustiveness", "2") if quick else ()), *(() if networks else self._without_networks))
            return [self._docked(place, receptor, ligand, require_seed(seed), poses, effort) for ligand in ligands]

    def _docked(
        self, place: Path, receptor: Receptor, ligand: str, seed: int, poses: int, effort: tuple[str, ...]
    ) -> list[Placement]:
        (place / "ligand.pdbqt").write_text(ligand)
        out = place / "out.pdbqt"
        out.unlink(missing_ok=True)
        box = [
            text
            for axis, centre, size in zip("xyz", receptor.box.centre_A, receptor.box.size_A)
            for text in (f"--center_{axis}", f"{centre:g}", f"--size_{axis}", f"{size:g}")
        ]
        command = [
            self._path(), "--receptor", str(place / "receptor.pdbqt"), "--ligand", str(place / "ligand.pdbqt"), *box,
            "--seed", str(seed), "--cpu", "1", "--num_modes", str(poses), "--out", str(out), *self._options,
            *effort,
        ]  # fmt: skip
        answer = subprocess.run(command, capture_output=True, text=True, cwd=place, check=False)
        if answer.returncode or not out.exists():
            said = " ".join((answer.stderr or answer.stdout).split())[-200:]
            raise InputError(f"{self._program} failed with exit code {answer.returncode} ({said})")
        text = out.read_text()
        models = [part for part in re.split(r"^MODEL.*$", text, flags=re.MULTILINE) if "ATOM" in part]
        return [Placement(coordinates_of(model)[0], self._scores(model)) for model in models]

    def _scores(self, model: str) -> tuple[Score, ...]:
        found: list[Score] = []
        for line in model.splitlines():
            for pattern, name, unit, higher in _REMARKS:
                match = pattern.match(line)
                if match and all(score.name != name for score in found):
                    found.append(Score(name, float(match[1]), unit, higher))
        return tuple(sorted(found, key=lambda score: score.name != self._rank_by))

    def _path(self) -> str:
        path = shutil.which(self._program)
        if path is None:
            raise MissingExtraError(f"the docking program {self._program} is not on the PATH")
        return path


@lru_cache(maxsize=8)
def _version(path: str) -> str:
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(?:\.\d+)+\S*", answer.stdout + answer.stderr)
    return found[0] if found else "of unknown version"
