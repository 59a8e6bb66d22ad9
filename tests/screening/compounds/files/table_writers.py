"""Random tables as programs write them: one set of compounds and values, other columns, dialects, formats, numbers."""

from __future__ import annotations

import bz2
import csv
import dataclasses
import gzip
import io
import lzma
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

SMILES = (
    "CCOc1ccccc1", "C[C@H](N)C(=O)O", "C/C=C/c1ccccc1", "O=C(O)c1ccc(Cl)cc1", "CN1CCC[C@H]1c1cccnc1",
    "CC(C)Cc1ccc(C)cc1", "[O-][N+](=O)c1ccccc1", "FC(F)(F)c1cnc(N)nc1", "CCN(CC)CCNC(=O)c1ccccc1",
    "C[C@H](O)CC |&1:1|", "OCC#Cc1ccco1",
    "CS(=O)(=O)Nc1ccccc1",
)  # fmt: skip
NAMES = (
    "A-1", "Ångström β/γ", 'a "quoted" name', "5'-deoxy", "one, two", "semi; colon", "tab free", "V2000", "#12", "C12x",
    "$$$$ deal", "(±)-rac",
)  # fmt: skip
STRUCTURES = ("smiles", "SMILES", "Canonical SMILES", "canonical_smiles", "Smiles", "Structure (SMILES)", "isosmiles")
IDENTIFIERS = ("name", "Compound ID", "ID", "Catalog Number", "compound_name", "Molecule Name", "Title", "Code")
#: Columns of values: header, factor from nM, digits.
VALUES = (
    ("IC50 (nM)", 1.0), ("IC50 [uM]", 1e-3), ("IC50_nM", 1.0), ("EGFR: IC50 (µM)", 1e-3), ("ic50 nmol/L", 1.0),
    ("IC50 (M)", 1e-9), ("Mean IC50 (nM)", 1.0),
)  # fmt: skip
OTHERS: dict[str, Callable[[random.Random, int], object]] = {
    "MW": lambda rng, at: round(rng.uniform(100, 500), 2), "Price": lambda rng, at: f"{rng.randint(1, 99)}.00 USD",
    "Vendor": lambda rng, at: "Vendor, Inc.", "Comment": lambda rng, at: rng.choice(("", "line\nbreak", 'say "no"')),
    "Formula": lambda rng, at: f"C{at + 5}H{at + 7}O", "InChIKey": lambda rng, at: "AAAAAAAAAAAAAA-BBBBBBBBBB-N",
    "Plate": lambda rng, at: "P1", "Well": lambda rng, at: f"A{at + 1:02d}", "valid": lambda rng, at: True,
    "Hill slope": lambda rng, at: round(rng.uniform(0.5, 2), 2), "Scaffold": lambda rng, at: "c1ccccc1",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Written:
    """A file, what it must read as, and how it was made."""

    path: Path
    records: list[tuple[str, str]]
    nanomolar: list[float]
    how: str


def written(seed: int, folder: Path) -> Written:
    """Write a random table in a random way."""
    rng = random.Random(seed)
    order = rng.sample(range(len(SMILES)), len(SMILES))
    nanomolar = [round(10 ** rng.uniform(0.5, 4.5), 1) for _ in order]
    others = rng.sample(sorted(OTHERS), rng.randint(0, 4))
    header, factor = rng.choice(VALUES)
    columns = [rng.choice(STRUCTURES), rng.choice(IDENTIFIERS), header, *others]
    arranged = rng.sample(columns, len(columns))
    rows = []
    for at, number in enumerate(order):
        cells: dict[str, object] = {columns[0]: SMILES[number], columns[1]: NAMES[number]}
        cells[columns[2]] = float(f"{nanomolar[at] * factor:.12g}")
        cells.update({name: OTHERS[name](rng, at) for name in others})
        rows.append([cells[name] for name in arranged])
    way = rng.choice(sorted(WAYS))
    path, how = WAYS[way](rng, folder / f"t{seed}", arranged, rows, header)
    return Written(path, [(SMILES[n], NAMES[n]) for n in order], nanomolar, f"seed {seed}: {way} {how} {arranged}")


def _packed(rng: random.Random, stem: Path, suffix: str, content: bytes) -> tuple[Path, str]:
    pack = rng.choice(("", "", "", ".gz", ".bz2", ".xz", ".zip"))
    path = stem.with_name(f"{stem.name}{suffix}{pack}")
    if pack == ".zip":
        path = stem.with_suffix(".zip")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"export{suffix}", content)
    else:
        squeeze: dict[str, Callable[[bytes], bytes]] = {
            ".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress, "": bytes,
        }  # fmt: skip
        path.write_bytes(squeeze[pack](content))
    return path, pack


def _csv_module(rng: random.Random, stem: Path, header: list[str], rows: list[list[object]], value: str):  # type: ignore[no-untyped-def]
    separator = rng.choice(",;\t|")
    quoting: Any = rng.choice((csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC))
    end = rng.choice(("\n", "\r\n"))
    decimal = separator == ";" and rng.random() < 0.6
    stream = io.StringIO()
    if rng.random() < 0.2 and separator != "\t":
        stream.write(f"sep={separator}{end}")
    writer = csv.writer(stream, delimiter=separator, quoting=quoting, lineterminator=end)
    if rng.random() < 0.3:
        writer.writerow([f"Export of project {rng.randint(1, 9)}"] + [""] * (len(header) - 1))
    writer.writerow(header)
    at = header.index(value)
    for row in rows:
        cells = list(row)
        if decimal:
            cells[at] = f"{cells[at]:.12f}".rstrip("0").rstrip(".").replace(".", ",")
        elif rng.random() < 0.2:
            cells[at] = f"={cells[at]}"
        writer.writerow(cells)
    encoding = rng.choice(("utf-8", "utf-8-sig", "utf-16"))
    suffix = ".tsv" if separator == "\t" else ".csv"
    path, pack = _packed(rng, stem, suffix, stream.getvalue().encode(encoding))
    return path, f"{separator!r} quoting {quoting} {encoding} decimal comma {decimal}{pack}"


def _pandas_csv(rng: random.Random, stem: Path, header: list[str], rows: list[list[object]], value: str):  # type: ignore[no-untyped-def]
    frame = pd.DataFrame(rows, columns=header)
    options: dict[str, Any] = {"sep": rng.choice((",", ";", "\t")), "index": rng.random() < 0.4}
    if options["sep"] == ";":
        options["decimal"] = rng.choice(",.")
    content = frame.to_csv(**options).encode(rng.choice(("utf-8", "utf-8-sig")))
    path, pack = _packed(rng, stem, ".tsv" if options["sep"] == "\t" else ".csv", content)
    return path, f"{options}{pack}"


def _openpyxl(rng: random.Random, stem: Path, header: list[str], rows: list[list[object]], value: str):  # type: ignore[no-untyped-def]
    book = openpyxl.Workbook()
    sheet = book.active
    if rng.random() < 0.4:
        sheet.append(["Report", "", "page 1"])
        sheet = book.create_sheet("data")
    for _ in range(rng.randint(0, 2)):
        sheet.append(rng.choice((["Project X"], [])))
    sheet.append(header)
    as_text = rng.random() < 0.3
    for row in rows:
        sheet.append([str(cell) if as_text and isinstance(cell, float) else cell for cell in row])
    path = stem.with_suffix(".xlsx")
    book.save(path)
    return path, f"numbers as text {as_text}"


def _pandas_excel(rng: random.Random, stem: Path, header: list[str], rows: list[list[object]], value: str):  # type: ignore[no-untyped-def]
    path = stem.with_suffix(".xlsx")
    options: dict[str, Any] = {"startrow": rng.randint(0, 3), "index": rng.random() < 0.4}
    pd.DataFrame(rows, columns=header).to_excel(path, **options)
    return path, f"{options}"


def _arrow(rng: random.Random, stem: Path, header: list[str], rows: list[list[object]], value: str):  # type: ignore[no-untyped-def]
    table = pa.table({name: [row[at] for row in rows] for at, name in enumerate(header)})
    if rng.random() < 0.5:
        path = stem.with_suffix(rng.choice((".parquet", ".pq")))
        pq.write_table(
            table, path, compression=rng.choice(("snappy", "zstd", "none")), row_group_size=rng.randint(2, 20)
        )
        return path, "parquet"
    path = stem.with_suffix(".csv")
    pyarrow.csv.write_csv(table, path)
    return path, "csv"


WAYS = {
    "csv": _csv_module,
    "pandas": _pandas_csv,
    "openpyxl": _openpyxl,
    "pandas excel": _pandas_excel,
    "arrow": _arrow,
}
