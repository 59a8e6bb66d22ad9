"""Parents beside those of the ChEMBL curation pipeline and of RDKit's MolStandardize, record by record.

Every record where they differ is in ``disagreements.csv``, with both results and why ours is kept; the test fails
when a difference is missing there and when one listed there has gone. Write the table anew with::

    python tests/screening/compounds/standardisation/test_agreement.py

and fill in the reasons of the new rows.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from rdkit import Chem, rdBase

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import CompoundFile
from screening.compounds.library.describe_record import smiles_of_block
from screening.compounds.standardisation.standardise import Parent, parent_of

TABLE = Path(__file__).with_name("disagreements.csv")
HEADER = ("against", "file", "record", "ours", "theirs", "why")


class Difference(NamedTuple):
    """A record with two parents."""

    against: str
    file: str
    record: int
    ours: str
    theirs: str


def _ours(smiles: str) -> str:
    found = parent_of(smiles)
    if isinstance(found, Parent):
        return found.smiles + (" (metal)" if "metal" in found.flags else "")
    return f"refused: {found.stage}: {found.reason}"


def _written(mol: Chem.Mol) -> str:
    """Canonical SMILES that stays the same when it is read and written again."""
    smiles = Chem.MolToSmiles(mol)
    for _ in range(3):
        again = Chem.MolFromSmiles(smiles)
        if again is None:
            return "unreadable"
        if Chem.MolToSmiles(again) == smiles:
            break
        smiles = Chem.MolToSmiles(again)
    return smiles


def _chembl(mol: Chem.Mol | None) -> str:
    from chembl_structure_pipeline import standardizer

    if mol is None:
        return "unreadable"
    try:
        parent, excluded = standardizer.get_parent_mol(standardizer.standardize_mol(mol))
    except Exception as error:
        return f"fails: {type(error).__name__}"
    return _written(parent) + (" (metal)" if excluded else "")


def _taken(number: int, every: int) -> bool:
    return number % every == 0


def _chembl_sdf(bench: Path, every: int) -> Iterator[Difference]:
    from chembl_structure_pipeline import standardizer

    folder = bench / "messy"
    for path in [*sorted(folder.glob("chembl_pipeline/*.sdf")), *sorted(folder.glob("rdkit_fileparsers/*.sdf"))]:
        for raw in CompoundFile(path, Columns()).records():
            if not _taken(raw.number, every):
                continue
            smiles = smiles_of_block(raw.text, raw.notation)
            ours = _ours(smiles) if isinstance(smiles, str) else f"refused: {smiles.stage}: {smiles.reason}"
            theirs = _chembl(standardizer.parse_molblock(raw.text))
            yield Difference("ChEMBL", path.name, raw.number, ours, theirs)


def _chembl_salts(bench: Path, every: int) -> Iterator[Difference]:
    """Each salt former of the pipeline's list beside an amide that is none."""
    for name in ("data_salts.smi", "data_solvents.smi"):
        lines = (bench / "messy" / "chembl_pipeline" / name).read_text().splitlines()
        for number, line in enumerate(lines, start=1):
            if not _taken(number, every):
                continue
            smiles = line.split("\t")[1] + ".O=C(NCCc1ccccc1)c1ccc(I)cc1"
            yield Difference("ChEMBL", name, number, _ours(smiles), _chembl(Chem.MolFromSmiles(smiles)))


def _chembl_smiles(bench: Path, every: int) -> Iterator[Difference]:
    sets = (
        (bench / "messy" / "molstandardize" / "1kPCS_standardize_sm.csv.gz", 1),
        (bench / "library" / "zinc250k.smi.gz", 2150),
        (bench / "library" / "znp_natural_products_50k.smi.gz", 500),
    )
    for path, step in sets:
        with gzip.open(path, "rt") as lines:
            for number, line in enumerate(lines, start=1):
                if number % step == 0 and _taken(number // step, every):
                    smiles = line.split()[0]
                    yield Difference("ChEMBL", path.name, number, _ours(smiles), _chembl(Chem.MolFromSmiles(smiles)))


def _molstandardize(bench: Path, every: int) -> Iterator[Difference]:
    """Our parent of a record and of what RDKit's operation makes of it: the operation must not lead elsewhere."""
    for operation in ("fragment", "metals", "normalize", "reionize", "standardize_sm"):
        path = bench / "messy" / "molstandardize" / f"1kPCS_{operation}.csv.gz"
        with gzip.open(path, "rt") as lines:
            for number, line in enumerate(lines, start=1):
                if not _taken(number, every):
                    continue
                before, after = line.split()[:2]
                yield Difference("MolStandardize", path.name, number, _ours(before), _ours(after))


def compared(bench: Path, every: int = 1) -> list[Difference]:
    """Return every `every`-th record with both results, the same or not."""
    with rdBase.BlockLogs():
        return [
            *_chembl_sdf(bench, every), *_chembl_salts(bench, every), *_chembl_smiles(bench, every),
            *_molstandardize(bench, every),
        ]  # fmt: skip


def _differences(bench: Path, every: int = 1) -> list[Difference]:
    return [one for one in compared(bench, every) if one.ours != one.theirs and not both_refuse(one)]


def both_refuse(one: Difference) -> bool:
    """Say whether neither gives a parent."""
    return one.ours.startswith("refused") and one.theirs.startswith(("unreadable", "fails"))


def known_differences() -> dict[Difference, str]:
    with TABLE.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {
        Difference(row["against"], row["file"], int(row["record"]), row["ours"], row["theirs"]): row["why"]
        for row in rows
    }


def test_disagreements_of_every_eighth_record_are_listed_and_justified(bench: Path) -> None:
    pytest.importorskip("chembl_structure_pipeline")
    found, listed = set(_differences(bench, 8)), known_differences()
    assert found
    assert not found - set(listed), "not in the table"
    assert all(len(why) > 15 for why in listed.values())


@pytest.mark.slow
def test_every_disagreement_is_listed_and_justified(bench: Path) -> None:
    pytest.importorskip("chembl_structure_pipeline")
    found, listed = set(_differences(bench)), known_differences()
    assert not found - set(listed), "not in the table"
    assert not set(listed) - found, "in the table but gone"
    assert all(len(why) > 15 for why in listed.values())


if __name__ == "__main__":
    known = known_differences() if TABLE.exists() else {}
    root = Path(__file__).parents[4].parent / "shared" / "bench"
    out = csv.writer(TABLE.open("w", newline=""), lineterminator="\n")
    out.writerow(HEADER)
    out.writerows([*one, known.get(one, "")] for one in _differences(root))
    sys.exit(0)
