"""Atoms and bonds of a MOL2 block as any program writes them: SYBYL, Amber (GAFF) or plain element types.

Format: Tripos, *Mol2 File Format* (2005). Columns are parted by white space; atoms are named by their number.
"""

from __future__ import annotations

import dataclasses
import math

from rdkit import Chem

_TABLE = Chem.GetPeriodicTable()
_SYMBOLS = frozenset(_TABLE.GetElementSymbol(number) for number in range(1, 119))
_QUERIES = frozenset({"any", "hal", "het", "hev", "du"})
_BONDS = {"1": 1, "2": 2, "3": 3, "am": 1, "ar": 0, "4": 0}


class Mol2Error(ValueError):
    """Why a MOL2 block cannot be read, in a few words."""


@dataclasses.dataclass(frozen=True)
class Mol2Atom:
    """One atom: element, SYBYL type, place, and the formal charge that is stated (None if none is)."""

    symbol: str
    kind: str
    place: tuple[float, float, float]
    charge: int | None = None


@dataclasses.dataclass(frozen=True)
class Mol2Block:
    """Atoms, and bonds as (first, second, order) with order 0 for ``ar``."""

    atoms: list[Mol2Atom]
    bonds: list[tuple[int, int, int]]


def read_block(text: str) -> Mol2Block:
    """Read the atoms and bonds of a block; lone pairs are left out.

    Raises
    ------
    Mol2Error
        If it is cut or broken, or holds a query or dummy atom.
    """
    sections = _sections(text)
    charges = _charges(sections.get("UNITY_ATOM_ATTR", []))
    counts = [*sections.get("MOLECULE", []), "", ""][1].split()
    places: dict[str, int | None] = {}
    atoms: list[Mol2Atom] = []
    for line in sections.get("ATOM", []):
        cells = line.split()
        try:
            place = (float(cells[2]), float(cells[3]), float(cells[4]))
            kind = cells[5]
        except (ValueError, IndexError):
            raise Mol2Error("MOL2 block: a broken atom line") from None
        if not all(map(math.isfinite, place)):
            raise Mol2Error("MOL2 block: a coordinate that is no number")
        if kind.upper().split(".")[0] == "LP":
            places[cells[0]] = None
            continue
        places[cells[0]] = len(atoms)
        atoms.append(Mol2Atom(_symbol(kind, cells[1]), kind, place, charges.get(cells[0])))
    if counts and counts[0].isdigit() and int(counts[0]) != len(places):
        raise Mol2Error("MOL2 block: another number of atom lines than it counts")
    bonds = [bond for line in sections.get("BOND", []) if (bond := _bond(line, places)) is not None]
    if len(counts) > 1 and counts[1].isdigit() and int(counts[1]) != len(sections.get("BOND", [])):
        raise Mol2Error("MOL2 block: another number of bond lines than it counts")
    return Mol2Block(atoms, bonds)


def _sections(text: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in text.splitlines():
        if line.startswith("@<TRIPOS>"):
            lines = sections.setdefault(line[9:].strip().upper(), [])
        elif lines is sections.get("MOLECULE") or (line.strip() and not line.startswith("#")):
            lines.append(line)
    return sections


def _charges(lines: list[str]) -> dict[str, int]:
    """Return atom number to stated formal charge (``atom count`` lines, each followed by attributes)."""
    found: dict[str, int] = {}
    atom = ""
    for line in lines:
        cells = line.split()
        if len(cells) == 2 and cells[0].lower() == "charge":
            if cells[1].lstrip("+-").isdigit():
                found[atom] = int(cells[1])
        elif cells:
            atom = cells[0]
    return found


def _symbol(kind: str, name: str) -> str:
    head = kind.split(".")[0]
    if head.lower() in _QUERIES:
        raise Mol2Error(f"an atom of type {kind}: not one compound")
    if head[
        :1
    ].islower():  # an Amber type, such as ca (aromatic carbon), n4 or hc; chlorine and bromine have two letters
        return head[:2].capitalize() if head[:2] in ("cl", "br", "si") else head[0].upper()
    symbol = head[:2].capitalize() if len(head) > 1 and head.isalpha() else head[:1].upper()
    for candidate in (head.capitalize(), symbol, head[:1].upper(), "".join(filter(str.isalpha, name))[:1].upper()):
        if candidate in _SYMBOLS:
            return candidate
    raise Mol2Error(f"an atom of the unknown type {kind[:12]!r}")


def _bond(line: str, places: dict[str, int | None]) -> tuple[int, int, int] | None:
    cells = line.split()
    if len(cells) < 4 or cells[1] not in places or cells[2] not in places:
        raise Mol2Error("MOL2 block: a broken bond line, or a bond to an atom that is not there")
    first, second, order = places[cells[1]], places[cells[2]], cells[3].lower()
    if first is None or second is None or order == "nc":
        return None
    if order not in _BONDS:
        raise Mol2Error(f"a bond of type {order[:8]}: not one compound")
    return first, second, _BONDS[order]
