"""Reading structures: speed beside Biopython's own parsers on the same files, and the 52,000-atom class.

Run: ``python tests/benchmarks/bench_structures.py``
"""

from __future__ import annotations

import gzip
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from Bio.PDB import MMCIFParser, PDBParser
from Bio.PDB.binary_cif import BinaryCIFParser

from screening.targets.assembly import build_assembly
from screening.targets.files.read import read_target
from screening.targets.files.write import cif_text

ROOT = Path(__file__).resolve().parents[2]
STRUCTURES = ROOT.parent / "shared" / "bench" / "structures"


def median_seconds(work: Callable[[], object], repeats: int = 5) -> float:
    found = []
    for _ in range(repeats):
        started = time.process_time()
        work()
        found.append(time.process_time() - started)
    return statistics.median(found)


def biopython(path: Path) -> object:
    name = path.name.removesuffix(".gz")
    if name.endswith(".bcif"):
        return BinaryCIFParser().get_structure("x", str(path))
    parser = MMCIFParser(QUIET=True) if name.endswith(".cif") else PDBParser(QUIET=True)
    with (
        gzip.open(path, "rt", encoding="latin-1") if path.suffix == ".gz" else open(path, encoding="latin-1") as stream
    ):
        return parser.get_structure("x", stream)


def main() -> None:
    if not STRUCTURES.is_dir():
        print("skipped: no benchmark data beside this checkout (../shared/bench/structures)")
        return
    warnings.simplefilter("ignore")
    ratios = []
    print(f"{'file':<28}{'atoms':>8}{'ours s':>9}{'Biopython s':>13}{'ours/Biopython':>16}")
    for name in ("biotite__1aki.pdb.gz", "biotite__1aki.cif.gz", "biotite__1igy.cif.gz", "biopython__7DDO.pdb.gz",
                 "p2rank__1o6u.pdb.gz", "p2rank__1o6u.cif.gz", "biopython__1gbt.bcif.gz"):  # fmt: skip
        path = STRUCTURES / name
        ours = median_seconds(lambda path=path: read_target(path))
        theirs = median_seconds(lambda path=path: biopython(path))
        ratios.append(ours / theirs)
        print(f"{name:<28}{len(read_target(path).atoms):>8}{ours:>9.3f}{theirs:>13.3f}{ours / theirs:>16.2f}")
    print(
        f"median ratio {statistics.median(ratios):.2f} (ours also finds sequences, gaps, ligands, glycans, assemblies)"
    )
    target = read_target(STRUCTURES / "biotite__1f2n.cif.gz")
    started = time.process_time()
    capsid = build_assembly(target)
    seconds = time.process_time() - started
    print(f"capsid 1F2N: {len(capsid.chains)} chains, {len(capsid.atoms):,} atoms built in {seconds:.2f} s")
    part = capsid.atoms.select(capsid.atoms.residue_index < capsid.atoms.residue_index[52_000])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.cif"
        path.write_text(cif_text(target, part))
        ours = median_seconds(lambda: read_target(path), 3)
        theirs = median_seconds(lambda: MMCIFParser(QUIET=True).get_structure("x", str(path)), 3)
    print(f"{len(part):,} atoms of it as mmCIF: ours {ours:.2f} s, Biopython {theirs:.2f} s, ratio {ours / theirs:.2f}")


if __name__ == "__main__":
    main()
