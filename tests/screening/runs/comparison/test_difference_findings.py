"""Why one compound is weaker: what is said of a series whose answer is known, and nothing without a reason."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from rdkit import Chem

from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.errors import UsageError
from screening.poses.interactions.find_contacts import find_contacts
from screening.poses.interactions.surroundings import ligand_surroundings
from screening.poses.pose import Pose
from screening.runs.comparison.compare_compounds import ComparedCompounds, Knowledge, compare_compounds
from screening.runs.comparison.difference_findings import Finding, conclusion, findings, headline
from screening.runs.evidence.training import TrainingCompounds
from screening.targets.files.read import read_target
from screening.targets.ligands.bound_ligand import bound_ligand
from screening.targets.sites.site_around import site_around_ligand

#: Benzamides: chlorine for fluorine costs about one log unit in every one of them.
AMINES = ("N", "NC", "NCC", "NC1CC1", "NCCO")
PAIRS = [(f"O=C({amine})c1ccc(F)cc1", f"O=C({amine})c1ccc(Cl)cc1") for amine in AMINES]
FALLS = (1.0, 0.9, 1.1, 1.2, 0.8)


def known(values: dict[str, float], limits: dict[str, int] | None = None) -> Knowledge:
    parents = [parent_of(smiles) for smiles in values]
    assert all(isinstance(one, Parent) for one in parents)
    return Knowledge(
        TrainingCompounds(
            [f"compound {row}" for row in range(len(values))],
            [one.identity for one in parents],
            [one.smiles for one in parents],
            np.array(list(values.values())),
            np.array([(limits or {}).get(smiles, 0) for smiles in values], np.int8),
        ),
        "the test",
        "pIC50",
    )


def series() -> dict[str, float]:
    found = {}
    for (fluorine, chlorine), fall in zip(PAIRS, FALLS):
        found |= {fluorine: 7.0, chlorine: 7.0 - fall}
    return found


def about(pair: ComparedCompounds, what: str) -> Finding:
    return next(one for one in findings(pair) if one.about == what)


def test_an_exchange_that_always_costs_as_much_explains_it() -> None:
    pair = compare_compounds(known(series()), PAIRS[0][1], PAIRS[0][0])
    assert headline(pair) == "compound 1 is 10 times weaker than compound 0: 1.00 log units (measured pIC50)."
    effect = about(pair, "the same exchange elsewhere")
    assert effect.explains
    assert "In 4 other pairs" in effect.sentence
    assert "+1.00 on average from compound 1 to compound 0" in effect.sentence
    assert conclusion(pair, findings(pair)) == "What explains it: the same exchange elsewhere."


def test_nothing_explains_an_exchange_that_does_the_opposite_elsewhere() -> None:
    values = series()
    values[PAIRS[0][1]] = 9.0
    pair = compare_compounds(known(values), *PAIRS[0])
    assert headline(pair).startswith("compound 0 is 100 times weaker than compound 1")
    assert about(pair, "the same exchange elsewhere").explains is False
    assert conclusion(pair, findings(pair)).startswith("Nothing here explains it, not the same exchange elsewhere.")


def test_an_exchange_that_no_other_pair_has_is_said() -> None:
    pair = compare_compounds(known({PAIRS[0][0]: 7.0, PAIRS[0][1]: 5.0}), *PAIRS[0])
    assert "No other pair of the 2 compounds" in about(pair, "the same exchange elsewhere").sentence
    assert "more compounds with the same exchange" in conclusion(pair, findings(pair))


def test_a_difference_within_the_error_of_measurement_needs_no_reason() -> None:
    alone = compare_compounds(known({PAIRS[0][0]: 7.0, PAIRS[0][1]: 6.8}), *PAIRS[0])
    assert "nothing to explain" in conclusion(alone, findings(alone))
    always = compare_compounds(known(series() | {PAIRS[0][1]: 6.8}), *PAIRS[0])
    assert "the same exchange does as much in other pairs" in conclusion(always, findings(always))


def test_limits_bound_the_difference_or_leave_it_open() -> None:
    one, other = PAIRS[0]
    below = compare_compounds(known(series() | {other: 5.0}, {other: -1}), one, other)
    assert headline(below) == (
        "compound 1 is at least 100 times weaker than compound 0: at least 2.00 log units (measured pIC50)."
    )
    above = compare_compounds(known(series() | {other: 5.0}, {other: 1}), one, other)
    assert headline(above).startswith("It is not known which")
    assert "limits leave open" in about(above, "measured").sentence


def test_the_same_compound_and_strangers_are_said_to_be_that() -> None:
    same = compare_compounds(known(series()), PAIRS[0][0], PAIRS[0][0])
    assert "are the same compound" in headline(same)
    assert conclusion(same, findings(same)) == "There is no difference to explain."
    unlike = compare_compounds(known(series() | {"CCCCCCCCCCO": 5.0}), PAIRS[0][0], "CCCCCCCCCCO")
    assert "no analogues" in about(unlike, "what changes").sentence


def test_a_stereoisomer_lends_no_value() -> None:
    values = {"C[C@H](N)Cc1ccccc1": 8.0, "CC(N)Cc1ccc(F)cc1": 6.0}
    pair = compare_compounds(known(values), "C[C@@H](N)Cc1ccccc1", "compound 1")
    assert np.isnan(pair.first.value)
    assert about(pair, "measured").first == "8.00 of compound 0, a stereoisomer"
    assert headline(pair).startswith("It is not known which")


def test_what_names_nothing_or_several_is_refused() -> None:
    asked = known(series())
    with pytest.raises(UsageError, match=r"no compound of the test is 'aspirin'"):
        compare_compounds(asked, "aspirin", PAIRS[0][0])
    twice = dataclasses.replace(asked, training=dataclasses.replace(asked.training, names=["same"] * 10))
    with pytest.raises(UsageError, match=r"'same' names 10 compounds"):
        compare_compounds(twice, "same", PAIRS[0][0])


def test_a_contact_of_the_changed_atoms_that_is_lost_explains_it(data: Path) -> None:
    """Adenosine in 1FMO gives its amine to GLU121; without the amine the contact is gone, and the rest stays."""
    target = read_target(data / "targets" / "1fmo.cif")
    site = site_around_ligand(target, "ADN")
    whole = bound_ligand(target, site.ligand).mol
    amine = next(
        atom.GetIdx() for atom in whole.GetAtoms() if atom.GetSymbol() == "N" and len(_heavy_neighbours(atom)) == 1
    )
    lacking = Chem.RWMol(Chem.RemoveHs(whole))
    lacking.RemoveAtom(amine)
    lacking = lacking.GetMol()
    Chem.SanitizeMol(lacking)
    names = Chem.MolToSmiles(Chem.RemoveHs(whole)), Chem.MolToSmiles(lacking)
    pair = compare_compounds(known({names[0]: 7.0, names[1]: 5.0}), *names)
    around = ligand_surroundings(target, site.ligand)
    poses = []
    for side, mol in zip((pair.first, pair.second), (Chem.RemoveHs(whole), lacking)):
        posed = Chem.AddHs(mol, addCoords=True)
        contacts = tuple(find_contacts(around, posed))
        poses.append(dataclasses.replace(
            side, pose=Pose(side.smiles, Chem.MolToMolBlock(posed), "crystal", side.name, interactions=contacts)
        ))  # fmt: skip
    pair = dataclasses.replace(pair, first=poses[0], second=poses[1])
    found = about(pair, "contacts")
    assert found.explains, found
    assert "hydrogen bond GLU121" in found.sentence
    assert "hydrogen bond GLU121" not in found.second
    assert "contacts of the docked poses" in conclusion(pair, findings(pair))


def _heavy_neighbours(atom: Chem.Atom) -> list[Chem.Atom]:
    return [one for one in atom.GetNeighbors() if one.GetAtomicNum() > 1]
