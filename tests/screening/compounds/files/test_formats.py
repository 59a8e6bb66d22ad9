"""Every format gives the same records, numbered from 1; what a file is not is said in one sentence."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import find_files, open_files
from screening.compounds.library.describe_record import smiles_of_block
from screening.compounds.library.prepare import prepare_library
from screening.compounds.standardisation.standardise import parent_of
from screening.errors import FileError, UsageError
from tests.screening.compounds.raw_records import COMPOUNDS, records, sdf


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.smi", "".join(f"{smiles} {name}\n" for name, smiles in COMPOUNDS.items())),
        ("header.smi", "smiles\tname\n" + "".join(f"{smiles}\t{name}\n" for name, smiles in COMPOUNDS.items())),
        ("swapped.smi", "".join(f"{name}\t{smiles}\n" for name, smiles in COMPOUNDS.items())),
        ("gaps.smi", "\n# comment\n" + "\n\n".join(f"{smiles} {name}" for name, smiles in COMPOUNDS.items())),
        ("a.csv", "n,Name,Canonical SMILES\n" + "".join(f"1,{n},{s}\n" for n, s in COMPOUNDS.items())),
        ("semicolon.csv", "ID;smiles;x\n" + "".join(f'"{n}";"{s}";"a\nb"\n' for n, s in COMPOUNDS.items())),
        ("a.tsv", "my_smiles\tcompound_id\n" + "".join(f"{s}\t{n}\n" for n, s in COMPOUNDS.items())),
        ("bare.csv", "# made by hand\n" + "".join(f"{n},{s},3.5\n" for n, s in COMPOUNDS.items())),
        ("table.txt", "name,smiles\n" + "".join(f"{n},{s}\n" for n, s in COMPOUNDS.items())),
        ("plain.txt", "".join(f"{smiles} {name}\n" for name, smiles in COMPOUNDS.items())),
        ("a.sdf", sdf(v3000=False)),
        ("v3000.sdf", sdf(v3000=True)),
    ],
)
def test_every_text_format_gives_the_same_compounds(tmp_path: Path, file: str, text: str) -> None:
    path = tmp_path / file
    path.write_text(text)
    found = records(path)
    assert [record.number for record in found] == [1, 2, 3]
    assert [record.name for record in found] == list(COMPOUNDS)
    for record, smiles in zip(found, COMPOUNDS.values()):
        text = record.text if record.notation == "smiles" else smiles_of_block(record.text, record.notation)
        assert parent_of(text) == parent_of(smiles)


def _xlsx(path: Path, rows: list[list[str]]) -> None:
    """Write what Excel writes: some texts shared, some inline, empty cells left out."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    shared: list[str] = []
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, text in enumerate(row):
            place = f'r="{chr(65 + column)}{number}"'
            if text and column % 2 == 0:
                shared.append(text)
                cells.append(f'<c {place} t="s"><v>{len(shared) - 1}</v></c>')
            elif text:
                cells.append(f'<c {place} t="inlineStr"><is><t>{escape(text)}</t></is></c>')
        lines.append(f'<row r="{number}">' + "".join(cells) + "</row>")
    with zipfile.ZipFile(path, "w") as book:
        book.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        )
        texts = "".join(f"<si><r><t>{escape(text)}</t></r></si>" for text in shared)
        book.writestr("xl/sharedStrings.xml", f"<sst {space}>{texts}</sst>")
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        sheets = f'<sheets><sheet name="a" sheetId="1" r:id="rId1" xmlns:r="{office}"/></sheets>'
        book.writestr("xl/workbook.xml", f"<workbook {space}>{sheets}</workbook>")
        related = "".join(
            f'<Relationship Id="rId{number}" Type="{office}/{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(
                (("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")), start=1
            )
        )
        package = "http://schemas.openxmlformats.org/package/2006"
        book.writestr(
            "xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{package}/relationships">{related}</Relationships>'
        )
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships">'
            f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')


def test_excel_gives_the_same_compounds(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    _xlsx(path, [["IC50", "name", "", "SMILES"], *(["3", name, "", smiles] for name, smiles in COMPOUNDS.items())])
    assert [(one.number, one.name, one.text) for one in records(path)] == [
        (number, *item) for number, item in enumerate(COMPOUNDS.items(), start=1)
    ]
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(FileError, match="not a readable spreadsheet"):
        records(path)


def test_zip_archives_stand_for_the_files_inside(tmp_path: Path) -> None:
    path = tmp_path / "vendor.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.pdf", "x")
        archive.writestr("set/b.smi", "CCO ethanol\nCCN amine\n")
        archive.writestr("a.sdf.gz", gzip.compress(sdf(v3000=False).encode()))
    found = open_files([path], Columns())
    assert [file.label for file in found] == [f"vendor.zip/{x}" for x in ("a.sdf.gz", "readme.pdf", "set/b.smi")]
    assert [len(list(file.records())) for file in found] == [3, 1, 2]
    library = prepare_library(path, tmp_path / "lib")
    assert library.read_ledger(0)["source"].to_pylist()[2:5] == [file.label for file in found]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.pdf", "x")
    with pytest.raises(FileError, match=r"holds no compound file \(readme\.pdf\)"):
        open_files([path], Columns())
    path.write_bytes(b"PK\x03\x04 broken")
    with pytest.raises(FileError, match="not a readable ZIP archive"):
        open_files([path], Columns())


MOL2 = """# made by hand
@<TRIPOS>MOLECULE
ethanol
3 2 0 0 0
SMALL
NO_CHARGES

@<TRIPOS>ATOM
1 C1 0.0 0.0 0.0 C.3
2 C2 1.5 0.0 0.0 C.3
3 O1 2.0 1.4 0.0 O.3
@<TRIPOS>BOND
1 1 2 1
2 2 3 1
@<TRIPOS>MOLECULE
nothing
0 0
SMALL
"""


def test_mol2_gives_its_molecules(tmp_path: Path, bench: Path) -> None:
    path = tmp_path / "a.mol2"
    path.write_text(MOL2)
    first, second = records(path)
    assert (first.name, second.name) == ("ethanol", "nothing")
    text = smiles_of_block(first.text, first.notation)
    assert isinstance(text, str)
    assert parent_of(text) == parent_of("CCO")
    assert "without" in second.problem
    (sulfonate,) = records(bench / "messy" / "rdkit_fileparsers" / "Sulfonate.mol2")
    assert isinstance(smiles_of_block(sulfonate.text, sulfonate.notation), str)


def test_parquet_gives_the_same_compounds(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"x": [1, 2, 3, 4], "smiles": [*COMPOUNDS.values(), None], "name": [*COMPOUNDS, None]})
    pq.write_table(table, path)
    found = records(path)
    assert [(one.number, one.name, one.text) for one in found] == [
        *((number, *item) for number, item in enumerate(COMPOUNDS.items(), start=1)),
        (4, "", ""),
    ]
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileError, match="not a readable Parquet"):
        records(path)


def test_the_data_item_that_names_sdf_records(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(sdf(v3000=False))
    assert [record.name for record in records(path, name="ID")] == [f"ID-{name}" for name in COMPOUNDS]


def test_sdf_that_is_cut_keeps_its_last_record_as_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    text = sdf(v3000=False)
    path.write_text(text[: text.rindex("M  END") - 10])
    found = records(path)
    assert [bool(record.problem) for record in found] == [False, False, True]
    assert "cut in the middle" in found[2].problem


def test_cxsmiles_extensions_are_no_names(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_text("C[C@H](N)C(=O)O |&1:1| racemic alanine\nCCO |$_AV:a;b;c$|\n\tno structure\n")
    found = records(path)
    assert [(record.name, record.text.split()[0] if record.text else "") for record in found] == [
        ("racemic alanine", "C[C@H](N)C(=O)O"), ("", "CCO"), ("no structure", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("a.smi", sdf(v3000=False), "holds mol blocks; expected the suffix .sdf"),
        ("a.sdf", "CCO ethanol\n", "holds no mol block"),
        ("a.sdf", "", "is empty"),
        ("a.smi", " \n\n", "holds no text"),
        ("a.docx", "CCO", r"files named \*.docx are not read"),
        ("LICENSE", "CCO", "the name has no suffix"),
    ],
)
def test_wrong_content_is_named(tmp_path: Path, file: str, content: str, said: str) -> None:
    path = tmp_path / file
    path.write_text(content)
    with pytest.raises(FileError, match=said):
        records(path)


def test_patterns_are_expanded_in_order(tmp_path: Path) -> None:
    for name in ("b.smi", "a.smi", "c.csv"):
        (tmp_path / name).write_text("CC\n")
    found = find_files([str(tmp_path / "*.smi"), tmp_path / "c.csv"])
    assert [path.name for path in found] == ["a.smi", "b.smi", "c.csv"]
    with pytest.raises(FileError, match="no file matches"):
        find_files([str(tmp_path / "*.sdf")])
    with pytest.raises(UsageError, match="no compound file given"):
        find_files([])


@pytest.mark.parametrize("v3000", [False, True])
def test_molecules_without_a_separator_between_them_are_parted(tmp_path: Path, v3000: bool) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(sdf(v3000=v3000).replace("$$$$\n", "", 1))
    found = records(path)
    assert [record.name for record in found] == list(COMPOUNDS)
    for record, smiles in zip(found, COMPOUNDS.values()):
        text = smiles_of_block(record.text, record.notation)
        assert isinstance(text, str)
        assert parent_of(text) == parent_of(smiles)


def test_a_table_named_smi_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    for text in ("smiles,name\nCCO,a\nCCN,b\n", "a;CCO;1\nb;CCN;2\n"):
        path.write_text(text)
        with pytest.raises(FileError, match=r"holds a table; expected the suffix \.csv"):
            records(path)


def test_a_header_with_the_name_first_is_no_record(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_text("id\tsmiles\naspirin\tCC(=O)Oc1ccccc1C(=O)O\nethanol\tCCOC\n")
    assert [(record.name, record.text) for record in records(path)] == [
        ("aspirin", "CC(=O)Oc1ccccc1C(=O)O"), ("ethanol", "CCOC"),
    ]  # fmt: skip


def test_files_of_the_same_name_keep_their_folders(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.smi").write_text("CCO\n")
    library = prepare_library([tmp_path / "one" / "x.smi", tmp_path / "two" / "x.smi"], tmp_path / "lib")
    rows = library.read_ledger(0).to_pylist()
    assert [row["source"] for row in rows] == [f"{tmp_path.as_posix()}/{folder}/x.smi" for folder in ("one", "two")]
    assert rows[1]["reason"] == f"same parent as record 0 ({rows[0]['source']}, number 1)"


def test_a_truncated_small_file_says_how_far_it_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.smi.gz"
    path.write_bytes(gzip.compress("".join(f"{'C' * (n % 50 + 1)}O m{n * 7919}\n" for n in range(300)).encode())[:-300])
    with pytest.raises(FileError, match=r"after line [1-9]\d+: the gzip data ends too early"):
        records(path)
