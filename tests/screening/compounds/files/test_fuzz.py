"""Made-up and mutated files: no crash, no lost record, the ledger always balances."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdkit import Chem

from screening.compounds.library.prepare import PrepareOptions, prepare_library
from screening.compounds.rules.rules import Rules
from screening.engine.ledger import RecordState
from screening.errors import ScreeningError

_MOLS = [Chem.MolFromSmiles(smiles) for smiles in ("CC(=O)Oc1ccccc1C(=O)O", "C[C@H](N)C(=O)[O-]", "c1ccsc1.Cl")]
SMI = b"smiles name\nCC(=O)Oc1ccccc1C(=O)O aspirin\nC[C@H](N)C(=O)[O-] |o1:1| ala\n*C\n\nC1CC broken\nCCO\nOCC\n"
CSV = 'id,smiles,note\n1,CCO,"a, b"\n2,,empty\n3\n4,c1ccccc1,"two\nlines"\n5,C(,x\n6,OCC,é\n'.encode()
SDF = "".join(Chem.MolToMolBlock(mol) + ">  <ID>\nx\n\n$$$$\n" for mol in _MOLS).encode()
V3000 = "".join(Chem.MolToMolBlock(mol, forceV3000=True) + "$$$$\n" for mol in _MOLS).encode()
MOL2 = (
    b"@<TRIPOS>MOLECULE\nx\n2 1\nSMALL\nNO_CHARGES\n"
    b"@<TRIPOS>ATOM\n1 C 0 0 0 C.3\n2 O 1 0 0 O.3\n@<TRIPOS>BOND\n1 1 2 1\n"
)
FILES = {"a.smi": SMI, "a.csv": CSV, "a.sdf": SDF, "b.sdf": V3000, "a.mol2": MOL2, "a.txt": SMI}

_RULES = Rules(flag=("brenk",), drop=("veber",))
_QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def _prepare(folder: Path, name: str, content: bytes) -> None:
    """Prepare a file; it may be refused in one sentence, but a library that is made must balance."""
    path, out = folder / name, folder / "lib"
    shutil.rmtree(out, ignore_errors=True)
    path.write_bytes(content)
    refused = None
    try:
        library = prepare_library(path, out, options=PrepareOptions(rules=_RULES))
    except ScreeningError as error:
        refused = str(error)
    if refused is not None:
        assert refused.endswith(".")
        assert "\n" not in refused
        return
    assert sum(library.counts.values()) == library.records
    records, ready = [], set()
    for part in library.parts:
        ledger = library.read_ledger(part.index)
        records += ledger["record"].to_pylist()
        rows = ledger.to_pylist()
        ready |= {row["record"] for row in rows if row["state"] == RecordState.READY}
        for row in rows:
            assert row["name"]
            assert bool(row["reason"]) == (row["state"] != RecordState.READY)
        compounds = library.read_compounds(part.index)
        assert set(compounds["record"].to_pylist()) <= ready
        ready -= set(compounds["record"].to_pylist())
    assert records == list(range(library.records))
    assert not ready


@_QUIET
@given(st.sampled_from(sorted(FILES)), st.data())
def test_mutated_files(tmp_path: Path, name: str, data: st.DataObject) -> None:
    content = bytearray(FILES[name])
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        kind = data.draw(st.sampled_from(["cut", "insert", "replace", "repeat", "swap"]))
        size = data.draw(st.integers(1, 40))
        if kind == "cut":
            del content[at : at + size]
        elif kind == "insert":
            content[at:at] = data.draw(st.binary(min_size=1, max_size=20))
        elif kind == "replace":
            content[at : at + 1] = data.draw(
                st.sampled_from([b"\n", b"\r", b",", b'"', b"\t", b"(", b"9", b"$$$$\n", b"\xff"])
            )
        elif kind == "repeat":
            content[at:at] = content[at : at + size] * 3
        else:
            content[at : at + size] = reversed(content[at : at + size])
    _prepare(tmp_path, name, bytes(content))


@_QUIET
@given(st.lists(st.text(alphabet="CNOcno()[]=#@+-123%.*/\\ \tHlBrFS|&:", max_size=25), min_size=1, max_size=12))
def test_made_up_smiles_files(tmp_path: Path, lines: list[str]) -> None:
    _prepare(tmp_path, "a.smi", ("\n".join(lines) + "\n").encode())


@_QUIET
@given(st.sampled_from(sorted(FILES)), st.binary(min_size=1, max_size=400))
def test_made_up_bytes(tmp_path: Path, name: str, content: bytes) -> None:
    _prepare(tmp_path, name, content)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("name", sorted(FILES))
def test_encodings_change_nothing(tmp_path: Path, name: str, encoding: str) -> None:
    text = FILES[name].decode()
    (tmp_path / "plain").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "plain" / name).write_text(text, "utf-8")
    (tmp_path / "other" / name).write_bytes(text.replace("\n", "\r\n").encode(encoding))
    plain = prepare_library(tmp_path / "plain" / name, tmp_path / "plain" / "lib")
    other = prepare_library(tmp_path / "other" / name, tmp_path / "other" / "lib")
    assert plain.read_compounds(0).equals(other.read_compounds(0))
    assert plain.read_ledger(0)["state"].equals(other.read_ledger(0)["state"])


@pytest.mark.slow
def test_every_messy_file(tmp_path: Path, bench: Path) -> None:
    made = 0
    for path in sorted((bench / "messy").rglob("*")):
        if path.is_file():
            name = path.name if path.suffix else path.name + ".smi"
            _prepare(tmp_path, name, path.read_bytes())
            made += (tmp_path / "lib" / "library.json").exists()
    assert made > 100
