"""Matched pairs against RDKit's own fragmentation, and R-groups of series whose answer is known."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem
from rdkit.Chem import rdMMPA

from screening.compounds.series.cuts import CutMolecule
from screening.compounds.series.matched_pairs import matched_pairs, surroundings_text
from screening.compounds.series.r_groups import common_core, r_groups
from screening.errors import UsageError

BENZAMIDES = [f"CNC(=O)c1ccc({group})cc1" for group in ("F", "Cl", "Br", "C", "OC", "C#N")]


@pytest.fixture(scope="module")
def measured(data: Path) -> tuple[list[str], np.ndarray]:
    with (data / "affinities" / "nav17.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))[:120:2]
    return [row["smiles"] for row in rows], np.array([float(row["pIC50"]) for row in rows])


def test_exchanges_have_the_mean_and_count_of_their_pairs() -> None:
    smiles = [text.replace("F", "[H]") if at == 9 else text for at, text in enumerate(BENZAMIDES)]
    smiles += ["CNC(=O)c1ccccc1", "CCc1ccc(F)cc1", "CCc1ccccc1"]
    values = np.array([6.0, 7.0, np.nan, 5.0, 5.5, 6.5, 5.6, 4.8, 4.0])
    found = {(one.before, one.after): one for one in matched_pairs(smiles, values, least_pairs=1)}
    bare = found["[H][*:1]", "F[*:1]"]
    assert sorted(bare.pairs) == [(6, 0), (8, 7)]
    assert bare.mean == pytest.approx(0.6)
    assert bare.raised == 2
    assert surroundings_text(bare.surroundings) == "aromatic carbon"
    low, high = bare.interval()
    # Student's t of one degree of freedom at 95 %: 6.314 times 0.283 / sqrt 2.
    assert (low, high) == (pytest.approx(0.6 - 1.2628, abs=1e-3), pytest.approx(0.6 + 1.2628, abs=1e-3))
    # A value that is missing makes no pair, and methyl lowers what chlorine raises.
    assert not any(2 in pair for one in found.values() for pair in one.pairs)
    assert found["C[*:1]", "Cl[*:1]"].mean == pytest.approx(2.0)


def test_every_exchange_rises_and_a_pair_counts_once(measured: tuple[list[str], np.ndarray]) -> None:
    found = matched_pairs(*measured, least_pairs=1)
    pairs = [tuple(sorted(pair)) for one in found for pair in one.pairs]
    assert len(pairs) == len(set(pairs)) > 20
    assert all(one.mean >= 0 for one in found)
    for one in found:
        changes = [measured[1][after] - measured[1][before] for before, after in one.pairs]
        assert one.mean == pytest.approx(np.mean(changes))


def test_pairs_with_one_cut_are_those_of_rdkit(measured: tuple[list[str], np.ndarray]) -> None:
    smiles, values = measured
    rests: dict[str, set[int]] = {}
    for row, text in enumerate(smiles):
        mol = Chem.MolFromSmiles(text)
        Chem.RemoveStereochemistry(mol)
        for _, cut in rdMMPA.FragmentMol(mol, maxCuts=1, resultsAsMols=False):
            one, other = cut.split(".")
            for rest, fragment in ((one, other), (other, one)):
                sizes = [Chem.MolFromSmiles(part).GetNumHeavyAtoms() for part in (rest, fragment)]
                if sizes[1] <= 12 and sizes[0] >= sizes[1]:
                    rests.setdefault(rest, set()).add(row)
    wanted = {(a, b) for rows in rests.values() for a in rows for b in rows if a < b}
    wanted = {(a, b) for a, b in wanted if _flat(smiles[a]) != _flat(smiles[b])}
    found = {tuple(sorted(pair)) for one in matched_pairs(smiles, values, least_pairs=1) for pair in one.pairs}
    assert len(wanted) > 20
    # Two cuts, and a hydrogen on one side, find more.
    assert wanted <= found


def _flat(smiles: str) -> str:
    return str(Chem.MolToSmiles(CutMolecule(Chem.MolFromSmiles(smiles)).mol))


def test_wrong_settings_are_one_sentence() -> None:
    with pytest.raises(UsageError, match="the radius is 4"):
        matched_pairs(BENZAMIDES, np.zeros(6), radius=4)
    with pytest.raises(UsageError, match="0 pairs"):
        matched_pairs(BENZAMIDES, np.zeros(6), least_pairs=0)
    with pytest.raises(UsageError, match="cannot be read"):
        r_groups(BENZAMIDES, "c1ccc(")
    with pytest.raises(UsageError, match="no compound holds the core"):
        r_groups(BENZAMIDES, "C1CCNCC1")
    with pytest.raises(UsageError, match="no ring system in common"):
        r_groups(["CCO", "CCN"])


def test_groups_stand_at_their_positions_and_nobody_is_lost() -> None:
    smiles = [*BENZAMIDES, "CCO", "broken("]
    found = r_groups(smiles, "O=C(N)c1ccccc1")
    assert found.rows == tuple(range(6))
    assert len(found.labels) == 1
    assert [text.replace("*", "") for text in found.groups["R1"]] == ["F", "Cl", "Br", "C", "OC", "C#N"]
    assert found.same == {"N3": "*C"}
    assert found.left_out == {6: "does not hold the core", 7: "its SMILES cannot be read"}
    values = np.array([6.0, 7.0, np.nan, 5.0, 5.5, 6.5, 1.0, 1.0])
    groups = {one.smiles: one for one in found.substituents("R1", values)}
    assert (groups["*Cl"].mean, groups["*Br"].mean) == (7.0, None)


def test_a_symmetric_core_is_laid_the_same_way_in_all() -> None:
    # The meta group is written from either side.
    found = r_groups(["Fc1cccc(C(=O)O)c1", "OC(=O)c1cccc(Cl)c1", "Brc1cc(ccc1)C(O)=O", "Cc1cccc(c1)C(O)=O"], "c1ccccc1")
    assert sorted(len(set(texts)) for texts in found.groups.values()) == [4]
    assert list(found.same.values()) == ["*C(=O)O"]


def test_attachment_points_say_where_groups_may_be() -> None:
    found = r_groups(["Fc1ccc(O)cc1", "Clc1ccc(O)cc1", "Fc1cc(Cl)c(O)cc1"], "Oc1ccc([*:3])cc1")
    assert found.labels == ("R3",)
    assert found.left_out == {2: "has a group where the core has no attachment point"}
    assert "[*:3]" in found.core


def test_the_core_is_what_most_have_in_common(measured: tuple[list[str], np.ndarray]) -> None:
    mols = [Chem.MolFromSmiles(text) for text in measured[0]]
    core = Chem.MolFromSmiles(common_core(mols))
    assert sum(mol.HasSubstructMatch(core) for mol in mols) > len(mols) / 3
    assert core.GetNumAtoms() >= 7
