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
from rdkit import Chem

from screening.compounds.columns import Columns
from screening.compounds.describe import smiles_of_block
from screening.compounds.formats import CompoundFile, find_files, open_files
from screening.compounds.inchi import with_inchikeys
from screening.compounds.prepare import prepare_library
from screening.compounds.record import RawRecord
from screening.compounds.standardise import parent_of
from screening.compounds.write_library import write_library
from screening.errors import FileError, UsageError

COMPOUNDS = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "caffeine": "Cn1c(=O)c2c(ncn2C)n(C)c1=O",
    "L-alanine": "C[C@H](N)C(=O)O",
}


def records(path: Path, **columns: str) -> list[RawRecord]:
    return list(CompoundFile(path, Columns(**columns)).records())


def _sdf(v3000: bool) -> str:
    blocks = []
    for name, smiles in COMPOUNDS.items():
        mol = Chem.MolFromSmiles(smiles)
        mol.SetProp("_Name", name)
        block = Chem.MolToMolBlock(mol, forceV3000=v3000)
        blocks.append(f"{block}>  <ID>  (1)\nID-{name}\n\n$$$$\n")
    return "".join(blocks)


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
        ("a.sdf", _sdf(v3000=False)),
        ("v3000.sdf", _sdf(v3000=True)),
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
        archive.writestr("a.sdf.gz", gzip.compress(_sdf(v3000=False).encode()))
    found = open_files([path], Columns())
    assert [file.label for file in found] == ["vendor.zip/a.sdf.gz", "vendor.zip/set/b.smi"]
    assert [len(list(file.records())) for file in found] == [3, 2]
    library = prepare_library(path, tmp_path / "lib")
    assert library.read_ledger(0)["source"].to_pylist()[2:4] == ["vendor.zip/a.sdf.gz", "vendor.zip/set/b.smi"]
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


@pytest.mark.parametrize("suffix", [".smi", ".csv", ".sdf", ".parquet", ".smi.gz", ".sdf.zst", ".csv.gz"])
def test_what_is_written_reads_back_the_same(tmp_path: Path, suffix: str) -> None:
    source = tmp_path / "a.smi"
    source.write_text("".join(f"{smiles} {name}\n" for name, smiles in COMPOUNDS.items()) + "F/C=C/[C@H](C)Cl a \tb\n")
    library = prepare_library(source, tmp_path / "lib")
    path = tmp_path / f"out{suffix}"
    assert write_library(library, path) == 4
    again = prepare_library(path, tmp_path / "again")
    for column in ("smiles", "identity", "name", "fingerprint"):
        assert again.read_compounds(0)[column].to_pylist() == library.read_compounds(0)[column].to_pylist()
    with pytest.raises(UsageError, match="no writer"):
        write_library(library, tmp_path / "out.docx")


#: Published InChIKeys (PubChem) of ethanol, aspirin and L-alanine.
PUBLISHED = {
    "CCO": "LFQSCWFLJHTTHZ-UHFFFAOYSA-N",
    "CC(=O)Oc1ccccc1C(=O)O": "BSYNRYMUTXBXSQ-UHFFFAOYSA-N",
    "C[C@H](N)C(=O)O": "QNAYBMKLOCPYGJ-REOHCLBHSA-N",
}


def test_inchikeys_are_written_on_request(tmp_path: Path) -> None:
    source = tmp_path / "a.smi"
    source.write_text("".join(f"{smiles}\n" for smiles in PUBLISHED))
    library = prepare_library(source, tmp_path / "lib")
    for suffix in (".csv", ".parquet", ".sdf"):
        path = tmp_path / f"out{suffix}"
        assert write_library(library, path, inchikey=True) == 3
        if suffix == ".sdf":
            text = path.read_text()
            assert [text.count(f">  <inchikey>\n{key}\n") for key in PUBLISHED.values()] == [1, 1, 1]
            continue
        table = pq.read_table(path) if suffix == ".parquet" else pyarrow.csv.read_csv(path)
        assert table.column_names[:4] == ["name", "smiles", "inchikey", "molecular_weight"]
        assert dict(zip(table["smiles"].to_pylist(), table["inchikey"].to_pylist())) == PUBLISHED
    write_library(library, tmp_path / "plain.csv")
    assert "inchikey" not in (tmp_path / "plain.csv").read_text()
    with pytest.raises(UsageError, match="no column for InChIKeys"):
        write_library(library, tmp_path / "out.smi", inchikey=True)
    assert not (tmp_path / "out.smi").exists()


def test_inchikeys_of_any_table_with_structures() -> None:
    table = pa.table({"rank": [1, 2, 3], "smiles": ["CCO", "xx", None]})
    assert with_inchikeys(table).column_names == ["rank", "smiles", "inchikey"]
    assert with_inchikeys(table)["inchikey"].to_pylist() == [PUBLISHED["CCO"], "", ""]
    assert with_inchikeys(with_inchikeys(table)).equals(with_inchikeys(table))
    assert with_inchikeys(table.slice(0, 0)).num_rows == 0
    with pytest.raises(UsageError, match="no column 'smiles'"):
        with_inchikeys(table.drop_columns(["smiles"]))


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


def test_columns_asked_for_win_and_missing_ones_are_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("smiles,other,label\nCC,CCO,x\n")
    assert records(path, smiles="other", name="LABEL")[0][1:3] == ("x", "CCO")
    with pytest.raises(UsageError, match=r"a\.csv: no column 'structure'; expected one of 'smiles', 'other', 'label'"):
        records(path, smiles="structure")
    path.write_text("a,b\n1,2\n")
    with pytest.raises(UsageError, match=r"no column looks like SMILES \(columns: 'a', 'b'\)"):
        records(path)


def test_the_data_item_that_names_sdf_records(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(_sdf(v3000=False))
    assert [record.name for record in records(path, name="ID")] == [f"ID-{name}" for name in COMPOUNDS]


def test_short_rows_and_empty_cells_stay_records(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("name,smiles\na,CC\nb\nc,\n\nd,CCC,extra\n")
    found = records(path)
    assert [record.number for record in found] == [1, 2, 3, 4]
    assert [record.text for record in found] == ["CC", "b", "", "CCC"]
    assert [bool(record.problem) for record in found] == [False, True, False, False]


def test_a_stray_carriage_return_costs_its_row_only(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'na\rme,smiles\na,CC\nb\rc,CCO\nd,"C\rC"\ne,CCC\r\n')
    found = records(path)
    assert [record.text for record in found] == ["CC", "b\rc,CCO", "C\rC", "CCC"]
    assert [record.problem for record in found] == ["", "a carriage return outside quotes", "", ""]


def test_an_open_quote_does_not_swallow_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,smiles\na,CC\nb,"CCO\n' + "c,CCCC\n" * 4_000)
    with pytest.raises(FileError, match=r"line 3: a quoted cell that begins here"):
        records(path)


def test_sdf_that_is_cut_keeps_its_last_record_as_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    text = _sdf(v3000=False)
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
        ("a.smi", _sdf(v3000=False), "holds mol blocks; expected the suffix .sdf"),
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


def test_a_header_whose_words_could_be_smiles_is_a_header(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for word in ("conc", "Conc", "COOH", "Scoop", "CCCC"):
        path.write_text(f"smiles,{word}\nCCO,12\nCCN,15\n")
        assert [record.text for record in records(path)] == ["CCO", "CCN"]


def test_two_columns_of_the_same_name_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("smiles,name,smiles\nCCO,a,CCN\n")
    with pytest.raises(UsageError, match="2 columns are named 'smiles'"):
        records(path)
    path.write_text("smiles,x,x\nCCO,a,CCN\n")
    with pytest.raises(UsageError, match="2 columns are named 'x'"):
        records(path, name="x")


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (["CCO,a", 'CCN,"b', *(f"{'C' * n},x" for n in range(4, 300))], 3),  # never closed, many rows
        (["CCO,a", 'CCN,"b', "CCCCO,c", "CCCCN,d"], 3),  # never closed, near the end
        (["CCO,a", 'CCN,"b', "CCCCO,c", '"CCCCN",d', "CCCCCl,e"], 3),  # closed by the next quote
    ],
)
def test_a_quote_that_swallows_rows_is_refused_with_its_line(tmp_path: Path, rows: list[str], line: int) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(["smiles,name", *rows]) + "\n")
    with pytest.raises(FileError, match=rf"line {line}: a quoted cell that begins here"):
        records(path)


def test_cells_of_several_lines_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('name,smiles,note\na,CCO,"one\ntwo, three\n""four"""\nb,CCN,5" tube\n')
    assert [(record.name, record.text) for record in records(path)] == [("a", "CCO"), ("b", "CCN")]


@pytest.mark.parametrize("v3000", [False, True])
def test_molecules_without_a_separator_between_them_are_parted(tmp_path: Path, v3000: bool) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(_sdf(v3000=v3000).replace("$$$$\n", "", 1))
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
