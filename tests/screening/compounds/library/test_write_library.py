"""A prepared library written for other programs reads back the same, with InChIKeys if they are wanted."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from screening.compounds.inchi import with_inchikeys
from screening.compounds.library.prepare import prepare_library
from screening.compounds.library.write_library import write_library
from screening.errors import UsageError
from tests.screening.compounds.raw_records import COMPOUNDS

#: Published InChIKeys (PubChem) of ethanol, aspirin and L-alanine.
PUBLISHED = {
    "CCO": "LFQSCWFLJHTTHZ-UHFFFAOYSA-N",
    "CC(=O)Oc1ccccc1C(=O)O": "BSYNRYMUTXBXSQ-UHFFFAOYSA-N",
    "C[C@H](N)C(=O)O": "QNAYBMKLOCPYGJ-REOHCLBHSA-N",
}


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
