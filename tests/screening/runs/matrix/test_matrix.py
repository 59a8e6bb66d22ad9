"""A matrix run: numbers as those of single screens, resumed to the same bytes, every record in one state."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from screening.compounds.library.prepared_library import PreparedLibrary
from screening.engine import parts
from screening.errors import (
    FileError,
    LibraryError,
    ModelError,
    PlanError,
    RunError,
    RunMismatchError,
    ScreeningError,
    UsageError,
)
from screening.models.pairs.family_model import FamilyModel
from screening.models.training_set import compound_block
from screening.runs.matrix import matrix as matrices
from screening.runs.matrix.many_targets import predict_targets
from screening.runs.matrix.matrix import run_matrix
from screening.runs.matrix.matrix_run import MatrixRun, list_values, open_matrix
from screening.runs.matrix.plan import MatrixPlan, loaded, plan_matrix
from screening.runs.matrix.targets import read_targets
from screening.runs.run import ScreenRun
from screening.runs.scores import read_run_file


@pytest.fixture(scope="module")
def second_model(tmp_path_factory: pytest.TempPathFactory, data: Path) -> Path:
    """Another model of one target, trained on other compounds of the same table."""
    from screening.models.data.measurements import read_measurements
    from screening.models.storage import save_model
    from screening.models.train import TrainOptions, train_model

    folder = tmp_path_factory.mktemp("second")
    lines = (data / "affinities" / "nav17.csv").read_text("utf-8").splitlines()
    (folder / "some.csv").write_text("\n".join([lines[0], *lines[200:260]]) + "\n", encoding="utf-8")
    measured = read_measurements(folder / "some.csv", smiles="smiles", value="pIC50", unit="p", name="name")
    return save_model(train_model(measured, options=TrainOptions(model="fast", folds=2)), folder / "other.model")


@pytest.fixture(scope="module")
def matrix_plan(library: PreparedLibrary, model: Path, second_model: Path) -> MatrixPlan:
    return plan_matrix(library, [model, second_model], top=30)


@pytest.fixture(scope="module")
def matrix(tmp_path_factory: pytest.TempPathFactory, matrix_plan: MatrixPlan) -> MatrixRun:
    return run_matrix(matrix_plan, tmp_path_factory.mktemp("matrix") / "run")


@pytest.fixture(scope="module")
def kinome(data: Path) -> Iterator[FamilyModel]:
    yield loaded(str((data / "models" / "kinome").resolve()))
    loaded.cache_clear()


def content(folder: Path) -> dict[str, str]:
    paths = [*folder.glob("scores/*.parquet"), *folder.glob("ledger/*.parquet"), folder / "hits.parquet"]
    return {path.name + path.parent.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_the_numbers_are_those_of_a_single_screen(matrix: MatrixRun, run: ScreenRun) -> None:
    alone = np.concatenate([read_run_file(path).column("affinity").to_numpy() for path in run.score_files()])
    together = list_values(matrix.scores().column("affinity"), 2)[:, 0]
    assert (together == alone).all()


def test_every_record_ends_in_one_state(matrix: MatrixRun, library: PreparedLibrary) -> None:
    assert sum(matrix.counts.values()) == library.records
    assert matrix.counts["scored"] == library.counts["ready"]


def test_hits_are_the_best_of_all(matrix: MatrixRun) -> None:
    rows = matrix.scores()
    best = np.nanmax(list_values(rows.column("affinity"), 2), axis=1)
    hits = matrix.hits()
    assert hits.num_rows == 30
    assert hits.column("rank_value").to_pylist() == sorted(best.tolist(), reverse=True)[:30]
    table = matrix.table(3).to_pylist()
    assert table[0]["rank"] == 1
    assert table[0]["target"] in matrix.plan.names
    assert table[0]["difference_lower"] <= table[0]["difference"] <= table[0]["difference_upper"]
    assert "nearest nav17.model" in table[0]


def test_ranked_by_difference_to_the_other_target(
    tmp_path: Path, library: PreparedLibrary, model: Path, second_model: Path
) -> None:
    plan = plan_matrix(library, [model, second_model], primary="other.model", rank_by="difference", top=5)
    found = run_matrix(plan, tmp_path / "run").hits()
    assert found.column("rank_value").to_pylist() == found.column("difference").to_pylist()
    assert set(found.column("target").to_pylist()) == {1}


def test_a_run_that_stopped_goes_on_to_the_same_bytes(
    tmp_path: Path, matrix: MatrixRun, matrix_plan: MatrixPlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(matrices, "_merge", stopped)
    with pytest.raises(KeyboardInterrupt):
        run_matrix(matrix_plan, tmp_path / "run")
    monkeypatch.undo()
    assert not open_matrix(tmp_path / "run").finished
    with pytest.raises(RunError, match="not finished"):
        open_matrix(tmp_path / "run").hits()
    for name in ("scores", "receipts"):
        sorted((tmp_path / "run" / name).iterdir())[3].unlink()
    (tmp_path / "run" / "scores" / parts.part_name(5)).write_bytes(b"damaged")
    assert run_matrix(matrix_plan, tmp_path / "run").finished
    assert content(tmp_path / "run") == content(matrix.folder)


def test_other_parts_of_the_library_give_the_same_hits(
    tmp_path: Path, matrix: MatrixRun, other_parts: PreparedLibrary, model: Path, second_model: Path
) -> None:
    again = run_matrix(plan_matrix(other_parts, [model, second_model], top=30), tmp_path / "run")
    assert again.hits().equals(matrix.hits())


def test_another_plan_in_the_folder_is_refused(
    tmp_path: Path, matrix: MatrixRun, library: PreparedLibrary, model: Path, run: ScreenRun
) -> None:
    with pytest.raises(RunMismatchError, match=r"targets nav17\.model, other\.model instead of nav17\.model"):
        run_matrix(plan_matrix(library, [model], top=30), matrix.folder)
    with pytest.raises(RunMismatchError, match="holds another run"):
        run_matrix(plan_matrix(library, [model]), run.folder)
    with pytest.raises(PlanError, match="is no plan of a matrix"):
        open_matrix(run.folder)
    with pytest.raises(FileError, match="is no matrix"):
        open_matrix(tmp_path)


def test_a_plan_changed_by_hand_or_a_damaged_hit_list_is_refused(tmp_path: Path, matrix: MatrixRun) -> None:
    folder = tmp_path / "run"
    shutil.copytree(matrix.folder, folder)
    (folder / "hits.parquet").write_bytes(b"PAR1")
    with pytest.raises(FileError, match="damaged"):
        open_matrix(folder).hits()
    raw = json.loads((folder / "plan.json").read_text())
    raw["top"] = 7
    (folder / "plan.json").write_text(json.dumps(raw))
    with pytest.raises(PlanError, match="does not fit its own key"):
        open_matrix(folder)


def test_another_library_under_the_same_path_is_refused(tmp_path: Path, matrix_plan: MatrixPlan) -> None:
    import dataclasses

    with pytest.raises(LibraryError, match="has changed since"):
        run_matrix(dataclasses.replace(matrix_plan, library_key="0" * 64), tmp_path / "run")


def test_targets_of_a_family_together_are_predicted_as_alone(kinome: FamilyModel, data: Path) -> None:
    smiles = [line.split()[0] for line in (data / "libraries" / "nci.smi").read_text().splitlines()[:5]]
    block = compound_block([*kinome.training.smiles[:3], *smiles])
    bound = [kinome.bind_row(kinome.row(name)) for name in ("ABL1", "EGFR", "ABL1(T315I)")]
    for one, together in zip(bound, predict_targets(bound, block)):
        alone = one.predict(block)
        for name in ("affinity", "lower", "upper"):
            assert np.abs(getattr(alone, name) - getattr(together, name)).max() < 0.0011
        assert (alone.nearest == together.nearest).all()
        assert (alone.in_domain == together.in_domain).all()
    block.properties[1, 0] = np.nan
    broken = predict_targets(bound, block)[0]
    assert broken.problems == {1: "a property is missing"}
    assert np.isnan(broken.affinity[1])


def test_targets_are_bound_by_name_and_by_sequence(
    tmp_path: Path, kinome: FamilyModel, library: PreparedLibrary, data: Path, model: Path
) -> None:
    folder = data / "models" / "kinome"
    (tmp_path / "two.fasta").write_text(
        "".join(f">mine_{name}\n{kinome.targets[kinome.row(name)].sequence}\n" for name in ("ABL1", "CDK2"))
    )
    plan = plan_matrix(library, [folder, model], tmp_path)
    assert plan.names == ["mine_ABL1", "mine_CDK2", "nav17.model"]
    assert plan_matrix(library, [folder], "ABL1, abl1(T315I)").names == ["ABL1", "abl1(T315I)"]
    assert 300 < len(plan_matrix(library, [folder], "all").names) < 468
    with pytest.raises(ModelError, match="has no target 'ABL9'"):
        plan_matrix(library, [folder], "ABL9")
    with pytest.raises(ModelError, match="predicts from the sequence"):
        plan_matrix(library, [folder])
    (tmp_path / "two.fasta").write_text(">not_a_kinase\n" + "GSHMGSSG" * 20 + "\n")
    with pytest.raises(ModelError, match="is no protein kinase"):
        plan_matrix(library, [folder], tmp_path)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"top": 0}, "top is 0; expected a whole number"),
        ({"rank_by": "beauty"}, "hits cannot be ranked by 'beauty'"),
        ({"primary": "CDK9"}, "there is no target 'CDK9'"),
        ({"rank_by": "difference"}, "a difference needs two targets"),
        ({"targets": "ABL1"}, "no model takes a target"),
    ],
)
def test_plans_that_make_no_sense(
    library: PreparedLibrary, model: Path, facts: dict[str, object], sentence: str
) -> None:
    with pytest.raises(UsageError, match=sentence):
        plan_matrix(library, [model], **facts)  # type: ignore[arg-type]


def test_models_that_are_missing_or_named_twice(library: PreparedLibrary, model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model"):
        plan_matrix(library, [tmp_path / "none"])
    with pytest.raises(UsageError, match="named twice"):
        plan_matrix(library, [model, model])
    with pytest.raises(UsageError, match="no model was named"):
        plan_matrix(library, [])


def test_targets_from_a_list(tmp_path: Path, data: Path) -> None:
    (tmp_path / "pka.cif").write_bytes((data / "targets" / "1fmo.cif").read_bytes())
    (tmp_path / "list.csv").write_text("target,why\n# a comment\nABL1,first\npka.cif,ours\n")
    found = read_targets(tmp_path / "list.csv")
    assert [one.name for one in found] == ["ABL1", "1FMO"]
    assert found[0].sequence is None
    assert found[1].sequence
    assert found[1].path == str(tmp_path / "pka.cif")


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("list.txt", "", "is empty"),
        ("list.txt", "ABL1\nABL1\n", "names the target 'ABL1' twice"),
        ("list.txt", "gone.pdb\n", "gone.pdb: no such file"),
        ("bad.fasta", ">a\n\n", "has no sequence"),
        ("dna.fasta", ">a\nACGTACGTACGT\n", "holds no protein sequence"),
        ("bad.pdb", "nothing\n", "bad.pdb"),
        ("list.txt", "\xff\xfe\x00", "list.txt"),
    ],
)
def test_targets_that_cannot_be_read(tmp_path: Path, name: str, text: str, sentence: str) -> None:
    (tmp_path / name).write_bytes(text.encode("latin-1"))
    with pytest.raises(ScreeningError, match=sentence):
        read_targets(tmp_path / name)


@pytest.mark.parametrize("source", ["", " , ", "nowhere/at/all", "gone.txt"])
def test_no_targets(tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ScreeningError, match=r"no target|no such file|holds no"):
        read_targets(source)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileError, match="holds no target"):
        read_targets(tmp_path / "empty")


def test_how_far_it_is_and_what_is_damaged_is_said_as_of_a_screen(
    tmp_path: Path, matrix: MatrixRun, library: PreparedLibrary
) -> None:
    from screening.runs.damage import run_damage
    from screening.runs.status import run_status

    assert run_damage(matrix.folder) == []
    status = run_status(matrix.folder)
    assert (status.state, status.key) == ("finished", matrix.plan.key)
    assert status.records_done == status.records == library.records
    assert status.missing == {}
    copy = tmp_path / "run"
    shutil.copytree(matrix.folder, copy)
    (copy / "summary.json").unlink()
    (copy / "receipts" / "part-000001.json").unlink()
    status = run_status(copy)
    assert (status.state, status.parts_done) == ("stopped", matrix.summary["parts"] - 1)
    assert status.records == library.records > status.records_done
    shutil.copy(matrix.folder / "summary.json", copy)
    (copy / "scores" / "part-000000.parquet").write_bytes(b"xx")
    with open(copy / "hits.parquet", "ab") as stream:
        stream.write(b"x")
    told = run_damage(copy)
    assert len(told) == 5, "two tables without a receipt, a part, the hits, the number of receipts"
    assert any("part-000000.parquet" in one for one in told)
    assert any("hits.parquet" in one for one in told)
    assert any("receipts of" in one for one in told)
