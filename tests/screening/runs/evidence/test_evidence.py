"""The evidence table: complete, the same digits everywhere, and nothing ranked whose direction is unknown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from rdkit import Chem, DataStructs
from rdkit.Chem import QED, Descriptors, rdFingerprintGenerator, rdMolDescriptors
from rdkit.Chem.EnumerateStereoisomers import EnumerateStereoisomers

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.errors import UsageError
from screening.models.storage import load_model
from screening.runs.evidence.catalog import EVIDENCE
from screening.runs.evidence.cluster import ALIKE, leader_clusters
from screening.runs.evidence.column import column_of
from screening.runs.evidence.table import evidence, evidence_batches, ranked_by, score_columns
from screening.runs.evidence.text import cell_text, number_text
from screening.runs.hits import HIT_SCHEMA, ranking
from screening.runs.plan import plan_screen
from screening.runs.run import ScreenRun, open_run
from screening.runs.screen import run_screen

#: Blocks of layers that a run need not have.
LATER_LAYERS = {"decision", "pose", "interactions"}


@pytest.fixture(scope="module")
def run(library: PreparedLibrary, model: Path, tmp_path_factory: pytest.TempPathFactory) -> ScreenRun:
    folder = tmp_path_factory.mktemp("evidence") / "run"
    return run_screen(plan_screen(library, model, top=60), folder)


@pytest.fixture(scope="module")
def table(run: ScreenRun) -> pa.Table:
    return evidence(run)


def test_every_column_of_the_hit_list_is_there_with_the_same_values(run: ScreenRun, table: pa.Table) -> None:
    hits = run.hits()
    assert table.num_rows == hits.num_rows == 60
    for name in set(HIT_SCHEMA.names) - {"flags"}:
        assert table.column(name).to_pylist() == hits.column(name).to_pylist(), name


def test_every_block_gives_the_columns_it_promises(run: ScreenRun) -> None:
    for name, block in EVIDENCE.items():
        if block.names:
            found = evidence(run, top=3, columns=[name]).schema.names
            assert set(found) <= set(block.names), name
            assert found or name in LATER_LAYERS, name


def test_every_column_says_what_it_is(table: pa.Table) -> None:
    for field in table.schema:
        column = column_of(field)
        assert column.description, field.name
        assert column.group in EVIDENCE, field.name
        if pa.types.is_floating(field.type):
            assert column.decimals is not None, field.name
        assert column.field().equals(field, check_metadata=True)


def test_properties_are_rdkits(table: pa.Table) -> None:
    for row in table.slice(0, 10).to_pylist():
        mol = Chem.MolFromSmiles(row["smiles"])
        assert row["molecular_weight"] == pytest.approx(Descriptors.MolWt(mol), abs=0.01)
        assert row["logp"] == pytest.approx(Descriptors.MolLogP(mol), abs=0.001)
        assert row["qed"] == pytest.approx(QED.qed(mol), abs=1e-5)
        assert row["ligand_efficiency"] == pytest.approx(1.364 * row["affinity"] / mol.GetNumHeavyAtoms(), abs=1e-4)
        assert row["lipophilic_efficiency"] == pytest.approx(row["affinity"] - Descriptors.MolLogP(mol), abs=0.001)


def test_the_nearest_known_compound_stands_there_with_what_was_measured(
    run: ScreenRun, table: pa.Table, model: Path
) -> None:
    trained = load_model(model)
    value = dict(zip(trained.training.names, trained.training.values))
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    for row in table.slice(0, 10).to_pylist():
        assert row["nearest_measured"] == pytest.approx(value[row["nearest"]], abs=1e-5)
        assert row["nearest_relation"] in {"<", "=", ">"}
        assert row["neighbours"][0]["similarity"] == pytest.approx(row["similarity"], abs=0.001)
        assert [one["measured"] for one in row["neighbours"]] == pytest.approx(
            [value[one["name"]] for one in row["neighbours"]], abs=1e-5
        )
        one, other = (generator.GetFingerprint(Chem.MolFromSmiles(row[name])) for name in ("smiles", "nearest_smiles"))
        assert row["similarity"] == pytest.approx(DataStructs.TanimotoSimilarity(one, other), abs=0.001)


def test_a_compound_trained_on_shows_its_own_value(model: Path, tmp_path: Path) -> None:
    from screening.compounds.library.prepare import prepare_library

    trained = load_model(model)
    first, second = trained.training.smiles[:2]
    flat, isomers = next(
        (text, list(EnumerateStereoisomers(Chem.MolFromSmiles(text))))
        for text in trained.training.smiles[2:]
        if "@" not in text and rdMolDescriptors.CalcNumUnspecifiedAtomStereoCenters(Chem.MolFromSmiles(text))
    )
    source = tmp_path / "known.smi"
    source.write_text(
        f"{first} one\n{second} two\n{Chem.MolToSmiles(isomers[0])} isomer\nCCCCCCO other\n", encoding="utf-8"
    )
    library = prepare_library([source], tmp_path / "library")
    found = evidence(run_screen(plan_screen(library, model), tmp_path / "run"), columns=["name", "nearest known"])
    rows = {row["name"]: row for row in found.to_pylist()}
    assert rows["one"]["seen_as"] == rows["two"]["seen_as"] == "itself"
    assert rows["one"]["measured"] == pytest.approx(trained.training.values[0], abs=1e-5)
    assert rows["isomer"]["seen_as"] == "stereoisomer"
    assert rows["isomer"]["measured"] == pytest.approx(
        trained.training.values[trained.training.smiles.index(flat)], abs=1e-5
    )
    assert rows["other"]["measured"] is None
    assert rows["other"]["seen_as"] == ""


def test_records_in_any_order_kept_or_not(run: ScreenRun) -> None:
    everything = pa.Table.from_batches(list(ranking(run)), schema=HIT_SCHEMA)
    assert everything.num_rows > 60
    wanted = [everything.column("record")[row].as_py() for row in (70, 3, 0, everything.num_rows - 1)]
    found = evidence(run, wanted, columns=["record", "rank", "affinity"])
    assert found.column("record").to_pylist() == wanted
    assert found.column("rank").to_pylist() == [71, 4, 1, everything.num_rows]
    with pytest.raises(UsageError, match="was not scored"):
        evidence(run, [10**9])


def test_batches_are_the_table(run: ScreenRun) -> None:
    columns = ["rank", "name", "affinity", "flags"]
    streamed = pa.Table.from_batches(list(evidence_batches(run, top=60, columns=columns)))
    assert streamed.equals(evidence(run, columns=columns).combine_chunks(), check_metadata=True)


def test_only_what_is_asked_for(run: ScreenRun) -> None:
    assert evidence(run, top=2, columns=["affinity", "name"]).schema.names[-1] == "name"
    assert evidence(run, top=2, columns=["logp"]).schema.names == ["logp"]
    with pytest.raises(UsageError, match="no column 'nonsense'"):
        evidence(run, columns=["nonsense"])


def test_nothing_of_unknown_direction_is_ranked(table: pa.Table) -> None:
    assert {column.name for column in score_columns(table)} >= {"affinity", "qed", "ligand_efficiency"}
    best = ranked_by(table, "qed").column("qed").to_pylist()
    assert best == sorted(best, reverse=True)
    with pytest.raises(UsageError, match="ranks nothing"):
        ranked_by(table, "molecular_weight")


def test_clusters_do_not_depend_on_the_rows_asked_for(run: ScreenRun, table: pa.Table) -> None:
    few = evidence(run, top=7, columns=["cluster", "cluster_leader"])
    assert few.column("cluster").to_pylist() == table.column("cluster").to_pylist()[:7]
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    prints = [generator.GetFingerprint(Chem.MolFromSmiles(text)) for text in table.column("smiles").to_pylist()]
    leaders: list[int] = []
    for row, one in enumerate(prints):
        near = [at for at in leaders if DataStructs.TanimotoSimilarity(one, prints[at]) >= ALIKE]
        if not near:
            leaders.append(row)
        expected = leaders.index(near[0] if near else row) + 1
        assert table.column("cluster")[row].as_py() == expected


def test_leaders_are_the_same_in_any_block() -> None:
    bits = np.random.default_rng(3).random((150, 2048)) < 0.02
    bits[50:100] = bits[:50] | (np.random.default_rng(4).random((50, 2048)) < 0.005)
    packed = np.packbits(bits, axis=1, bitorder="little")
    np.testing.assert_array_equal(leader_clusters(packed, 0.5, block=7), leader_clusters(packed, 0.5, block=1000))


@pytest.mark.parametrize(
    ("value", "text"), [(7.075, "7.08"), (np.float32(7.075), "7.08"), (-0.005, "-0.01"), (None, "")]
)
def test_one_way_to_write_a_number(value: float | None, text: str) -> None:
    assert number_text(None if value is None else float(value), 2) == text


def test_every_cell_has_one_text(table: pa.Table) -> None:
    for field in table.schema:
        column = column_of(field)
        for value in table.column(field.name).to_pylist()[:5]:
            text = cell_text(value, column)
            assert isinstance(text, str)
            assert text not in {"True", "False", "nan", "None"}


def test_a_run_of_the_first_format_has_evidence_too() -> None:
    folder = Path(__file__).parents[3] / "formats" / "0.1"
    found = evidence(open_run(folder / "finished.run"))
    assert found.num_rows == 20
    assert found.column("nearest_measured").null_count == 20
    assert found.column("new_scaffold").null_count == 20
