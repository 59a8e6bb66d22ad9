"""Contacts in one line of text."""

from __future__ import annotations

from collections.abc import Iterable

from screening.poses.interactions.contact import Contact
from screening.targets.target import ResidueId

#: Short names of kinds, in the order they are written; hydrophobic contacts are too many to tell anything.
_SHORT = {
    "covalent bond": "covalent", "metal": "metal", "salt bridge": "salt bridge", "hydrogen bond": "hbond",
    "water bridge": "water", "halogen bond": "halogen", "pi stacking": "pi", "cation-pi": "cation-pi",
}  # fmt: skip


def contacts_text(contacts: Iterable[Contact]) -> str:
    """Return the specific contacts as one line: ``hbond MET793, GLN791; pi PHE856``."""
    return kinds_text((contact.kind, contact.residue) for contact in contacts)


def kinds_text(pairs: Iterable[tuple[str, ResidueId]]) -> str:
    """Return (kind, residue) pairs as `contacts_text` does."""
    found = list(pairs)
    parts = []
    for kind, short in _SHORT.items():
        names = dict.fromkeys(f"{r.name}{r.number}{r.insertion_code}" for own, r in found if own == kind)
        if names:
            parts.append(f"{short} {', '.join(names)}")
    return "; ".join(parts)
