"""Designs: fragments in context, rules from measurements, replacements, constraints, and the list that comes out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from rdkit import Chem

from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.prepared_library import PreparedLibrary
from screening.compounds.series.cuts import HYDROGEN, CutMolecule
from screening.errors import FileError, LibraryError, UsageError
from screening.models.storage import load_model
from screening.runs.design import judge
from screening.runs.design.constraints import Constraints
from screening.runs.design.design import Designs, design_around
from screening.runs.design.fragment_table import FragmentTable, build_fragment_table, open_fragment_table
from screening.runs.design.joining import context_of, joined
from screening.runs.design.matched_pairs import rules_for
from screening.runs.design.ranking import Share, ranked, spread
from screening.runs.design.replacement_list import REFERENCES, REPLACEMENTS
from screening.runs.design.sources import replacements
from screening.runs.design.sources.catalog import SOURCES
from screening.runs.design.sources.proposal import Question

COMPOUNDS = """CCOc1ccccc1 ethoxy
COc1ccccc1 methoxy
Clc1ccccc1 chloro
Cc1ccccc1 tolyl
CNC(=O)c1ccccc1 amide
N#Cc1ccccc1 cyano
OCCc1ccccc1 alcohol
COc1ccc(Cl)cc1 both
"""


def molecule(smiles: str) -> Chem.Mol:
    mol = Chem.MolFromSmiles(smiles)
    assert mol is not None
    return mol


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> PreparedLibrary:
    folder = tmp_path_factory.mktemp("small")
    (folder / "small.smi").write_text(COMPOUNDS)
    return prepare_library([folder / "small.smi"], folder / "library", batch_records=3)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory, small: PreparedLibrary) -> FragmentTable:
    path = tmp_path_factory.mktemp("table") / "fragments.parquet"
    build_fragment_table(small, path)
    return open_fragment_table(path)


@pytest.fixture(scope="module")
def designs(table: FragmentTable, small: PreparedLibrary, model: Path) -> Designs:
    trained = load_model(model)
    return design_around(
        trained.training_smiles[0], model=trained, fragments=table, library=small, radius=1, most=120, top=40
    )  # type: ignore[arg-type]


def test_a_fragment_put_back_gives_the_molecule() -> None:
    for text in ("COc1ccc(Cl)cc1", "C[C@H](N)C(=O)NCc1ccccc1", "c1cc2[nH]ccc2cc1", "O=C(Nc1ccccc1)N1CCOCC1"):
        mol = molecule(text)
        for cut in CutMolecule(mol).cuts():
            found = joined(context_of(mol, cut), cut.fragment)
            assert found is not None
            flat = molecule(found.smiles)
            Chem.RemoveStereochemistry(flat)
            wanted = molecule(text)
            Chem.RemoveStereochemistry(wanted)
            assert Chem.MolToSmiles(flat) == Chem.MolToSmiles(wanted), cut


def test_surroundings_are_those_of_the_rest_only() -> None:
    def of(text: str, fragment: str) -> tuple[str, ...]:
        return next(cut.environments for cut in CutMolecule(molecule(text)).cuts() if cut.fragment == fragment)

    methoxy = of("COc1ccccc1", "CO[*:1]")
    assert methoxy == of("Clc1ccccc1", "Cl[*:1]")
    assert of("Cc1ccccc1Cl", "Cl[*:1]")[1:] != methoxy[1:]
    assert of("Clc1cccnc1", "Cl[*:1]")[:2] == methoxy[:2]
    assert of("Clc1cccnc1", "Cl[*:1]")[2] != methoxy[2]
    assert of("c1ccccc1", HYDROGEN) == methoxy


def test_the_table_counts_compounds_and_says_where(
    tmp_path: Path, table: FragmentTable, small: PreparedLibrary
) -> None:
    environment = next(
        cut.environments[2] for cut in CutMolecule(molecule("Fc1ccccc1")).cuts() if cut.fragment == "F[*:1]"
    )
    seen = {fragment: count for fragment, _, count in table.seen_at(3, environment)}
    assert seen["CO[*:1]"] == 2
    assert seen["C#N[*:1]" if "C#N[*:1]" in seen else "N#C[*:1]"] == 1
    assert "Cl[*:1]" in seen
    rows = table.table.filter(np.array([text == "CO[*:1]" for text in table.table.column("fragment").to_pylist()]))
    assert min(rows.column("record").to_pylist()) == 1
    build_fragment_table(small, tmp_path / "again.parquet")
    assert (tmp_path / "again.parquet").read_bytes() == (tmp_path / "again.parquet").read_bytes()
    assert open_fragment_table(tmp_path / "again.parquet").table.equals(table.table)
    assert [one.name for one in tmp_path.iterdir()] == ["again.parquet"]
    often = build_fragment_table(small, tmp_path / "often.parquet", least=2)
    assert min(often.table.column("compounds").to_pylist()) >= 2


def test_tables_that_are_none(tmp_path: Path, small: PreparedLibrary) -> None:
    with pytest.raises(FileError, match="no such file"):
        open_fragment_table(tmp_path / "none.parquet")
    (tmp_path / "text.parquet").write_text("no")
    with pytest.raises(FileError, match="no Parquet file"):
        open_fragment_table(tmp_path / "text.parquet")
    pq.write_table(small.read_compounds(0), tmp_path / "other.parquet")
    with pytest.raises(FileError, match="is no table of fragments"):
        open_fragment_table(tmp_path / "other.parquet")
    with pytest.raises(UsageError, match="numbers of at least 1"):
        build_fragment_table(small, tmp_path / "x.parquet", least=0)
    with pytest.raises(FileError, match="is a folder"):
        build_fragment_table(small, tmp_path)


def test_rules_have_the_mean_effect_and_count_of_their_pairs() -> None:
    smiles = ["Clc1ccccc1", "Fc1ccccc1", "Clc1ccc(C)cc1", "Fc1ccc(C)cc1", "c1ccccc1", "Brc1ccccc1"]
    values = np.array([5.0, 6.0, 5.5, 6.7, 4.0, np.nan])
    parent = CutMolecule(molecule("Clc1ccc(CC)cc1"))
    rules = {(rule.radius, rule.before, rule.after): rule for rule in rules_for(parent, smiles, values, least_pairs=1)}
    rule = rules[1, "Cl[*:1]", "F[*:1]"]
    assert (rule.pairs, rule.effect) == (2, pytest.approx(1.1))
    assert rule.spread == pytest.approx(0.1 * np.sqrt(2))
    low, high = rule.interval()
    assert low < 1.1 < high
    assert rules[1, HYDROGEN, "Cl[*:1]"].effect == pytest.approx(1.0)
    assert rules[1, "Cl[*:1]", HYDROGEN].effect == pytest.approx(-1.0)
    assert not any("Br" in after for _, _, after in rules)
    assert all(one.pairs >= 2 for one in rules_for(parent, smiles, values))


def test_replacements_are_many_valid_and_referenced() -> None:
    assert len(REPLACEMENTS) >= 40
    assert len({one.name for one in REPLACEMENTS}) == len(REPLACEMENTS)
    assert replacements.unreadable() == []
    assert {one.reference for one in REPLACEMENTS} == set(REFERENCES)


@pytest.mark.parametrize(
    ("before", "name", "after"),
    [
        ("OC(=O)c1ccccc1", "carboxylic acid to tetrazole", "c1ccc(-c2nnn[nH]2)cc1"),
        ("CC(=O)Nc1ccccc1", "amide reversed", "CNC(=O)c1ccccc1"),
        ("COc1ccccc1", "aryl methoxy to difluoromethoxy", "FC(F)Oc1ccccc1"),
        ("Cc1ccccc1", "aromatic CH to nitrogen", "Cc1cccnc1"),
        ("CC(C)(C)c1ccccc1", "tert-butyl to CF3-cyclopropyl", "FC(F)(F)C1(c2ccccc2)CC1"),
        ("CCc1ccccc1", "phenyl to bicyclopentyl", "CCC12CC(C1)C2"),
    ],
)
def test_what_a_replacement_makes(before: str, name: str, after: str) -> None:
    found = {
        one.smiles: one for one in replacements.propose(Question(molecule(before), Constraints())) if one.change == name
    }
    assert Chem.CanonSmiles(after) in found
    new = found[Chem.CanonSmiles(after)]
    assert new.new_atoms
    assert max(new.new_atoms) < molecule(new.smiles).GetNumAtoms()


def test_constraints_hold(table: FragmentTable) -> None:
    parent = molecule(Chem.CanonSmiles("COc1ccc(Cl)cc1"))
    chlorine = next(atom.GetIdx() for atom in parent.GetAtoms() if atom.GetSymbol() == "Cl") + 1

    def made(constraints: Constraints, source: str) -> set[str]:
        return {one.smiles for one in SOURCES[source](Question(parent, constraints, table, 1))}

    for source in ("fragment in context", "medicinal chemistry"):
        kept = made(Constraints(core="c1ccccc1"), source)
        assert kept
        assert all(molecule(text).HasSubstructMatch(molecule("c1ccccc1")) for text in kept)
        only = made(Constraints(atoms=(chlorine,)), source)
        assert only
        assert all(molecule(text).HasSubstructMatch(Chem.MolFromSmarts("COc1ccccc1")) for text in only)
        grown = made(Constraints(grow=4), source)
        assert grown
        assert all(molecule(text).HasSubstructMatch(parent) for text in grown if "n" not in text)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"core": "c1cc"}, "is no SMARTS"),
        ({"windows": {"beauty": (0, 1)}}, "there is no property 'beauty'"),
        ({"windows": {"logp": (4, 1)}}, "the smaller number first"),
        ({"similarity": (0.5, 2)}, "two numbers from 0 to 1"),
    ],
)
def test_constraints_that_make_no_sense(facts: dict[str, object], sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        Constraints(**facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("constraints", "sentence"),
    [
        (Constraints(core="[Si]"), "is not in COc1ccccc1"),
        (Constraints(core="*~*~*~*~*~*~*~*"), "nothing of the compound may change"),
        (Constraints(atoms=(99,)), "there is no atom 99 in COc1ccccc1; expected 1 to 8"),
        (Constraints(grow=2), "atom 2 has no hydrogen"),
    ],
)
def test_constraints_that_do_not_fit_the_compound(constraints: Constraints, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        design_around("COc1ccccc1", constraints=constraints)


def test_bad_input_is_one_sentence() -> None:
    with pytest.raises(LibraryError, match="C1CC"):
        design_around("C1CC")
    with pytest.raises(UsageError, match="there is no source 'magic'"):
        design_around("CCO", sources=["magic"])
    with pytest.raises(UsageError, match="top is 0"):
        design_around("CCO", top=0)
    with pytest.raises(UsageError, match="the radius is 4"):
        design_around("CCO", radius=4)


def test_the_list_is_judged(designs: Designs, small: PreparedLibrary) -> None:
    rows = designs.table.to_pylist()
    assert rows
    assert len({row["smiles"] for row in rows}) == len(rows)
    assert designs.parent not in {row["smiles"] for row in rows}
    for row in rows:
        mol = molecule(row["smiles"])
        assert Chem.MolToSmiles(mol) == row["smiles"]
        assert row["lower"] <= row["affinity"] <= row["upper"]
        assert row["against_parent"] == pytest.approx(row["affinity"] - designs.parent_prediction, abs=1e-3)
        assert 1 <= row["sa_score"] <= 10
        assert row["nearest_library"] in {line.split()[1] for line in COMPOUNDS.splitlines()}
        assert all(atom < mol.GetNumAtoms() for atom in row["new_atoms"])
    assert {row["in_domain"] for row in rows} <= {True, False}
    assert {"valid", "predicted better than the parent"} <= set(designs.shares)
    assert any("95 % interval" in line for line in designs.summary())


def test_windows_hold_for_the_list(table: FragmentTable) -> None:
    limits = Constraints(windows={"molecular_weight": (100, 150)}, similarity=(0.2, 0.9))
    rows = design_around("COc1ccccc1", fragments=table, radius=1, constraints=limits).table.to_pylist()
    assert rows
    assert all(100 <= row["molecular_weight"] <= 150 and 0.2 <= row["similarity_parent"] <= 0.9 for row in rows)


def test_no_series_fills_the_list() -> None:
    close = [f"COc1ccc(C(=O)NCCCC{'C' * n})cc1" for n in range(10)]
    block = judge.block_of([*close, "c1ccc2[nH]ccc2c1", "O=S(=O)(N)c1ccsc1"])
    chosen, leaders = spread(np.arange(12), block.fingerprints, ["a"] * 10 + ["b", "c"], 6, 2)
    assert {10, 11} <= set(chosen)
    assert len(chosen) == 6
    assert len(set(leaders.tolist())) >= 3


def test_a_new_alert_goes_behind_all_without() -> None:
    order = ranked(np.array([9.0, 5.0, np.nan, 6.0]), np.array([1, 0, 0, 0]))
    assert order.tolist() == [3, 1, 2, 0]


def test_shares_have_intervals() -> None:
    low, high = Share(8, 10).interval
    assert (round(low, 3), round(high, 3)) == (0.490, 0.943)
    assert Share(0, 0).text() == "none to count"
