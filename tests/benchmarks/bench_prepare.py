"""`library prepare` beside the RDKit floor, its slow path and other programs, and its memory. CPU time of one core.

Run::

    python tests/benchmarks/bench_prepare.py            molecules per second, as ratios to the floor
    python tests/benchmarks/bench_prepare.py memory     peak memory at 25,000 and 250,000 molecules
    python tests/benchmarks/bench_prepare.py identical  the short way equals the long way on every molecule

The floor is parsing and a Morgan fingerprint of the same SMILES, all in RDKit's C++. Peers (chembl_structure_pipeline,
molpipeline) are compared if they are installed.
"""

from __future__ import annotations

import gzip
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rdkit import Chem, rdBase
from rdkit.Chem import FilterCatalog, rdFingerprintGenerator
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.compounds.describe import describe
from screening.compounds.fingerprint import packed_morgan
from screening.compounds.properties import property_row
from screening.compounds.record import Notation, RawRecord
from screening.compounds.rules import DEFAULT_RULES, NO_RULES
from screening.compounds.shortcut import short_form
from screening.compounds.standardise import Refusal, long_form, names, standard_form
from screening.compounds.standardise_batch import RawBatch, standardise_batch

BENCH = Path(__file__).parents[2].parent / "shared" / "bench"


def _smiles(name: str, step: int) -> list[str]:
    with gzip.open(BENCH / "library" / name, "rt") as lines:
        return [line.split()[0] for number, line in enumerate(lines) if number % step == 0]


def _cpu(work: Callable[[list[str]], object], smiles: list[str]) -> float:
    started = time.process_time()
    work(smiles)
    return (time.process_time() - started) / len(smiles) * 1e6


def _floor(smiles: list[str]) -> None:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    generator.GetFingerprints([Chem.MolFromSmiles(text) for text in smiles])


def _parent(smiles: list[str]) -> None:
    for text in smiles:
        found = standard_form(text)
        if not isinstance(found, Refusal):
            packed_morgan(found[0])


def _long(smiles: list[str]) -> None:
    for text in smiles:
        found = long_form(text)
        if not isinstance(found, Refusal):
            packed_morgan(found[0])


def _plain(smiles: list[str]) -> None:
    for text in smiles:
        describe(text, Notation.SMILES, NO_RULES)


def _all(smiles: list[str]) -> None:
    for text in smiles:
        describe(text, Notation.SMILES, DEFAULT_RULES)


def _batches(smiles: list[str]) -> None:
    records = tuple(RawRecord(row + 1, "", text, Notation.SMILES) for row, text in enumerate(smiles))
    standardise_batch(RawBatch(0, ("a.smi",) * len(records), records, 20.0, DEFAULT_RULES))


def _naive(smiles: list[str]) -> None:
    """What most scripts do: clean up, parent, uncharge, SMILES, fingerprint, each on every molecule."""
    uncharger = rdMolStandardize.Uncharger()
    for text in smiles:
        mol = rdMolStandardize.Cleanup(Chem.MolFromSmiles(text))
        mol = uncharger.uncharge(rdMolStandardize.FragmentParent(mol))
        Chem.MolToSmiles(mol)
        packed_morgan(mol)


def _catalogs(smiles: list[str]) -> None:
    parameters = FilterCatalog.FilterCatalogParams()
    for name in ("PAINS", "BRENK"):
        parameters.AddCatalog(getattr(FilterCatalog.FilterCatalogParams.FilterCatalogs, name))
    catalog = FilterCatalog.FilterCatalog(parameters)
    for text in smiles:
        catalog.GetMatches(Chem.MolFromSmiles(text))


def _chembl(smiles: list[str]) -> None:
    from chembl_structure_pipeline import standardizer

    for text in smiles:
        mol, _ = standardizer.get_parent_mol(standardizer.standardize_mol(Chem.MolFromSmiles(text)))
        Chem.SanitizeMol(mol)
        Chem.MolToSmiles(mol)
        packed_morgan(mol)


def _molpipeline(smiles: list[str]) -> None:
    from molpipeline import Pipeline
    from molpipeline.any2mol import SmilesToMol
    from molpipeline.mol2any import MolToMorganFP
    from molpipeline.mol2mol import ChargeParentExtractor, MetalDisconnector, SaltRemover, Uncharger

    steps = [
        ("read", SmilesToMol()), ("metals", MetalDisconnector()), ("salts", SaltRemover()),
        ("charge", ChargeParentExtractor()), ("uncharge", Uncharger()), ("fp", MolToMorganFP(radius=2, n_bits=2048)),
    ]  # fmt: skip
    Pipeline(steps, n_jobs=1).transform(smiles)


WAYS: tuple[tuple[str, Callable[[list[str]], object]], ...] = (
    ("floor: parse + Morgan", _floor),
    ("parent + keys + Morgan", _parent),
    ("  with properties", _plain),
    ("  with properties, PAINS, Brenk, rules", _all),
    ("  the same as a prepared batch", _batches),
    ("every step of the protocol + Morgan", _long),
    ("naive RDKit clean-up + Morgan", _naive),
    ("PAINS + Brenk, plain catalog", _catalogs),
    ("chembl_structure_pipeline + Morgan", _chembl),
    ("molpipeline standardise + Morgan", _molpipeline),
)


SLOW = (_long, _naive, _catalogs, _chembl, _molpipeline)


def speed(step: int, rounds: int = 5) -> None:
    smiles = _smiles("zinc250k.smi.gz", step)
    print(f"{len(smiles):,} molecules of ZINC250k, CPU time of one core, median of {rounds} rounds")
    times: dict[str, list[float]] = {}
    with rdBase.BlockLogs():
        for name, work in WAYS:  # once for caches and imports
            try:
                work(smiles[:50])
            except ImportError as error:
                print(f"{name}: not installed ({error})")
                continue
            times[name] = []
        _batches(smiles)
        for _ in range(rounds):
            for name, work in WAYS:
                if name in times:
                    times[name].append(_cpu(work, smiles[::5] if work in SLOW else smiles))
    floor = times[WAYS[0][0]]
    for name, found in times.items():
        ratio = statistics.median(one / other for one, other in zip(floor, found))
        print(f"{name:42s} {statistics.median(found):8.0f} us a molecule   {ratio:6.3f} of the floor")


_CHILD = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from screening.compounds.prepare import PrepareOptions, prepare_library
from screening.compounds.rules import NO_RULES
library = prepare_library(Path(sys.argv[1]), Path(sys.argv[2]), options=PrepareOptions(rules=NO_RULES))
print(library.records, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def memory() -> None:
    smiles = _smiles("zinc250k.smi.gz", 1)
    peaks = []
    for count in (25_000, 250_000):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.smi"
            path.write_text("".join(f"{text}\n" for text in (smiles + smiles)[:count]))
            started = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-c", _CHILD, path, Path(folder) / "lib", os.getcwd()],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            records, peak = done.stdout.split()
            peaks.append(float(peak))
            print(f"{int(records):,} records: peak {float(peak):.0f} MiB, {time.perf_counter() - started:.0f} s wall")
    print(f"memory ratio {peaks[1] / peaks[0]:.3f}")


def identical() -> None:
    for name in ("zinc250k.smi.gz", "znp_natural_products_50k.smi.gz"):
        smiles, short, different = _smiles(name, 1), 0, 0
        with rdBase.BlockLogs():
            for text in smiles:
                found = short_form(text)
                if found is None:
                    continue
                short += 1
                long = long_form(text)
                same = not isinstance(long, Refusal) and (
                    names(*found, plain=True) == long[1]
                    and packed_morgan(found[0]) == packed_morgan(long[0])
                    and property_row(found[0]) == property_row(long[0])
                )
                different += not same
        print(
            f"{name}: {short:,} of {len(smiles):,} take the short way, {different} end elsewhere than by the long way"
        )


if __name__ == "__main__":
    if not BENCH.is_dir():
        print("skipped: no benchmark data beside this checkout (../shared/bench)")
    elif "memory" in sys.argv:
        memory()
    elif "identical" in sys.argv:
        identical()
    else:
        speed(100)
