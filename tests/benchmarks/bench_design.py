"""Fragments of a library and analogues of erlotinib: how many, how fast, how many of them valid, novel and better.

Run: ``python tests/benchmarks/bench_design.py [COMPOUNDS] [ANALOGUES] [JUDGED]``. So many designs as the last number
says (2,000 by default) are judged by the shipped kinase model at EGFR: validity, uniqueness, novelty (not trained on,
not in the library) and the share predicted better than erlotinib, with 95 % intervals, and how many are in the domain
of the model. The library is the shipped NCI set, or the first compounds of ZINC250k (benchmark data beside the
checkout) where more are asked for. Processor seconds.
"""

from __future__ import annotations

import gzip
import itertools
import resource
import sys
import tempfile
from pathlib import Path

from rdkit import Chem

from screening.compounds.library.prepare import prepare_library
from screening.runs.design.constraints import Constraints
from screening.runs.design.design import design_around
from screening.runs.design.fragment_table import build_fragment_table
from screening.runs.design.sources import fragments, replacements
from screening.runs.design.sources.proposal import Question
from screening.runs.matrix.plan import bound_to, loaded

ROOT = Path(__file__).parents[2]
ERLOTINIB = "C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1"


def _seconds() -> float:
    return sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _lines(count: int) -> list[str]:
    path = ROOT / "data" / "libraries" / "nci.smi"
    lines = path.read_text("utf-8").splitlines()
    if count <= len(lines):
        return lines[:count]
    with gzip.open(ROOT.parent / "shared" / "bench" / "library" / "zinc250k.smi.gz", "rt") as stream:
        return [line.rstrip() for line in itertools.islice(stream, count)]


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4999
    wanted = int(sys.argv[2]) if len(sys.argv) > 2 else 25_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "library.smi").write_text("\n".join(_lines(count)) + "\n")
        library = prepare_library([folder / "library.smi"], folder / "library")
        started = _seconds()
        table = build_fragment_table(library, folder / "fragments.parquet")
        spent = _seconds() - started
        print(f"{library.compounds:,} compounds: {table.count():,} fragments of radius 3 in {spent:.1f} s")
        question = Question(Chem.MolFromSmiles(ERLOTINIB), Constraints(), table, 1)
        for source in (fragments, replacements):
            started = _seconds()
            made = list(itertools.islice(source.propose(question), wanted))
            spent = _seconds() - started
            valid = [one for one in made if one.smiles and Chem.MolFromSmiles(one.smiles) is not None]
            print(
                f"erlotinib, {source.NAME}: {len(made):,} analogues in {spent:.1f} s, {len(valid):,} valid,"
                f" {len({one.smiles for one in valid}):,} different"
            )
        judged = int(sys.argv[3]) if len(sys.argv) > 3 else 2_000
        model = bound_to(loaded(str(ROOT / "data" / "models" / "kinome")), [("EGFR", None)])[0]
        started = _seconds()
        designs = design_around(ERLOTINIB, model=model, fragments=table, library=library, radius=2, most=judged)
        print(f"judged by the kinase model at EGFR in {_seconds() - started:.1f} s")
        for line in designs.summary():
            print(f"  {line}")


if __name__ == "__main__":
    main()
