"""The fast path of `library prepare` gives what the full protocol gives, on every molecule of the benchmark data.

Run::

    python tests/benchmarks/bench_prepare_identical.py
"""

from __future__ import annotations

import contextlib

from bench_prepare import BENCH, library_smiles, plain_catalog, property_calculator
from rdkit import Chem, rdBase
from rdkit.Chem import rdMolDescriptors

from screening.compounds.files.columns import Columns
from screening.compounds.files.formats import open_files
from screening.compounds.files.record import Notation
from screening.compounds.fingerprint import packed_morgan
from screening.compounds.library.describe_record import (
    Described,
    Dropped,
    Standardised,
    describe_all,
    smiles_of_block,
    standardised,
)
from screening.compounds.library.prepare import BATCH_RECORDS
from screening.compounds.library.time_limit import suspicious
from screening.compounds.rules.rules import DEFAULT_RULES
from screening.compounds.standardisation.fast_path import short_form
from screening.compounds.standardisation.standardise import Refusal, long_form
from screening.errors import ScreeningError


def main() -> None:
    """Compare the fast path with every step of the protocol, RDKit's own properties and its plain catalogs."""
    sources = [(name, library_smiles(name, 1)) for name in ("zinc250k.smi.gz", "znp_natural_products_50k.smi.gz")]
    for name, smiles in [*sources, ("messy files", _messy_smiles())]:
        short = different = 0
        with rdBase.BlockLogs():
            for first in range(0, len(smiles), BATCH_RECORDS):
                compounds = [standardised(text, Notation.SMILES) for text in smiles[first : first + BATCH_RECORDS]]
                found = [one for one in compounds if isinstance(one, Standardised)]
                short += sum(short_form(one.input) is not None for one in found)
                refused = sum(isinstance(long_form(one.input), Refusal) for one in compounds)
                different += abs(refused - (len(compounds) - len(found)))
                for one, fast in zip(found, describe_all(found, DEFAULT_RULES)):
                    slow = _slowly(one.input)
                    if fast != slow:
                        different += 1
                        print(fast, slow, sep="\n")
        print(f"{name}: {short:,} of {len(smiles):,} take the fast path, {different} differ from the full protocol")


def _messy_smiles() -> list[str]:
    found: list[str] = []
    for path in sorted((BENCH / "messy").rglob("*")):
        if path.is_file():
            with contextlib.suppress(ScreeningError):
                for file in open_files([path], Columns()):
                    for raw in file.records():
                        smiles = raw.text
                        if raw.notation is not Notation.SMILES:
                            read = smiles_of_block(raw.text, raw.notation)
                            smiles = "" if isinstance(read, Refusal) else read
                        if smiles and not suspicious(smiles, Notation.SMILES):
                            found.append(smiles)
    return found


def _slowly(smiles: str) -> Described | Dropped | None:
    """Describe a compound by the default rules without any of our short cuts."""
    found = long_form(smiles)
    if isinstance(found, Refusal):
        return None
    mol, parent = found
    numbers = [*property_calculator().ComputeProperties(mol), float(Chem.GetFormalCharge(mol))]
    numbers[5] = float(rdMolDescriptors.CalcNumRotatableBonds(mol, rdMolDescriptors.NumRotatableBondsOptions.Strict))
    numbers[:3] = round(numbers[0], 3), round(numbers[1], 5) + 0.0, round(numbers[2], 2)
    row = tuple(numbers)
    flags = list(parent.flags)
    lipinski = (row[0] > 500) + (row[1] > 5) + (row[3] > 5) + (row[4] > 10)
    flags += ["lipinski"] * (lipinski > 1) + ["veber"] * (row[5] > 10 or row[2] > 140)
    for name in ("PAINS", "BRENK"):
        flags += [
            f"{name.lower()}: {entry.GetDescription().lstrip('>')}" for entry in plain_catalog(name).GetMatches(mol)
        ]
    return Described(smiles, parent, packed_morgan(mol), row, tuple(flags))


if __name__ == "__main__":
    if BENCH.is_dir():
        main()
    else:
        print("skipped: no benchmark data beside this checkout (../shared/bench)")
