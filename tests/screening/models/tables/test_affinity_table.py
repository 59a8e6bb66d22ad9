"""Reading tables of compounds by targets."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from screening.errors import AffinityDataError, ScreeningError, UsageError
from screening.models.tables.affinity_table import read_affinity_table
from tests.screening.models.tables.conftest import SMILES


def written(path: Path, rows: list[str]) -> Path:
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def wide(cells: list[str], header: str = "name,smiles,MW,A,B,C") -> list[str]:
    """Thirty compounds with cells of three targets, the first rows as given."""
    rows = [header]
    for at, smiles in enumerate(SMILES):
        value = cells[at] if at < len(cells) else f"{5 + at % 4},{6 + at % 3}.5,{4 + at % 5}"
        rows.append(f"c{at},{smiles},{200 + at},{value}")
    return rows


def test_a_wide_table(tmp_path: Path) -> None:
    found = read_affinity_table(written(tmp_path / "t.csv", wide(["5.5,,<6", "NA,7,nd", "oops,7,8"])))
    assert found.targets == ["A", "B", "C"]  # the molecular weight is no target
    assert found.values.shape == (len(SMILES), 3)
    np.testing.assert_array_equal(found.values[:3], [[5.5, np.nan, 6.0], [np.nan, 7.0, np.nan], [np.nan, 7.0, 8.0]])
    assert found.limits[0].tolist() == [0, 0, -1]
    assert [(one.line, one.column, one.text) for one in found.left_out] == [(4, "A", "oops")]
    assert found.unit == "p"


def test_units_become_minus_log_molar(tmp_path: Path) -> None:
    cells = [f"{10 ** (at % 4)},{20 + at},>10000" for at in range(len(SMILES))]
    path = written(tmp_path / "t.csv", wide([*cells[:-1], "5,,>10000"]))
    with pytest.raises(
        AffinityDataError, match=r"its values go from 1 to 10000, and no unit is given; expected --unit"
    ):
        read_affinity_table(path)
    found = read_affinity_table(path, unit="nM")
    np.testing.assert_allclose(found.values[:4, 0], [9, 8, 7, 6])
    assert set(found.limits[:, 2].tolist()) == {-1}
    plain = read_affinity_table(path, unit="%")
    assert plain.values[1, 0] == 10
    assert plain.limits[0, 2] == 1  # as it is written: more than 10000
    assert plain.scale == "as given"


def test_rows_of_one_compound_are_merged(tmp_path: Path) -> None:
    rows = wide([])
    rows += [f"again,{SMILES[0]},1,7,,", "salt,CCN.Cl,1,5,5,", "bad,C1CC,1,5,5,5"]
    found = read_affinity_table(written(tmp_path / "t.csv", rows))
    assert found.values[0, 0] == 6  # median of 5 and 7
    assert found.names[0] == "c0"
    assert any("several measurements" in note for note in found.notes)
    assert any(one.line == len(rows) and one.reason for one in found.left_out)


def test_a_long_table_is_the_same(tmp_path: Path) -> None:
    rows = wide(["5.5,,<6"])
    flat = read_affinity_table(written(tmp_path / "wide.csv", rows))
    long = ["target,value,smiles,name"]
    for row in rows[1:]:
        name, smiles, _, *cells = row.split(",")
        long += [f"{target},{cell},{smiles},{name}" for target, cell in zip("ABC", cells)]
    found = read_affinity_table(written(tmp_path / "long.csv", long), target="target", value="value")
    assert found.targets == ["A", "C", "B"]  # as they come
    np.testing.assert_array_equal(found.values, flat.values[:, [0, 2, 1]])
    np.testing.assert_array_equal(found.limits, flat.limits[:, [0, 2, 1]])


@pytest.mark.parametrize(
    ("rows", "options", "error", "says"),
    [
        (["name,smiles,A", "x,CCO,5"], {}, AffinityDataError, "columns of values: 'A'; expected at least 2 targets"),
        (["name,smiles,A,B"], {}, AffinityDataError, "has a header but no rows"),
        (["name,smiles,A,B", "x,CCO,5,6"], {}, AffinityDataError, "1 compounds, 2 targets and 2 exact values are left"),
        (["name,smiles,A,B", "x,C1CC,5,6"], {}, AffinityDataError, "holds no exact value; the first problem, line 2"),
        (wide([], "name,smiles,MW,A,A,C"), {}, UsageError, "two columns of values are named 'A'"),
        (wide(["5,5,5"] * 40), {}, AffinityDataError, "has no gaps"),
        (wide([]), {"columns": ("A", "Z")}, UsageError, "no column 'Z'"),
        (wide([]), {"columns": ("A", "A")}, UsageError, "a column of values is named twice"),
        (wide([]), {"target": "A"}, UsageError, "a long table needs two columns"),
        (wide([]), {"target": "A", "value": "B", "columns": ("C",)}, UsageError, "either wide or long"),
        (wide([]), {"unit": "furlong"}, UsageError, "is no unit of affinity"),
        (["smiles,A,B", *[f"{one},5," for one in SMILES]], {"columns": ("A", "B")}, AffinityDataError, "1 target and"),
    ],
)
def test_what_cannot_be_filled_is_one_sentence(
    tmp_path: Path, rows: list[str], options: dict[str, object], error: type[ScreeningError], says: str
) -> None:
    with pytest.raises(error) as raised:
        read_affinity_table(written(tmp_path / "t.csv", rows), **options)  # type: ignore[arg-type]
    assert says in str(raised.value)
    assert "\n" not in str(raised.value)
