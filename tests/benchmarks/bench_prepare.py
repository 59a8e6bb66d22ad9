"""`library prepare` beside the RDKit floor, its slow path and other programs, and its memory. CPU time of one core.

Run::

    python tests/benchmarks/bench_prepare.py            molecules per second, as ratios to the floor
    python tests/benchmarks/bench_prepare.py memory     peak memory at 25,000 and 250,000 molecules

The floor is parsing and a Morgan fingerprint of the same SMILES, all in RDKit's C++. Peers (chembl_structure_pipeline,
molpipeline, scikit-fingerprints) are compared if they are installed: once for parent and fingerprint alone, once with
properties, PAINS and Brenk too, which the first two leave to RDKit. That all ways give the same is for
``bench_prepare_identical.py``.
"""

from __future__ import annotations

import functools
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
from rdkit.Chem import FilterCatalog, rdFingerprintGenerator, rdMolDescriptors
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.compounds.compound import structure_key
from screening.compounds.files.record import Notation, RawRecord
from screening.compounds.fingerprint import packed_morgan
from screening.compounds.library.describe_record import (
    Standardised,
    describe_all,
    standardised,
)  # fmt: skip
from screening.compounds.library.prepare import BATCH_RECORDS
from screening.compounds.library.standardise_batch import RawBatch, standardise_batch
from screening.compounds.rules.rules import DEFAULT_RULES, NO_RULES
from screening.compounds.standardisation.fast_path import short_form
from screening.compounds.standardisation.standardise import Refusal, long_form, standard_form

BENCH = Path(__file__).parents[2].parent / "shared" / "bench"


def library_smiles(name: str, step: int, first: int = 0) -> list[str]:
    with gzip.open(BENCH / "library" / name, "rt") as lines:
        return [line.split()[0] for number, line in enumerate(lines) if number % step == first]


def _cpu(work: Callable[[list[str]], object], smiles: list[str]) -> float:
    started = time.process_time()
    work(smiles)
    return (time.process_time() - started) / len(smiles) * 1e6


def _floor(smiles: list[str]) -> None:
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    generator.GetFingerprints([Chem.MolFromSmiles(text) for text in smiles])


def _identity(smiles: list[str]) -> None:
    """Parent and identity, as the peers give them; `_parent` adds the key of the family."""
    for text in smiles:
        found = short_form(text)
        if found is not None:
            structure_key(found[1])
            packed_morgan(found[0])
        else:
            _parent([text])


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
    for first in range(0, len(smiles), BATCH_RECORDS):
        describe_all(_standardised(smiles[first : first + BATCH_RECORDS]), NO_RULES)


def _all(smiles: list[str]) -> None:
    for first in range(0, len(smiles), BATCH_RECORDS):
        describe_all(_standardised(smiles[first : first + BATCH_RECORDS]), DEFAULT_RULES)


def _standardised(smiles: list[str]) -> list[Standardised]:
    found = [standardised(text, Notation.SMILES) for text in smiles]
    return [one for one in found if isinstance(one, Standardised)]


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
    for text in smiles:
        _alerts_and_properties(Chem.MolFromSmiles(text), properties=False)


def _alerts_and_properties(mol: Chem.Mol, properties: bool = True) -> None:
    """Do for a peer, which has none of it, what we do besides parent and fingerprint: by RDKit's plain calls."""
    if properties:
        property_calculator().ComputeProperties(mol)
        Chem.GetFormalCharge(mol)
    for name in ("PAINS", "BRENK"):
        plain_catalog(name).GetMatches(mol)


def _chembl(smiles: list[str]) -> list[Chem.Mol]:
    from chembl_structure_pipeline import standardizer

    mols = []
    for text in smiles:
        mol, _ = standardizer.get_parent_mol(standardizer.standardize_mol(Chem.MolFromSmiles(text)))
        Chem.SanitizeMol(mol)
        Chem.MolToSmiles(mol)
        packed_morgan(mol)
        mols.append(mol)
    return mols


def _chembl_all(smiles: list[str]) -> None:
    for mol in _chembl(smiles):
        _alerts_and_properties(mol)


def _scikit_fingerprints(smiles: list[str]) -> None:
    """Its standardiser and fingerprint."""
    from skfp.fingerprints import ECFPFingerprint
    from skfp.preprocessing import MolFromSmilesTransformer, MolStandardizer

    mols = MolStandardizer().transform(MolFromSmilesTransformer().transform(smiles))
    ECFPFingerprint(fp_size=2048, radius=2).transform(mols)


def _scikit_fingerprints_all(smiles: list[str]) -> None:
    """The same with its own filters, and RDKit's properties."""
    from skfp.filters import BrenkFilter, LipinskiFilter, PAINSFilter, RuleOfVeberFilter
    from skfp.fingerprints import ECFPFingerprint
    from skfp.preprocessing import MolFromSmilesTransformer, MolStandardizer

    mols = MolStandardizer().transform(MolFromSmilesTransformer().transform(smiles))
    ECFPFingerprint(fp_size=2048, radius=2).transform(mols)
    for kind in (PAINSFilter, BrenkFilter, LipinskiFilter, RuleOfVeberFilter):
        kind(return_type="indicators").transform(mols)
    for mol in mols:
        property_calculator().ComputeProperties(mol)


def _molpipeline(smiles: list[str]) -> None:
    from molpipeline.mol2any import MolToMorganFP

    _molpipeline_steps(smiles, ("fp", MolToMorganFP(radius=2, n_bits=2048)))


def _molpipeline_all(smiles: list[str]) -> None:
    for mol in _molpipeline_steps(smiles):
        packed_morgan(mol)
        _alerts_and_properties(mol)


def _molpipeline_steps(smiles: list[str], *more: tuple[str, object]) -> list[Chem.Mol]:
    from molpipeline import Pipeline
    from molpipeline.any2mol import SmilesToMol
    from molpipeline.mol2mol import ChargeParentExtractor, MetalDisconnector, SaltRemover, Uncharger

    steps = [
        ("read", SmilesToMol()), ("metals", MetalDisconnector()), ("salts", SaltRemover()),
        ("charge", ChargeParentExtractor()), ("uncharge", Uncharger()), *more,
    ]  # fmt: skip
    return list(Pipeline(steps, n_jobs=1).transform(smiles))


WAYS: tuple[tuple[str, Callable[[list[str]], object]], ...] = (
    ("floor: parse + Morgan", _floor),
    ("parent + identity + Morgan", _identity),
    ("parent + identity + family + Morgan", _parent),
    ("  with properties", _plain),
    ("  with properties, PAINS, Brenk, rules", _all),
    ("  the same as a prepared batch", _batches),
    ("every step of the protocol + Morgan", _long),
    ("naive RDKit clean-up + Morgan", _naive),
    ("PAINS + Brenk, plain catalog", _catalogs),
    ("chembl_structure_pipeline + Morgan", _chembl),
    ("molpipeline + Morgan", _molpipeline),
    ("scikit-fingerprints standardise + Morgan", _scikit_fingerprints),
    ("chembl_structure_pipeline, with everything", _chembl_all),
    ("molpipeline, with everything", _molpipeline_all),
    ("scikit-fingerprints, with everything", _scikit_fingerprints_all),
)
PEERS = {_chembl: _identity, _molpipeline: _identity, _scikit_fingerprints: _identity}
PEERS |= {_chembl_all: _all, _molpipeline_all: _all, _scikit_fingerprints_all: _all}  # what of ours does as much

FRESH = {_plain: 0, _all: 1, _batches: 2}  # what one of these learns from a molecule must not help another
SLOW = (_long, _naive, _catalogs, *PEERS)


def speed(step: int, rounds: int = 5) -> None:
    """Time every way on the same molecules; no round uses those of another, so nothing of them is remembered."""
    samples = [library_smiles("zinc250k.smi.gz", step, first) for first in range(rounds)]
    others = library_smiles("zinc250k.smi.gz", 10, 9)
    print(
        f"{len(samples[0]):,} molecules of ZINC250k, CPU time of one core, median of {rounds} rounds, "
        f"each on other molecules, after {len(others):,} others"
    )
    times: dict[str, list[float]] = {}
    with rdBase.BlockLogs():
        _batches(others)
        for name, work in WAYS:  # once for caches and imports
            try:
                work(others[:50])
            except ImportError as error:
                print(f"{name}: not installed ({error})")
                continue
            times[name] = []
        for smiles in samples:
            for name, work in WAYS:
                if name in times:
                    part = smiles[FRESH[work] :: 3] if work in FRESH else smiles[::5] if work in SLOW else smiles
                    times[name].append(_cpu(work, part))
    floor = times[WAYS[0][0]]
    ways, names = dict(WAYS), {work: name for name, work in WAYS}
    for name, found in times.items():
        ratio = statistics.median(one / other for one, other in zip(floor, found))
        line = f"{name:42s} {statistics.median(found):8.0f} us a molecule   {ratio:6.3f} of the floor"
        ours = PEERS.get(ways[name])
        if ours is not None:
            times_ours = statistics.median(other / one for one, other in zip(times[names[ours]], found))
            line += f", {times_ours:.1f} times ours ({names[ours].strip()})"
        print(line)


_CHILD = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from screening.compounds.library.prepare import PrepareOptions, prepare_library
from screening.compounds.rules.rules import NO_RULES
library = prepare_library(Path(sys.argv[1]), Path(sys.argv[2]), options=PrepareOptions(rules=NO_RULES))
print(library.records, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def memory() -> None:
    smiles = library_smiles("zinc250k.smi.gz", 1)
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


@functools.cache
def property_calculator() -> rdMolDescriptors.Properties:
    return rdMolDescriptors.Properties([
        "amw", "CrippenClogP", "tpsa", "NumHBD", "NumHBA", "NumRotatableBonds", "NumHeavyAtoms", "NumRings",
        "FractionCSP3",
    ])  # fmt: skip


@functools.cache
def plain_catalog(name: str) -> FilterCatalog.FilterCatalog:
    parameters = FilterCatalog.FilterCatalogParams()
    parameters.AddCatalog(getattr(FilterCatalog.FilterCatalogParams.FilterCatalogs, name))
    return FilterCatalog.FilterCatalog(parameters)


if __name__ == "__main__":
    if not BENCH.is_dir():
        print("skipped: no benchmark data beside this checkout (../shared/bench)")
    elif "memory" in sys.argv:
        memory()
    else:
        speed(100)
