"""Every export format in the catalog: same rows, stamped, atomic, hostile names harmless."""

from __future__ import annotations

import csv
import dataclasses
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rdkit import Chem
from rdkit.Chem import AllChem

from screening.engine.csv_table import cell_text
from screening.errors import StorageError, UsageError
from screening.poses.pose import Pose, Score
from screening.provenance import Manifest
from screening.runs.hits import HIT_SCHEMA
from workbench.export.catalog import EXPORTS, write_hits, writer_for
from workbench.export.stamp import Stamp
from workbench.export.structures.scene import Scene
from workbench.export.verify import verify

HOSTILE = "x</script><img onerror=alert(1) src=y>\n$$$$\n>  <rank>"
SMILES = ["CCO", "c1ccccc1O", "C[C@H](N)C(=O)O", "[Na+].[Cl-]"]
#: Columns of an input file, as a vendor's list has them.
VENDOR = {
    "Vendor": ["Acme"] * 4,
    "Catalogue number": ["A-1", "A-2", "=A3", "A-4"],
    "Price (USD)": ["10", "", "7.5", "3"],
}

needs_extra = {"xlsx": "xlsxwriter", "pse": "pymol2"}
FORMATS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            name in needs_extra and importlib.util.find_spec(needs_extra[name]) is None,
            reason=f"{needs_extra.get(name)} is not installed",
        ),
    )
    for name in EXPORTS
]


@pytest.fixture
def table() -> pa.Table:
    names = ["ethanol", "phenol, pure", HOSTILE, 'the "salt"']
    rows = len(SMILES)
    columns = {
        "rank": range(1, rows + 1),
        "record": [7, 3, 1, 12],
        "id": [f"{index:032x}" for index in range(rows)],
        "name": names,
        "smiles": SMILES,
        "affinity": np.linspace(8, 6, rows, dtype=np.float32),
        "kind": ["pKd"] * rows,
        "lower": np.linspace(7, 5, rows, dtype=np.float32),
        "upper": np.linspace(9, 7, rows, dtype=np.float32),
        "in_domain": [True, False, True, True],
        "nearest": ["aspirin"] * rows,
        "similarity": np.full(rows, 0.5, np.float32),
        "known": [False] * rows,
        "flags": [["PAINS: quinone", "Brenk: x"], [], [], []],
        "source": ["library.smi"] * rows,
        "number": [8, 4, 2, 13],
    }
    return pa.table({field.name: pa.array(columns[field.name], field.type) for field in HIT_SCHEMA}, schema=HIT_SCHEMA)


@pytest.fixture
def ordered(table: pa.Table) -> pa.Table:
    """The table with the columns of a vendor's list."""
    for name, values in VENDOR.items():
        table = table.append_column(name, pa.array(values))
    return table


def pose(smiles: str, rank: int = 1) -> Pose:
    molecule = Chem.AddHs(Chem.MolFromSmiles(smiles))
    AllChem.EmbedMolecule(molecule, randomSeed=7)
    return Pose(
        smiles, Chem.MolToMolBlock(molecule), "docked by vina 1.2.7, seed 7", rank=rank,
        scores=(Score("Vina score", -6.5 + rank, "kcal/mol", False),),
    )  # fmt: skip


PROTEIN = """\
ATOM      1  N   GLY A   1      -4.000   0.000   1.000  1.00  0.00           N
ATOM      2  CA  GLY A   1      -4.000   1.400   1.000  1.00  0.00           C
ATOM      3  C   GLY A   1      -2.700   2.000   1.500  1.00  0.00           C
ATOM      4  O   GLY A   1      -2.600   3.200   1.700  1.00  0.00           O
END
"""


@pytest.fixture
def stamp() -> Stamp:
    poses = {7: [pose("CCO"), pose("CCO", 2)], 3: [pose("c1ccccc1O")], 1: [pose("C[C@H]([NH3+])C(=O)[O-]")]}
    inputs = {"library": {"path": "/home/ann/secret project/library.smi", "key": "k"}}
    manifest = Manifest.now("abc", seed=0, inputs=inputs)
    return Stamp(
        "Hits on <1FMO>", "pKd", manifest, {"scored": 4, "rejected": 2},
        filters={"only": "accepted"}, decisions={"count": 3, "head": "f00d"}, scene=Scene(PROTEIN, "1FMO", poses),
    )  # fmt: skip


def path_of(folder: Path, format_name: str) -> Path:
    return folder / f"hits.{EXPORTS[format_name].suffix}"


def read_csv(path: Path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_writes_every_row(format_name: str, ordered: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    path = path_of(tmp_path, format_name)
    export = EXPORTS[format_name]
    assert export.write(ordered.to_reader(max_chunksize=3), path, stamp) == 4
    assert path.stat().st_size
    assert {each.name for each in tmp_path.iterdir()} == {each.name for each in (path, *export.parts(path))}


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_export_is_stamped_and_can_be_checked(
    format_name: str, ordered: pa.Table, stamp: Stamp, tmp_path: Path
) -> None:
    path = path_of(tmp_path, format_name)
    rows = ordered.to_batches(max_chunksize=3)
    assert write_hits(rows, path, stamp, schema=ordered.schema, format_name=format_name) == 4
    found = verify(path)
    assert found.intact
    assert "4 compounds of run abc" in found.sentence
    assert found.manifest["manifest"]["key"] == "abc"
    assert found.manifest["records"] == {"scored": 4, "rejected": 2}
    assert found.manifest["decisions"] == {"count": 3, "head": "f00d"}
    assert found.manifest["asked_for"] == {"only": "accepted"}
    for each in (*EXPORTS[format_name].parts(path), path):
        content = each.read_bytes()
        each.write_bytes(content + b" ")
        assert each.name in verify(path).changed
        each.write_bytes(content)
    assert verify(path).intact


@pytest.mark.parametrize("format_name", FORMATS)
def test_no_export_tells_a_folder_of_the_machine(
    format_name: str, ordered: pa.Table, stamp: Stamp, tmp_path: Path
) -> None:
    path = path_of(tmp_path, format_name)
    write_hits(ordered.to_batches(), path, stamp, schema=ordered.schema, format_name=format_name)
    for each in tmp_path.iterdir():
        content = each.read_bytes()
        if each.suffix == ".xlsx":
            with zipfile.ZipFile(each) as book:
                content = b"".join(book.read(name) for name in book.namelist())
        assert b"secret project" not in content, each
        assert str(tmp_path).encode() not in content, each


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_same_rows_give_the_same_bytes(format_name: str, ordered: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    if format_name == "pse":
        pytest.skip("PyMOL writes the time into its sessions")
    contents = []
    for chunk in (1, 4):
        path = path_of(tmp_path / str(chunk), format_name)
        write_hits(ordered.to_batches(max_chunksize=chunk), path, stamp, schema=ordered.schema, format_name=format_name)
        if format_name != "parquet":  # one row group a batch
            contents.append([each.read_bytes() for each in sorted(path.parent.iterdir())])
    assert contents[:1] == contents[1:]


@pytest.mark.parametrize("format_name", FORMATS)
def test_only_an_earlier_export_is_written_over(
    format_name: str, ordered: pa.Table, stamp: Stamp, tmp_path: Path
) -> None:
    def write(**options: bool) -> int:
        return write_hits(ordered.to_batches(), path, stamp, schema=ordered.schema, format_name=format_name, **options)

    path = path_of(tmp_path, format_name)
    path.write_text("somebody's data")
    with pytest.raises(UsageError, match="no earlier export"):
        write()
    assert path.read_text() == "somebody's data"
    write(overwrite=True)
    assert write() == 4


@pytest.mark.parametrize("format_name", [name for name, export in EXPORTS.items() if export.poses and name != "pse"])
def test_a_file_beside_a_script_is_not_written_over(
    format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path
) -> None:
    path = path_of(tmp_path, format_name)
    (part,) = EXPORTS[format_name].parts(path)[:1]
    part.write_text("somebody's receptor")
    with pytest.raises(UsageError, match="no earlier export"):
        write_hits(table.to_batches(), path, stamp, format_name=format_name)
    assert part.read_text() == "somebody's receptor"
    assert not path.exists()


@pytest.mark.parametrize("format_name", [name for name, export in EXPORTS.items() if export.poses and name != "pse"])
def test_without_poses_a_3d_export_is_one_sentence(
    format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path
) -> None:
    path = path_of(tmp_path, format_name)
    for scene in (None, Scene(PROTEIN, "1FMO", {}), Scene(PROTEIN, "1FMO", {99: [pose("C")]})):
        with pytest.raises(UsageError, match="pose"):
            write_hits(table.to_batches(), path, dataclasses.replace(stamp, scene=scene), format_name=format_name)
        assert not list(tmp_path.iterdir())


def test_pages_and_parquet_carry_the_manifest_inside(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["parquet"].write(table.to_reader(), tmp_path / "hits.parquet", stamp)
    assert json.loads(pq.read_schema(tmp_path / "hits.parquet").metadata[b"manifest"])["key"] == "abc"
    EXPORTS["html"].write(table.to_reader(), tmp_path / "hits.html", stamp)
    assert "Run abc" in (tmp_path / "hits.html").read_text()


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)"])
def test_csv_holds_no_formula(name: str, table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    named = table.set_column(3, HIT_SCHEMA.field("name"), pa.array([name] * 4))
    EXPORTS["csv"].write(named.to_reader(), tmp_path / "hits.csv", stamp)
    assert {row["name"] for row in read_csv(tmp_path / "hits.csv")} == {f"'{name}"}


@pytest.mark.parametrize("format_name", FORMATS)
def test_a_folder_that_cannot_be_written_is_one_sentence(
    format_name: str, ordered: pa.Table, stamp: Stamp, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x")
    with pytest.raises(StorageError, match="cannot be written"):
        EXPORTS[format_name].write(ordered.to_reader(), path_of(blocked, format_name), stamp)


@pytest.mark.parametrize("name", [name for name, export in EXPORTS.items() if export.table and name != "purchase"])
def test_columns_are_chosen_and_ordered(name: str, table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    pytest.importorskip(needs_extra.get(name, "csv"))
    path = path_of(tmp_path, name)
    write_hits(table.to_batches(), path, stamp, columns=["smiles", "affinity"])
    with pytest.raises(UsageError, match="there is no column nonsense; expected of rank, record"):
        write_hits(table.to_batches(), path, stamp, columns=["nonsense"])
    if name in ("csv", "tsv"):
        header = path.read_text().splitlines()[0]
        assert header == ("smiles,affinity" if name == "csv" else "smiles\taffinity")


def test_csv_reads_back_the_same(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["csv"].write(table.to_reader(), tmp_path / "hits.csv", stamp)
    rows = read_csv(tmp_path / "hits.csv")
    assert list(rows[0]) == HIT_SCHEMA.names
    assert [row["name"] for row in rows] == [cell_text(name) for name in table.column("name").to_pylist()]
    assert [float(row["affinity"]) for row in rows] == pytest.approx(table.column("affinity").to_pylist(), abs=5e-4)
    assert rows[0]["flags"] == "PAINS: quinone; Brenk: x"


def test_csv_of_no_rows_still_has_its_header(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["csv"].write(table.slice(0, 0).to_reader(), tmp_path / "hits.csv", stamp)
    assert (tmp_path / "hits.csv").read_text().split(",")[0] == "rank"


def test_sdf_reads_back_the_same(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    stamp = dataclasses.replace(stamp, scene=None)
    EXPORTS["sdf"].write(table.to_reader(), tmp_path / "hits.sdf", stamp)
    molecules = list(Chem.SDMolSupplier(str(tmp_path / "hits.sdf")))
    assert [Chem.MolToSmiles(molecule) for molecule in molecules] == [
        Chem.CanonSmiles(smiles) for smiles in table.column("smiles").to_pylist()
    ]
    assert [molecule.GetProp("rank") for molecule in molecules] == ["1", "2", "3", "4"]
    assert molecules[0].GetProp("flags") == "PAINS: quinone; Brenk: x"
    assert float(molecules[1].GetProp("affinity")) == pytest.approx(table.column("affinity")[1].as_py(), abs=5e-4)


def test_html_runs_nothing_that_a_name_holds(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    EXPORTS["html"].write(table.to_reader(), tmp_path / "hits.html", stamp)
    page = (tmp_path / "hits.html").read_text()
    assert "<img onerror" not in page
    assert "</script><img" not in page
    assert not re.search(r"(src|href)=[\"']?https?:", page)
    assert "Hits on &lt;1FMO&gt;" in page


def test_an_unknown_format_is_bad_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="docx"):
        writer_for(tmp_path / "hits.docx", None)


@pytest.mark.parametrize("format_name", ["csv", "sdf", "parquet"])
def test_inchikeys_on_request(format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    path = tmp_path / f"hits.{format_name}"
    assert write_hits(table.to_batches(max_chunksize=3), path, stamp, inchikey=True) == 4
    ethanol = b"LFQSCWFLJHTTHZ-UHFFFAOYSA-N"  # as PubChem CID 702 has it
    assert ethanol in path.read_bytes()


def test_a_page_refuses_inchikeys(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column for InChIKeys"):
        write_hits(table.to_batches(), tmp_path / "hits.html", stamp, inchikey=True)


# Read back by the programs that each format is for.


def test_openpyxl_reads_the_workbook_back(ordered: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    pytest.importorskip("xlsxwriter", reason="the extra report is not installed")
    path = tmp_path / "hits.xlsx"
    write_hits(ordered.to_batches(), path, stamp, schema=ordered.schema)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Hits", "Columns", "Provenance"]
    sheet = book["Hits"]
    assert (sheet.max_row, sheet.freeze_panes, sheet.auto_filter.ref[:2]) == (5, "C2", "A1")
    assert len(sheet._images) == 4
    header = {str(cell.value).split("\n")[0]: cell.column for cell in sheet[1]}
    assert [sheet.cell(row, 1).value for row in range(2, 6)] == [1, 2, 3, 4]
    kinds = {type(sheet.cell(2, column).value) for column in header.values()}
    assert {int, float, bool, str} <= kinds  # numbers, truths and texts are what they are, not texts
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    told = {row[0].value: row[1].value for row in book["Provenance"].iter_rows()}
    assert any("abc" in str(text) for text in told.values())
    assert told["rows in this workbook"] == "4"


@pytest.mark.parametrize("format_name", ["csv", "tsv", "xlsx", "parquet"])
def test_pandas_reads_the_tables_back(format_name: str, table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    pytest.importorskip(needs_extra.get(format_name, "csv"))
    path = path_of(tmp_path, format_name)
    write_hits(table.to_batches(), path, stamp)
    readers = {
        "csv": pandas.read_csv,
        "tsv": lambda each: pandas.read_csv(each, sep="\t"),
        "xlsx": lambda each: pandas.read_excel(each, sheet_name="Hits", engine="openpyxl"),
        "parquet": pandas.read_parquet,
    }
    frame = readers[format_name](path)
    assert len(frame) == 4
    # A workbook has headings for people: the affinity is the first with fractions.
    name = "affinity" if format_name != "xlsx" else frame.dropna(axis=1, how="all").select_dtypes("float").columns[0]
    assert frame[name].tolist() == pytest.approx(table.column("affinity").to_pylist(), abs=5e-3)
    if format_name == "parquet":
        assert frame["name"].tolist() == table.column("name").to_pylist()


@pytest.mark.slow
def test_libreoffice_reads_the_workbook_back(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    pytest.importorskip("xlsxwriter", reason="the extra report is not installed")
    write_hits(table.to_batches(), tmp_path / "hits.xlsx", stamp)
    home = f"-env:UserInstallation={(tmp_path / 'office').as_uri()}"
    subprocess.run(
        [office, home, "--headless", "--convert-to", "csv", "--outdir", str(tmp_path), str(tmp_path / "hits.xlsx")],
        check=True, capture_output=True, timeout=240,
    )  # fmt: skip
    rows = read_csv(tmp_path / "hits.csv")
    assert len(rows) == 4
    assert [next(iter(row.values())) for row in rows] == ["1", "2", "3", "4"]
    assert "CCO" in {value for row in rows for value in row.values()}


def test_pymol_runs_the_script(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    pytest.importorskip("pymol2", reason="PyMOL is not installed")
    write_hits(table.to_batches(), tmp_path / "hits.pml", stamp)
    asked = (
        "import pymol2, json\n"
        "with pymol2.PyMOL() as p:\n"
        "    p.cmd.do('@hits.pml')\n"
        "    p.cmd.sync()\n"
        "    objects = p.cmd.get_names('objects')\n"
        "    print('ANSWER', json.dumps([objects, p.cmd.get_scene_list(), p.cmd.count_atoms('receptor')]))\n"
    )
    done = subprocess.run([sys.executable, "-c", asked], cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert "Error" not in done.stdout + done.stderr, done.stdout
    assert "defined with 0 atoms" not in done.stdout, done.stdout
    line = next(line for line in done.stdout.splitlines() if line.startswith("ANSWER "))
    objects, scenes, atoms = json.loads(line.removeprefix("ANSWER "))
    hits = [name for name in objects if re.match(r"h\d{5}", name)]
    assert len(scenes) == len(set(hits)) >= 3
    assert "receptor" in objects
    assert atoms == 4


#: Verbs of ChimeraX commands (its user guide, "Command index") that a script of ours may use.
CHIMERAX = {
    "open", "delete", "hide", "show", "cartoon", "color", "transparency", "style", "select", "label", "surface",
    "hbonds", "set", "view", "mseries",
}  # fmt: skip


def test_the_chimerax_script_opens_what_lies_beside_it(table: pa.Table, stamp: Stamp, tmp_path: Path) -> None:
    write_hits(table.to_batches(), tmp_path / "hits.cxc", stamp)
    lines = [line for line in (tmp_path / "hits.cxc").read_text().splitlines() if not line.startswith("#")]
    opened = [line.split()[1] for line in lines if line.startswith("open ")]
    assert all((tmp_path / name).is_file() for name in opened)
    for line in lines:
        assert line.split()[0] in CHIMERAX, line
        assert line.count('"') % 2 == line.count("'") % 2 == 0, line
        assert {int(number) for number in re.findall(r"#(\d+)", line)} <= set(range(1, len(opened) + 1)), line
    models = sum(molecule is not None for molecule in Chem.SDMolSupplier(str(tmp_path / opened[1])))
    assert lines[-1] == f"mseries slider #2.1-{models}"
