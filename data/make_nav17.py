"""Write ``data/affinities/nav17.csv``: measured inhibition of the sodium channel Nav1.7.

The 1,017 aryl and acyl sulfonamides of ChEMBL document CHEMBL2321810 (pIC50) come with RDKit, in its installed
``Contrib/FreeWilson/data``; the two files there are joined by compound number and written as one table. ChEMBL is
CC BY-SA 3.0, RDKit is BSD-3-Clause.

Run it from the root of the repository: ``python data/make_nav17.py``.
"""

from __future__ import annotations

import csv
from pathlib import Path

from rdkit import RDConfig

HERE = Path(__file__).resolve().parent
SOURCE = Path(RDConfig.RDContribDir) / "FreeWilson" / "data"
OUT = HERE / "affinities" / "nav17.csv"


def main() -> None:
    """Join structures and values, sort by compound number, write them."""
    with open(SOURCE / "CHEMBL2321810_act.csv", encoding="utf-8", newline="") as stream:
        values = {row["Name"]: row["Act"] for row in csv.DictReader(stream)}
    lines = (SOURCE / "CHEMBL2321810.smi").read_text(encoding="utf-8").splitlines()
    structures = {name: smiles for smiles, name in (line.split() for line in lines if line.strip())}
    both = sorted(values.keys() & structures.keys(), key=int)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    with open(OUT, "w", encoding="utf-8", newline="\n") as stream:
        stream.write("name,smiles,pIC50\n")
        for name in both:
            stream.write(f"{name},{structures[name]},{values[name]}\n")
    print(f"{OUT.relative_to(HERE.parent)}: {len(both)} compounds ({len(values)} values, {len(structures)} structures)")


if __name__ == "__main__":
    main()
