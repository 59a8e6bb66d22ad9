from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pyarrow as pa
import pytest
from rdkit import Chem

from screening.errors import ModelError, UsageError
from screening.models.affinity import AffinityKind
from screening.models.data.measurements import data_from_arrays
from screening.models.storage import load_model
from screening.models.train import TrainOptions, train_model
from screening.models.trained import TrainedModel
from screening.targets.files.read import read_target
from workbench.page import depiction, theme
from workbench.tables import contribution_grid


@pytest.fixture(scope="module")
def amines() -> TrainedModel:
    """Affinity is made of one thing: a terminal amine is worth one and a half log units."""
    cores = ["c1ccccc1", "C1CCCCC1", "c1ccncc1", "c1ccsc1", "C1CCOCC1", "c1ccoc1"]
    smiles = [f"{core}{'C' * n}{end}" for core in cores for n in (1, 2, 3, 4) for end in ("N", "O", "F", "S")]
    values = np.array([6.5 if text.endswith("N") else 5.0 for text in smiles])
    values += np.random.default_rng(0).normal(0, 0.1, len(values))
    data = data_from_arrays(smiles, values, kind=AffinityKind.PKI, source="made")
    return train_model(data, options=TrainOptions(model="fast"))


def hits(**names: str) -> pa.Table:
    rows = [{"name": name, "smiles": text, "affinity": 6.5, "kind": "pKi"} for name, text in names.items()]
    return pa.Table.from_pylist(rows)


def drawings(html: str) -> list[str]:
    return [unquote(text) for text in re.findall(r'"data:image/svg\+xml,([^"]+)"', html)]


def fills(drawing: str) -> dict[int, str]:
    """Colour of the disc behind each atom, by atom index."""
    found = re.findall(r"<ellipse [^>]*class='atom-(\d+)'[^>]*fill='(#\w{6})", drawing)
    return {int(atom): colour for atom, colour in found}


def test_the_amine_that_carries_the_affinity_is_the_most_orange_atom(amines: TrainedModel) -> None:
    grid = contribution_grid(hits(made=Chem.CanonSmiles("NCCc1ccccc1")), amines)
    mol = Chem.MolFromSmiles(grid.compounds[0].smiles)
    nitrogen = next(atom.GetIdx() for atom in mol.GetAtoms() if atom.GetSymbol() == "N")
    _, drawing = drawings(grid.html())
    colours = fills(drawing)
    assert sorted(colours) == list(range(mol.GetNumAtoms()))
    assert colours[nitrogen].lower() == theme.RAISES
    ring = [atom.GetIdx() for atom in mol.GetAtoms() if atom.IsInRing()]
    # Blue falls from white (255) towards the full colour.
    assert all(int(colours[atom][5:], 16) > int(theme.RAISES[5:], 16) + 80 for atom in ring)
    assert f"most from N{nitrogen + 1} (+" in repr(grid)


def test_compounds_share_one_scale_and_the_legend_says_it(amines: TrainedModel) -> None:
    table = hits(amine=Chem.CanonSmiles("NCCc1ccccc1"), alcohol=Chem.CanonSmiles("OCCc1ccccc1"))
    grid = contribution_grid(table, amines)
    assert grid.limit == max(np.abs(one.values).max() for one in grid.compounds)
    legend, *_ = drawings(grid.html())
    assert f">{grid.limit:+.2f}<" in legend.replace("raises ", "")
    assert theme.LOWERS in legend
    assert theme.RAISES in legend
    assert "log units" in grid.html()
    # With twice the limit the same atom gets half of the colour.
    half = contribution_grid(table.slice(0, 1), amines, limit=2 * grid.limit)
    mol = Chem.MolFromSmiles(half.compounds[0].smiles)
    nitrogen = next(atom.GetIdx() for atom in mol.GetAtoms() if atom.GetSymbol() == "N")
    blue = int(fills(drawings(half.html())[1])[nitrogen][5:], 16)
    assert blue == pytest.approx((255 + int(theme.RAISES[5:], 16)) / 2, abs=2)


def test_shades_run_from_blue_over_white_to_orange() -> None:
    drawing = depiction.shaded_svg("CCO", {0: -1.0, 1: 0.0, 2: 5.0}, notes={2: "+5.00"}, width=200, height=150)
    assert {atom: colour.lower() for atom, colour in fills(drawing).items()} == {
        0: theme.LOWERS,
        1: "#ffffff",
        2: theme.RAISES,
    }
    assert "class='note'" in drawing


def test_a_hostile_name_is_only_text(amines: TrainedModel, tmp_path: Path) -> None:
    name = "x</script><img onerror=alert(1)>\"'"
    page = contribution_grid(hits(**{name: "NCc1ccccc1"}), amines).save_html(tmp_path / "page.html").read_text()
    assert "<img onerror" not in page
    assert "x&lt;/script&gt;&lt;img onerror=alert(1)&gt;" in page


def test_a_sequence_model_is_bound_to_the_target(data: Path) -> None:
    model = load_model(data / "models" / "kinome")
    target = read_target(data / "targets" / "1fmo.cif")
    table = hits(fasudil="O=S(=O)(c1cccc2cnccc12)N1CCCNCC1")
    grid = contribution_grid(table, model, target=target)
    assert np.abs(grid.compounds[0].values).max() > 0.05
    same = contribution_grid(table, model, target=target.sequence)
    np.testing.assert_array_equal(grid.compounds[0].values, same.compounds[0].values)
    with pytest.raises(ModelError):
        contribution_grid(table, model)


def test_bad_input_is_said_in_one_sentence(amines: TrainedModel) -> None:
    with pytest.raises(UsageError, match="no column 'affinity'"):
        contribution_grid(hits(a="CCO").drop_columns(["affinity"]), amines)
    with pytest.raises(UsageError, match="of 'broken' cannot be read"):
        contribution_grid(hits(broken="C1CC"), amines)
    with pytest.raises(UsageError, match="too many"):
        contribution_grid(pa.concat_tables([hits(a="CCO")] * 201), amines)
    with pytest.raises(UsageError, match="above zero"):
        contribution_grid(hits(a="CCO"), amines, limit=0.0)


def test_no_compounds_is_said(amines: TrainedModel) -> None:
    assert "no compounds to show" in contribution_grid(hits(a="CCO").slice(0, 0), amines).html()


def test_numbers_stand_clear_of_the_atoms() -> None:
    for smiles in ("COCCOc1cc2ncnc(Nc3cccc(C#C)c3)c2cc1OCCOC", "NC(=O)c1ccc(F)cc1", "C1C2CC3CC1CC(C2)C3"):
        count = Chem.MolFromSmiles(smiles).GetNumAtoms()
        for atom in range(count):
            notes = {atom: "+0.78", (atom + 1) % count: "-1.63"}
            drawing = depiction.shaded_svg(smiles, dict.fromkeys(range(count), 0.5), notes=notes, width=300, height=220)
            texts = [
                (float(x), float(y) - 4)
                for x, y in re.findall(r"<text class='note' x='([\d.]+)' y='([\d.]+)' text-anchor='middle'", drawing)
            ]
            circles = [(float(x), float(y)) for x, y in re.findall(r"<ellipse cx='([\d.]+)' cy='([\d.]+)'", drawing)]
            assert len(texts) == 2
            assert len(circles) >= count
            for x, y in texts:
                # Half of the text is 17 by 6 pixels; a letter of an atom reaches about 5.
                assert all(abs(x - a) > 17 or abs(y - b) > 8 for a, b in circles), (smiles, atom)
            assert abs(texts[0][0] - texts[1][0]) > 30 or abs(texts[0][1] - texts[1][1]) > 11


def test_a_half_is_rounded_as_the_list_of_hits_rounds_it(amines: TrainedModel) -> None:
    half = float(np.float32(7.645))
    grid = contribution_grid(hits(half="NCCc1ccccc1").set_column(2, "affinity", pa.array([half])), amines)
    assert "predicted pKi 7.65<" in grid.html()
    assert "pKi 7.65" in repr(grid)
