"""The notebook facade on shipped data: each step one line, each line does what it says."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import workbench as wb
from screening.errors import RunMismatchError, UsageError


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("session")


@pytest.fixture(scope="module")
def run(folder: Path, data: Path) -> object:
    lines = (data / "libraries/nci.smi").read_text().splitlines()[:150]
    part = folder / "part.smi"
    part.write_text("\n".join([*lines, "not_a_smiles broken", "CC1=CC(=O)C=CC1=O again"]) + "\n")
    target = wb.open_target(data / "targets/1fmo.cif")
    library = wb.open_library([data / "libraries/pka_ligands.csv", part], out=folder / "library", workers=0)
    return wb.screen(
        library=library,
        model=wb.load_model(data / "models/kinome"),
        target=target,
        site=wb.site_around_ligand(target, "ADN"),
        out=folder / "run",
        workers=0,
    )


def test_the_states_add_up_to_the_records(run: object) -> None:
    assert sum(run.counts.values()) == 57 + 152
    assert run.counts["rejected"] == 1
    assert run.counts["duplicate"] >= 1
    assert "scored" in repr(run)


def test_the_ranking_is_complete_and_in_order(run: object) -> None:
    table = run.table()
    assert table.num_rows == run.counts["scored"]
    affinity = table.column("affinity").to_pylist()
    assert affinity == sorted(affinity, reverse=True)
    assert table.column("rank").to_pylist() == list(range(1, len(affinity) + 1))
    for row in table.to_pylist():
        assert row["lower"] <= row["affinity"] <= row["upper"]
    assert run.table(3).to_pylist() == table.to_pylist()[:3]


def test_any_compound_is_explained(run: object) -> None:
    assert f"of {run.counts['scored']}, predicted pKd" in repr(run.why("staurosporine"))
    assert "rejected" in repr(run.why("broken"))
    assert "same parent as part.smi, record 1" in repr(run.why("again"))


def test_hits_and_views_show_themselves(run: object) -> None:
    bundle = run.hits(5)._repr_mimebundle_()
    html = bundle[0] if isinstance(bundle, tuple) else bundle
    assert "staurosporine" in html["text/html"]
    view = run.view()._repr_mimebundle_()
    shown = view[0] if isinstance(view, tuple) else view
    assert "ADN" in shown["text/html"]


@pytest.mark.parametrize("suffix", ["csv", "sdf", "html", "parquet"])
def test_exports(run: object, suffix: str, tmp_path: Path, data: Path) -> None:
    path = run.export(tmp_path / f"hits.{suffix}", top=20)
    text = path.read_bytes()
    assert b"staurosporine" in text
    if suffix == "parquet":
        assert pq.read_table(path).num_rows == 20
    if suffix == "html":
        assert b"What became of every record" in text
        assert b"1FMO" in text
        assert str(data).encode() not in text, "a page that is handed on does not tell in whose folder a file lay"


def test_a_run_is_opened_again(run: object, folder: Path) -> None:
    again = wb.open_run(folder / "run")
    assert again.counts == run.counts
    assert again.table().equals(run.table())


def test_a_run_folder_belongs_to_one_plan(run: object, folder: Path, data: Path) -> None:
    with pytest.raises(RunMismatchError, match="another plan"):
        wb.screen(
            library=folder / "library",
            model=data / "models/kinome",
            target=data / "targets/1fmo.cif",
            out=folder / "run",
            top=7,
            workers=0,
        )


def test_a_run_without_coordinates_has_no_view(data: Path, folder: Path, run: object, tmp_path: Path) -> None:
    sequence = wb.open_target(data / "targets/1fmo.cif").sequence
    (tmp_path / "pka.fasta").write_text(f">PKA\n{sequence}\n")
    other = wb.screen(
        library=folder / "library",
        model=data / "models/kinome",
        target=tmp_path / "pka.fasta",
        out=tmp_path / "run",
        workers=0,
    )
    assert other.table().column("affinity").equals(run.table().column("affinity"))
    with pytest.raises(UsageError, match="no coordinates"):
        other.view()
    assert b"staurosporine" in other.export(tmp_path / "hits.html").read_bytes()


@pytest.mark.parametrize("placed", ["ligand", "residues", "point"])
def test_the_site_of_a_run_comes_back_with_it(
    placed: str, data: Path, folder: Path, run: object, tmp_path: Path
) -> None:
    target = wb.open_target(data / "targets/1fmo.cif")
    site = {
        "ligand": lambda: wb.site_around_ligand(target, "ADN"),
        "residues": lambda: wb.site_from_residues(target, ["E:72", "E:184"]),
        "point": lambda: wb.site_from_point(target, (7.5, 9.25, 3.0), 6.0),
    }[placed]()
    wb.screen(
        library=folder / "library",
        model=data / "models/kinome",
        target=target,
        site=site,
        out=tmp_path / "r",
        workers=0,
    )
    assert wb.open_run(tmp_path / "r").site == site


def test_known_actives_make_a_model_with_its_card(tmp_path: Path, data: Path) -> None:
    lines = (data / "libraries" / "pka_ligands.csv").read_text(encoding="utf-8").splitlines()[:7]
    (tmp_path / "actives.csv").write_text("\n".join(lines), encoding="utf-8")
    trained = wb.rank_by_actives(tmp_path / "actives.csv", out=tmp_path / "model")
    assert trained.kind == "rank score"
    assert wb.load_model(tmp_path / "model").key == trained.key
    assert "ROC AUC" in (tmp_path / "model" / "card.html").read_text(encoding="utf-8")


def test_what_to_train_on_must_be_clear(data: Path) -> None:
    with pytest.raises(UsageError, match="what to train on"):
        wb.train(data / "affinities" / "nav17.csv", value="pIC50", label="pIC50")
    with pytest.raises(UsageError, match="'pIC51' is no kind of affinity; expected one of pKd"):
        wb.train(data / "affinities" / "nav17.csv", value="pIC50", kind="pIC51")


def test_a_table_that_says_its_unit_needs_no_more(data: Path, tmp_path: Path) -> None:
    lines = (data / "affinities" / "nav17.csv").read_text(encoding="utf-8").splitlines()[:60]
    (tmp_path / "few.csv").write_text("\n".join(lines), encoding="utf-8")
    trained = wb.train(tmp_path / "few.csv", model="nearest neighbours")
    assert trained.kind == "pIC50"
    assert len(trained.training_smiles) > 40


def test_what_names_nothing_is_said_so(run: object) -> None:
    assert "No record of the run is 'nothing like it'" in repr(run.why("nothing like it"))
    assert "No record" in run.why("nothing like it")._repr_html_()
    with pytest.raises(UsageError, match="names no compound"):
        run.why(None)
    for count in (-1, 0, "ten"):
        with pytest.raises(UsageError, match=r"hits: .* cannot be shown"):
            run.hits(count)


def test_why_names_the_twin_and_what_was_measured(run: object) -> None:
    known = [one for one in run.table().to_pylist() if one["known"]]
    fate = run.why(f"record:{known[0]['record']}")[0]
    assert fate.score.seen_as == "itself" or fate.score.seen_as.startswith(("a stereoisomer of", "a tautomer of"))
    assert f"seen in training ({fate.score.seen_as}" in fate.sentence


def test_things_show_themselves_as_tables(run: object) -> None:
    assert "<table>" in run._repr_html_()
    assert "scored" in run._repr_html_()
    assert "chain E" in run.target._repr_html_()
    assert "ADN" in run.site._repr_html_()
    assert "rank" in run.why("staurosporine")[0]._repr_html_()


def test_questions_are_asked_in_one_line(run: object, folder: Path) -> None:
    found = wb.similar(folder / "library", "C1=CC=CC=C1O", top=3)
    assert found["similarity"] == sorted(found["similarity"], reverse=True)
    assert len(found) == 3
    picks = wb.pick(folder / "library", 4)
    assert picks["pick"] == [1, 2, 3, 4]
    assert len(set(picks["smiles"])) == 4
    assert sum(wb.scaffolds(folder / "library", 5)["compounds"]) > 0
    weight = wb.profile(folder / "library")[0]
    assert weight["minimum"] <= weight["5 %"] <= weight["median"] <= weight["maximum"]
    assert wb.quality(run.target, run.site)["grade"]
    for wrong in (lambda: wb.pick(5), lambda: wb.pick(folder / "library", -1), lambda: wb.pockets("1FMO")):
        with pytest.raises(UsageError):
            wrong()


def test_the_pockets_of_a_target_are_a_table(run: object) -> None:
    found = wb.pockets(run.target, 3)
    assert found["rank"] == [1, 2, 3]
    assert found.to_pandas()["probability"].is_monotonic_decreasing
