"""Docking as the oracle: the best score of the poses of a compound in one binding site.

A docking score ranks poses and compounds of one site; it is no affinity.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from screening.errors import InputError
from screening.poses.engines.catalog import engine_named
from screening.poses.placement import DEFAULT_SEED, PlacementTimeoutError, Search, lowest_energy
from screening.poses.receptor.prepare import prepare_receptor
from screening.poses.receptor.receptor import Receptor
from screening.provenance import file_sha256
from screening.runs.search.oracles.oracle import Answer, Question
from screening.runs.site import place_site
from screening.targets.files.read import read_target
from screening.targets.ligands.bound_ligand import bound_ligand


@dataclasses.dataclass(frozen=True)
class DockOracle:
    """Docks.

    Attributes
    ----------
    target
        Structure file.
    site
        The binding site, as every command takes it (`screening.runs.site`).
    engine
        Name in `screening.poses.engines.catalog`; the first that can be used here by default.
    seed
        Of the engine.
    seconds
        Time limit for one compound.
    short
        Search for a fraction of the time; `in_full` is then the oracle that searches in full.
    """

    target: str
    site: str
    engine: str | None = None
    seed: int = DEFAULT_SEED
    seconds: float = 600.0
    short: bool = False

    @property
    def score_name(self) -> str:
        """What its answers are."""
        return f"docking score ({engine_named(self.engine).name}{', short search' if self.short else ''})"

    @property
    def in_full(self) -> DockOracle | None:
        """The oracle that searches in full, None for that one itself."""
        return dataclasses.replace(self, short=False) if self.short else None

    @property
    def bound_ligand(self) -> str:
        """SMILES of the ligand that the site was built around; empty if there is none."""
        structure = read_target(self.target)
        residue = place_site(structure, self.site).ligand
        return bound_ligand(structure, residue).smiles if residue is not None else ""

    @property
    def higher_is_better(self) -> bool:
        """Energies: the lower the better."""
        return False

    def describe(self) -> dict[str, Any]:
        """Return kind, the hash of the structure, site, engine and seed."""
        return {
            "kind": "dock",
            "target": file_sha256(self.target),
            "site": self.site,
            "engine": engine_named(self.engine).name,
            "seed": self.seed,
            "answer": "lowest energy of all poses",
            **({"short": True} if self.short else {}),
        }

    def answer(self, questions: Sequence[Question]) -> list[Answer]:
        """Dock each compound; the best energy of its poses is the answer."""
        receptor = _receptor(self.target, self.site)
        return [self._one(receptor, question) for question in questions]

    def _one(self, receptor: Receptor, question: Question) -> Answer:
        try:
            lowest = lowest_energy(
                receptor,
                question.smiles,
                name=question.name,
                search=Search(self.engine, self.seed, quick=self.short),
                time_limit=self.seconds,
            )
        except (InputError, PlacementTimeoutError) as error:
            return Answer(None, str(error))
        return Answer(None, "the engine found no pose") if lowest is None else Answer(lowest.value)


@lru_cache(maxsize=2)
def _receptor(target: str, site: str) -> Receptor:
    structure = read_target(target)
    return prepare_receptor(structure, place_site(structure, site))
