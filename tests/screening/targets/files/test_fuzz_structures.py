"""Pieces of a structure written with random habits: the same chains, ligand, waters, metal and elements come out."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path

import numpy as np
import pytest

from screening.errors import ScreeningError
from screening.targets.files.read import read_target
from screening.targets.target import Target
from tests.screening.targets.files import structure_habits as habits

_WAYS = [habits.as_pdb, habits.as_pdb, habits.as_cif, habits.as_cif, habits.through_ours]
_WAYS += [habits.through_biotite] if importlib.util.find_spec("biotite") else []
_WAYS += [habits.through_gemmi] if importlib.util.find_spec("gemmi") else []


def _differences(target: Target, seeds: range, folder: Path) -> list[str]:
    found = []
    for seed in seeds:
        rng = random.Random(seed)
        given = habits.piece(target, rng)
        path, how, kept = rng.choice(_WAYS)(given, rng, folder)
        try:
            again = read_target(path)
        except ScreeningError as error:
            found.append(f"seed {seed} {how}: {error}")
            continue
        elements, counts = np.unique(again.atoms.element, return_counts=True)
        read = {
            "sequences": [chain.sequence for chain in again.chains if chain.kind == "protein"],
            "ligands": [group.atoms for group in again.groups if group.kind == "ligand"],
            "others": sorted(group.kind for group in again.groups if group.kind != "ligand"),
            "waters": again.waters,
            "elements": {str(kind): int(count) for kind, count in zip(elements, counts)},
            "chains": [chain.id for chain in again.chains if chain.kind == "protein"] if kept else None,
        }
        wanted = {
            "sequences": given.sequences, "ligands": [given.ligand_atoms], "others": ["metal"], "waters": given.waters,
            "elements": given.elements, "chains": ["A", "B"] if kept else None,
        }  # fmt: skip
        found += [f"seed {seed} {how}: {fact} {read[fact]} for {wanted[fact]}" for fact in wanted
                  if read[fact] != wanted[fact]]  # fmt: skip
    return found


def test_pieces_with_the_habits_of_many_programs(pka: Target, tmp_path: Path) -> None:
    assert _differences(pka, range(40), tmp_path) == []


@pytest.mark.slow
def test_many_pieces_with_the_habits_of_many_programs(pka: Target, tmp_path: Path) -> None:
    assert _differences(pka, range(1000, 3000), tmp_path) == []
