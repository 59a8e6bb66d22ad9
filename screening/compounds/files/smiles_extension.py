"""The extension of CXSMILES between bars, told from a name that stands between bars.

ChemAxon, "ChemAxon Extended SMILES and SMARTS", docs.chemaxon.com: coordinates, labels, or lists of atoms and bonds
behind their keys.
"""

from __future__ import annotations

import re

_WHOLE = re.compile(r"\|[^|]*\|")
#: How an extension begins; ``r`` and the empty one stand alone. Other text, such as ``|trans|``, is a name.
_BEGINS = re.compile(
    r"\|\s*(?:\||[$(]|r\s*[,|]|(?:[&o]\d*|a|w[UD]?|c|t|ctu|f|g|m|n|s|u|rb|[HC]|Sg[DH]?|LN|LO|RG|lp|Lp|\^\d"
    r"|T[HLB]{0,2}|SP|OH|Z\w*|atomProp|bondProp)\s*:)"
)


def split_extension(smiles: str, rest: str) -> tuple[str, str]:
    """Return structure and name of a line: `smiles` with the extension that `rest` begins with, and what follows.

    An extension that never ends stays with the structure, and is refused with it: as a name it would be lost.
    """
    if not _BEGINS.match(rest):
        return smiles, rest
    whole = _WHOLE.match(rest)
    end = whole.end() if whole else len(rest)
    extension = rest[:end].strip()
    return (smiles if extension == "||" else f"{smiles} {extension}"), rest[end:].strip()


def is_extension(text: str) -> bool:
    """Say whether a text is an extension and nothing else."""
    plain = text.strip()
    return _BEGINS.match(plain) is not None and _WHOLE.fullmatch(plain) is not None


def smiles_line(smiles: str, name: str) -> str:
    """Return a line of a SMILES file that reads back: a name between bars stands behind an empty extension."""
    guard = " ||" if name.startswith("|") and "|" not in smiles else ""
    return f"{smiles}{guard}\t{name}\n"
