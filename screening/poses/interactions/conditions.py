"""Conditions on the contacts of a pose, in words: ``hbond MET793``, ``no clash``, ``salt bridge A:ASP86``."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Sequence

from screening.errors import UsageError
from screening.poses.interactions.contact import KINDS, Contact

#: What people call the kinds.
WORDS: dict[str, tuple[str, ...]] = {
    "hbond": ("hydrogen bond",), "h-bond": ("hydrogen bond",), "hydrogen bond": ("hydrogen bond",),
    "salt bridge": ("salt bridge",), "ionic": ("salt bridge",), "polar": ("hydrogen bond", "salt bridge"),
    "pi": ("pi stacking",), "pi stacking": ("pi stacking",), "stacking": ("pi stacking",),
    "cation-pi": ("cation-pi",), "cation pi": ("cation-pi",), "halogen": ("halogen bond",),
    "halogen bond": ("halogen bond",), "hydrophobic": ("hydrophobic",), "metal": ("metal",),
    "water": ("water bridge",), "water bridge": ("water bridge",), "covalent": ("covalent bond",),
    "covalent bond": ("covalent bond",), "clash": ("clash",),
    "contact": KINDS[1:], "any": KINDS[1:],
}  # fmt: skip
_RESIDUE = re.compile(
    r"^(?:(?P<chain>[^:\s]+):)?(?P<name>[A-Za-z]{2,3}|[A-Za-z][A-Za-z0-9]{0,2}_)?(?P<number>-?\d+)(?P<code>[A-Z]?)$"
)


@dataclasses.dataclass(frozen=True)
class Condition:
    """A contact that a pose must have, or must not have.

    Attributes
    ----------
    kinds
        Any of these kinds will do.
    residue
        As it was typed, empty for any.
    atom
        Name of the site's atom, empty for any.
    wanted
        False: no such contact may be there.
    text
        As it was typed.
    """

    kinds: tuple[str, ...]
    residue: str
    atom: str
    wanted: bool
    text: str

    def met_by(self, contacts: Iterable[Contact]) -> bool:
        """Tell whether contacts of a pose meet the condition."""
        there = any(
            contact.kind in self.kinds and self._at(contact) and self.atom in ("", contact.site_atom)
            for contact in contacts
        )
        return there is self.wanted

    def _at(self, contact: Contact) -> bool:
        match = _RESIDUE.match(self.residue)
        if match is None:
            return True
        residue = contact.residue
        return (
            match["chain"] in (None, residue.chain)
            and (match["name"] or residue.name).rstrip("_").upper() == residue.name.upper()
            and int(match["number"]) == residue.number
            and match["code"] in ("", residue.insertion_code)
        )


def parse_condition(text: str) -> Condition:
    """Read a condition: a kind, then a residue and its atom if wanted; ``no`` in front turns it round.

    Raises
    ------
    UsageError
        If it names no kind or no residue.
    """
    words = text.split()
    wanted = not (words and words[0].lower() in ("no", "not"))
    rest = words if wanted else words[1:]
    for size in (2, 1):
        kind = " ".join(rest[:size]).lower()
        if len(rest) >= size and kind in WORDS:
            place = rest[size:]
            if len(place) > 2 or (place and _RESIDUE.match(place[0]) is None):
                break
            atom = place[1].upper() if len(place) == 2 else ""
            return Condition(WORDS[kind], place[0] if place else "", atom, wanted, text)
    raise UsageError(
        f"{text!r} is no condition on contacts",
        expected="a kind and a residue, as 'hbond MET793', 'salt bridge A:ASP86' or 'no clash'; kinds: "
        "hbond, salt bridge, pi, cation-pi, halogen, hydrophobic, metal, water, covalent, contact, clash",
    )


def unmet(conditions: Sequence[Condition], contacts: Sequence[Contact]) -> tuple[Condition, ...]:
    """Return the conditions that these contacts do not meet."""
    return tuple(condition for condition in conditions if not condition.met_by(contacts))
