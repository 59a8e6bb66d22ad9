"""Read FASTA text with Biopython: sequences without coordinates."""

from __future__ import annotations

from io import StringIO

from Bio import SeqIO

from screening.errors import FileError
from screening.targets.files.formats import StructureFile
from screening.targets.target import Atoms, Chain, Target

_PROTEIN_ONLY = frozenset("EFILPQZX*JO")
_NUCLEIC = frozenset("ACGTUN")


def read_fasta(file: StructureFile) -> Target:
    """Return a target with one chain for each record and no atoms.

    Raises
    ------
    FileError
        If a record has no sequence or a letter that is no residue code.
    """
    lines = "\n".join(line for line in file.text.split("\n") if not line.startswith(";"))
    records = list(SeqIO.parse(StringIO(lines), "fasta"))
    chains, seen = [], set()
    for number, record in enumerate(records, 1):
        sequence = str(record.seq).upper().replace("-", "").replace(".", "").rstrip("*")
        where = f"record {number} ({record.id or 'no name'})"
        if not sequence:
            raise FileError("has no sequence", source=file.path, where=where, expected="residue letters")
        wrong = sorted({letter for letter in sequence if not ("A" <= letter <= "Z" or letter == "*")})
        if wrong:
            raise FileError(f"holds {wrong[0]!r}", source=file.path, where=where, expected="residue letters")
        name = record.id.split("|")[1] if record.id.count("|") >= 2 else record.id or str(number)
        if name in seen:
            name = f"{name}_{number}"
        seen.add(name)
        chains.append(Chain(name, "", _kind(sequence), "", sequence, (), ()))
    if not chains:
        raise FileError("holds no FASTA record", source=file.path, expected="a line that begins with >")
    title = records[0].description
    notes = (*file.notes, "A sequence without coordinates: it has no binding site and cannot be shown in 3D.")
    return Target(
        id=chains[0].id, title=title, method="sequence", resolution_A=None, atoms=Atoms.empty(), chains=tuple(chains),
        groups=(), waters=0, models=0, altlocs=(), source=str(file.path), sha256=file.sha256, format="FASTA",
        notes=notes, model=0,
    )  # fmt: skip


def _kind(sequence: str) -> str:
    letters = set(sequence)
    if letters <= _NUCLEIC and len(sequence) >= 8 and not letters & _PROTEIN_ONLY:
        return "RNA" if "U" in letters else "DNA"
    return "protein"
