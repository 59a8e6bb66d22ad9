from __future__ import annotations

import codecs
import gzip
import math
from collections.abc import Callable
from pathlib import Path

import pytest

from screening.compounds.standardisation.standardise import parent_of
from screening.engine.ledger import RecordState, count_states
from screening.errors import AffinityDataError, FileError, ScreeningError, UsageError
from screening.models.data.measured_value import parse_value
from screening.models.data.measurements import AffinityData, read_measurements
from screening.models.data.units import Unit

ALKANES = ["C" * n + "O" for n in range(2, 40)]


def table(rows: list[str], header: str = "smiles,value") -> str:
    return header + "\n" + "\n".join(rows) + "\n"


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., AffinityData]:
    def reader(content: str | bytes, unit: str = "nM", name: str = "a.csv", **options: object) -> AffinityData:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_measurements(path, smiles="smiles", value="value", unit=unit, **options)  # type: ignore[arg-type]

    return reader


def state(found: AffinityData, record: int) -> tuple[str, str]:
    return found.ledger.column("state")[record].as_py(), found.ledger.column("reason")[record].as_py()


@pytest.mark.parametrize(
    ("value", "unit", "p"),
    [
        ("1", "nM", 9.0),
        ("1", "uM", 6.0),
        ("1", "µM", 6.0),
        ("2.5e-7", "M", -math.log10(2.5e-7)),
        ("10", "pM", 11.0),
        ("0.01", "mM", 5.0),
        ("7.25", "p", 7.25),
        ("7.25", "pKi", 7.25),
        ("10", "nmol/L", 8.0),
        ("10", "Nanomolar", 8.0),
    ],
)
def test_units(value: str, unit: str, p: float) -> None:
    assert parse_value(value, "", Unit.parse(unit)) == (pytest.approx(p), 0)


@pytest.mark.parametrize("unit", ["mM", "pM"])
def test_units_that_differ_only_in_case_are_kept_apart(unit: str) -> None:
    assert Unit.parse(unit).value == unit
    with pytest.raises(UsageError, match="no unit"):
        Unit.parse(unit.lower())


@pytest.mark.parametrize(
    ("value", "qualifier", "unit", "limit"),
    [
        (">10000", "", "nM", -1),
        ("10000", ">", "nM", -1),
        ("10000", ">=", "nM", -1),
        ("<1", "", "nM", 1),
        ("1", "~", "nM", 0),
        ("1", "=", "nM", 0),
        ("< 5", "", "p", -1),
        ("9", ">", "p", 1),
        (">10000", ">", "nM", -1),
    ],
)
def test_a_limit_on_a_concentration_turns_round_on_the_log_scale(
    value: str, qualifier: str, unit: str, limit: int
) -> None:
    assert parse_value(value, qualifier, Unit.parse(unit))[1] == limit


@pytest.mark.parametrize(
    ("value", "qualifier", "unit", "says"),
    [
        ("0", "", "nM", "above 0"),
        ("-3", "", "uM", "above 0"),
        ("NaN", "", "nM", "not a number"),
        ("inf", "", "nM", "not a number"),
        ("", "", "nM", "no value"),
        ("7,2", "", "p", "not a number"),
        ("active", "", "nM", "not a number"),
        ("5400", "", "p", "wrong unit"),
        ("0", "", "p", "wrong unit"),
        ("1e9", "", "nM", "wrong unit"),
        ("5", "!", "nM", "qualifier"),
        (">5", "<", "nM", "disagree"),
    ],
)
def test_values_that_cannot_be(value: str, qualifier: str, unit: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        parse_value(value, qualifier, Unit.parse(unit))


def test_every_row_is_accounted_for(read: Callable[..., AffinityData]) -> None:
    good = [f"{smiles},{100 + n}" for n, smiles in enumerate(ALKANES)]
    bad = ["CCO,0", ",5", "C1CC,5", "*,5", "CCN,", "CCN,NaN", "C" * 14_000 + ",5", "CCC", "[Na+].[Cl-],x"]
    found = read(table(good + bad))
    counts = count_states(found.ledger)
    assert sum(counts.values()) == found.records == len(good) + len(bad)
    assert counts[RecordState.READY] == len(good) == len(found)
    for record in range(len(good), found.records):
        kind, reason = state(found, record)
        assert kind == RecordState.REJECTED
        assert reason
    assert found.ledger.column("number")[0].as_py() == 2


def test_salts_and_repeats_are_one_compound_with_the_median_value(read: Callable[..., AffinityData]) -> None:
    rows = [f"{smiles},{100 + n}" for n, smiles in enumerate(ALKANES)]
    rows += ["CCN,100", "[NH3+]CC.[Cl-],200", "NCC,300"]
    found = read(table(rows))
    at = found.identities.index(parent_of("CCN").identity)  # type: ignore[union-attr]
    assert found.values[at] == pytest.approx(-math.log10(200e-9))
    assert found.counts[at] == 3
    assert found.spreads[at] == pytest.approx(math.log10(3))
    first = len(ALKANES)
    assert state(found, first)[0] == RecordState.READY
    assert state(found, first + 1) == (RecordState.DUPLICATE, f"merged into record {first}")


def test_contradictions_are_told_and_hopeless_ones_left_out(read: Callable[..., AffinityData]) -> None:
    rows = [f"{smiles},{100 + n}" for n, smiles in enumerate(ALKANES)]
    rows += ["CCN,10", "CCN,200", "CCS,1", "CCS,2000"]
    found = read(table(rows))
    assert [(one.smiles, one.kept) for one in found.contradictions] == [("CCS", False), ("CCN", True)]
    assert parent_of("CCS").identity not in found.identities  # type: ignore[union-attr]
    assert state(found, len(rows) - 1)[0] == RecordState.FILTERED
    assert found.values[found.smiles.index("CCN")] == pytest.approx((8 + 9 - math.log10(200)) / 2)


def test_limits(read: Callable[..., AffinityData]) -> None:
    rows = [f"{smiles},{100 + n}" for n, smiles in enumerate(ALKANES)]
    rows += ["CCN,>10000", "CCN,500", "CCS,>10000", "CCS,>30000", "CCF,>10", "CCCl,>1000", "CCCl,<1"]
    found = read(table(rows))
    n = len(ALKANES)
    # An exact value beats a limit; the strictest limit stands for a weak compound; a limit of 10 nM among values of
    # 100 nM says nothing; limits in both directions cancel.
    assert state(found, n)[0] == RecordState.FILTERED
    assert found.limits[found.smiles.index("CCN")] == 0
    assert found.limits[found.smiles.index("CCS")] == -1
    assert found.values[found.smiles.index("CCS")] == pytest.approx(9 - math.log10(30000))
    assert "says nothing" in state(found, n + 4)[1]
    assert "both directions" in state(found, n + 5)[1]
    assert not {"CCF", "CCCl"} & set(found.smiles)


def test_all_limits_are_refused(read: Callable[..., AffinityData]) -> None:
    with pytest.raises(AffinityDataError, match="all 38 usable measurements are limits"):
        read(table([f"{smiles},>10000" for smiles in ALKANES]))


@pytest.mark.parametrize("factor", [1e3, 1e6, 1e9])
def test_two_units_in_a_column_are_refused_until_told(read: Callable[..., AffinityData], factor: float) -> None:
    rows = [f"{smiles},{(50 + n) / (factor if n % 3 else 1):g}" for n, smiles in enumerate(ALKANES)]
    with pytest.raises(AffinityDataError, match="two units seem to be mixed"):
        read(table(rows))
    found = read(table(rows), trust_units=True)
    assert found.notes
    assert "doubt" in found.notes[0]


def test_replicates_that_jump_by_a_thousand_betray_two_units(read: Callable[..., AffinityData]) -> None:
    rows = [f"{smiles},{10 ** (n % 5)}" for n, smiles in enumerate(ALKANES)]
    rows += [f"{smiles},{10 ** (n % 5) / 1000}" for n, smiles in enumerate(ALKANES[:6])]
    with pytest.raises(AffinityDataError, match="differ by 3, 6 or 9"):
        read(table(rows))


def test_p_values_read_as_concentrations_of_the_wrong_unit(read: Callable[..., AffinityData]) -> None:
    with pytest.raises(AffinityDataError, match="none of its 38 rows"):
        read(table([f"{smiles},{4000 + n}" for n, smiles in enumerate(ALKANES)]), unit="p")


@pytest.mark.parametrize(
    ("content", "error", "says"),
    [
        (b"", FileError, "is empty"),
        (b"\n\n", FileError, "is empty"),
        (b"smiles,value\n", AffinityDataError, "no rows"),
        (b"structure,value\nCCO,5\n", UsageError, "no column 'smiles'; expected one of 'structure', 'value'"),
        (b"smiles,value,value\nCCO,5,6\n", UsageError, "2 columns are named 'value'"),
        (b"smiles,value\nC1,5\n", AffinityDataError, "none of its 1 rows can be used"),
        (bytes(range(256)) * 10, FileError, "is not text"),
        (b"PK\x03\x04rest", FileError, "is not a readable ZIP archive|damaged"),
        (gzip.compress(b"smiles,value\nCCO,5\n" * 500, mtime=0)[:40], FileError, "ends too early"),
        (b"\x28\xb5\x2f\xfd\x00\x00rubbish", FileError, "damaged"),
    ],
    ids=["empty", "blank", "header", "column", "twice", "unusable", "binary", "excel", "truncated", "zstd"],
)
def test_bad_files(read: Callable[..., AffinityData], content: bytes, error: type[ScreeningError], says: str) -> None:
    with pytest.raises(error, match=says) as caught:
        read(content)
    assert "a.csv" in str(caught.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path, says in ((tmp_path / "no.csv", "no such file"), (tmp_path, "is a directory")):
        with pytest.raises(FileError, match=says):
            read_measurements(path, smiles="s", value="v", unit="nM")


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("latin-1"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: gzip.compress(text.encode()),
    ],
    ids=["utf8", "bom", "utf16", "latin1", "crlf", "semicolon", "tab", "gzip"],
)
def test_encodings_and_delimiters(tmp_path: Path, encode: Callable[[str], bytes]) -> None:
    text = table([f"{smiles},{100 + n},Prüfling {n}" for n, smiles in enumerate(ALKANES)], "smiles,value,name")
    path = tmp_path / "a.csv"
    path.write_bytes(encode(text))
    found = read_measurements(path, smiles="smiles", value="value", unit="nM", name="name")
    assert found.names[3] == "Prüfling 3"
    assert len(found) == len(ALKANES)


def test_an_unclosed_quote_does_not_swallow_the_table(read: Callable[..., AffinityData]) -> None:
    rows = [f"{smiles},{100 + n}" for n, smiles in enumerate(ALKANES)]
    rows[10] += ',"'
    with pytest.raises(FileError, match=r"a.csv, line 12: a quoted cell that begins here does not end"):
        read(table(rows))


def test_a_decimal_comma_is_explained() -> None:
    with pytest.raises(ValueError, match=r"decimal point, '5\.0'"):
        parse_value("5,0", "", Unit.NANOMOLAR)


@pytest.mark.parametrize("unit", ["nM", "uM"])
def test_p_values_given_as_concentrations_are_refused(
    read: Callable[..., AffinityData], rows: list[dict[str, str]], unit: str
) -> None:
    with pytest.raises(AffinityDataError, match="as -log10 molar values do"):
        read(table([f"{row['smiles']},{row['pIC50']}" for row in rows]), unit=unit)


def concentrations(rows: list[dict[str, str]]) -> list[float]:
    return [10 ** (9 - float(row["pIC50"])) for row in rows]


@pytest.mark.parametrize("every", [2, 3])
def test_half_in_logs_half_in_nanomolar(
    read: Callable[..., AffinityData], rows: list[dict[str, str]], every: int
) -> None:
    mixed = [
        f"{row['smiles']},{row['pIC50'] if n % every == 0 else f'{value:.4g}'}"
        for n, (row, value) in enumerate(zip(rows, concentrations(rows)))
    ]
    with pytest.raises(AffinityDataError, match="two units seem to be mixed"):
        read(table(mixed))


@pytest.mark.parametrize("every", [2, 4])
def test_micromolar_among_nanomolar_is_refused(
    read: Callable[..., AffinityData], rows: list[dict[str, str]], every: int
) -> None:
    mixed = [
        f"{row['smiles']},{value / 1000 if n % every == 0 else value:.4g}"
        for n, (row, value) in enumerate(zip(rows, concentrations(rows)))
    ]
    with pytest.raises(AffinityDataError, match="two units seem to be mixed"):
        read(table(mixed))


@pytest.mark.parametrize("unit", ["nM", "uM", "M"])
def test_real_data_in_one_unit_pass_without_a_word(
    read: Callable[..., AffinityData], rows: list[dict[str, str]], unit: str
) -> None:
    factor = {"nM": 1.0, "uM": 1e-3, "M": 1e-9}[unit]
    found = read(table([f"{row['smiles']},{v * factor:.5g}" for row, v in zip(rows, concentrations(rows))]), unit=unit)
    assert len(found) == len(rows)
    assert found.notes == ()
