"""Write ``data/targets/1fmo.cif``: protein kinase A with adenosine and the inhibitor peptide PKI(5-24).

The coordinates are facts of PDB entry 1FMO (CC0): Narayana, N., Cox, S., Shaltiel, S., Taylor, S. S., Xuong, N.,
"Crystal structure of a polyhistidine-tagged recombinant catalytic subunit of cAMP-dependent protein kinase complexed
with the peptide inhibitor PKI(5-24) and adenosine", Biochemistry 36, 4438-4448 (1997), 2.2 Å. They are read from the
three files that come with the installed package pyKVFinder (protein chain E, adenosine, peptide chain I) and
re-written by our own writer. Residues 1 to 12 of chain E, which were not observed, complete the sequence from
UniProt P05132 (mouse PRKACA without its first methionine), so author and label numbers of chain E agree.

Run: ``python data/make_target.py`` (needs ``pip install pyKVFinder``).
"""

from __future__ import annotations

import dataclasses
import importlib.util
import tempfile
from pathlib import Path

from screening.engine import files
from screening.targets.files.read import read_target
from screening.targets.files.write import cif_text
from screening.targets.target import Target

TITLE = (
    "CRYSTAL STRUCTURE OF A POLYHISTIDINE-TAGGED RECOMBINANT CATALYTIC SUBUNIT OF CAMP-DEPENDENT PROTEIN KINASE "
    "COMPLEXED WITH THE PEPTIDE INHIBITOR PKI(5-24) AND ADENOSINE"
)
UNOBSERVED_START = "GNAAAAKKGSEQ"
OUT = Path(__file__).parent / "targets" / "1fmo.cif"


def package_files() -> list[Path]:
    """Return the three files inside the installed pyKVFinder, without importing it."""
    spec = importlib.util.find_spec("pyKVFinder")
    if spec is None or spec.origin is None:
        raise SystemExit("pyKVFinder is not installed: pip install pyKVFinder")
    folder = Path(spec.origin).parent / "data" / "tests"
    return [folder / "1FMO.pdb", folder / "PKI.pdb", folder / "ADN.pdb"]


def joined() -> Target:
    """Read the three files as one structure and add the facts of the header."""
    atoms = [
        line
        for path in package_files()
        for line in path.read_text("ascii").splitlines()
        if line.startswith(("ATOM", "HETATM"))
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "1FMO.pdb"
        path.write_text("\n".join([*atoms, "END", ""]), "ascii")
        target = read_target(path)
    chains = []
    for chain in target.chains:
        start = UNOBSERVED_START if chain.id == "E" else ""
        whole = start + chain.sequence
        positions = tuple(range(len(start) + 1, len(whole) + 1))
        missing = ((1, len(start)),) if start else ()
        chains.append(dataclasses.replace(chain, seqres=whole, positions=positions, missing=missing))
    return dataclasses.replace(
        target, id="1FMO", title=TITLE, method="X-RAY DIFFRACTION", resolution_A=2.2, chains=tuple(chains)
    )


def main() -> None:
    """Write the file and read it back."""
    files.write_text(OUT, cif_text(joined()))
    target = read_target(OUT)
    print(f"{OUT}: {target!r}")
    for chain in target.chains:
        print(f"  chain {chain.id} ({chain.label_id}): {len(chain.sequence)} of {len(chain.seqres)} residues")


if __name__ == "__main__":
    main()
