"""Which column of a table holds the structures and which the names: by its cells as well as by its name.

Structures: the column asked for; else, of the columns named so (`STRUCTURE_NAMES`, or a name with ``smiles``), one
whose cells are SMILES, in the order of `STRUCTURE_NAMES`, or one of the same molecules with more stereo; else the only
column whose cells are SMILES. Where two columns without such a name fit, or two named so hold different molecules and
neither has one of the usual names, the table is refused until told. Names: the column asked for; else
the first, in the order of `NAME_NAMES` and then of those whose name ends in ``id``, ``name``, ``code`` or ``number``,
that is filled and distinct. Numbers of databases and catalogues (`_CATALOGUES`) go before names.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Sequence

from rdkit import Chem, rdBase

from screening.errors import UsageError

STRUCTURE_NAMES = (
    "smiles", "isomericsmiles", "isosmiles", "cxsmiles", "canonicalsmiles", "smi", "structure", "molsmiles",
    "structuresmiles", "ligandsmiles",
)  # fmt: skip
#: What databases and vendors call the number of a compound: ChEMBL, DrugBank, PubChem, MolPort, Mcule, ZINC,
#: eMolecules, and the catalogues of Enamine, ChemDiv, Specs and others.
_CATALOGUES = (
    "moleculechemblid", "chemblid", "drugbankid", "bindingdbmonomerid", "molportid", "mculeid", "zincid", "versionid",
    "emoleculesid", "catalogid", "catalognumber", "catalogueid", "cataloguenumber", "catno", "catalogno", "catnumber",
    "cat", "idnumber", "enamineid", "compoundcid", "identifier",
)  # fmt: skip
NAME_NAMES = (
    *_CATALOGUES, "name", "title", "id", "compoundname", "compoundid", "moleculename", "molname",
    "pubchemcid", "cid",
)  # fmt: skip
_NAME_ENDS = ("id", "name", "code", "number", "catno", "catalogno", "idnumber", "compound", "sample")
#: Words of columns that never name compounds, and of columns of fragments of them.
_NO_NAMES = (
    "vendor",
    "supplier",
    "target",
    "project",
    "assay",
    "valid",
    "document",
    "source",
    "journal",
    "salt",
    "organism",
)
_NO_STRUCTURES = (
    "smarts", "scaffold", "fragment", "core", "rgroup", "reaction", "rxn", "salt", "inchi", "formula", "warhead",
    "linker", "reagent", "reactant", "synthon", "buildingblock", "solvent",
)  # fmt: skip
_FITS = 0.5
#: A number of a collection, and what looks like one: a sum formula (InChI keys have three groups of letters only).
_CODE = re.compile(r"(?=.*\d)(?=.*[^\W\d_])[\w./-]{2,30}")
_NUMBER = re.compile(r"[\d.]+(?:[eE]-?\d+)?")
_FORMULA = re.compile(r"C\d*H\d*(?:[A-Z][a-z]?\d*[.+-]?)*")

#: What a mol block without the chiral flag can be taken for.
CHIRAL_FLAGS = ("auto", "obeyed", "ignored")


@dataclasses.dataclass(frozen=True)
class Columns:
    """Column names asked for; None leaves the choice to the rule above. `others` only tell which row is the header.

    `chiral_flag` says what a mol block without that flag is: a racemate (``obeyed``), what it draws (``ignored``), or a
    racemate only in files that set the flag for others (``auto``).
    """

    smiles: str | None = None
    name: str | None = None
    others: tuple[str, ...] = ()
    chiral_flag: str = "auto"


@dataclasses.dataclass(frozen=True)
class Choice:
    """Positions of the columns of structures and of names (None: there is none), and the choice in words."""

    smiles: int
    name: int | None
    told: str


def choose(
    header: Sequence[str], sample: Sequence[Sequence[str]], columns: Columns, source: object, *, where: str = ""
) -> Choice:
    """Choose the columns of a table from its header and its first rows.

    Raises
    ------
    UsageError
        If a column asked for is not there, none holds structures, or several might.
    """
    smiles = asked(header, columns.smiles, source)
    if smiles is None:
        smiles = _structures(header, sample, source, where)
    name = asked(header, columns.name, source)
    if name is None:
        name = choose_names(header, sample, smiles)
    shown = [f"structures from {_called(header, smiles)}"]
    shown.append("names: none" if name is None else f"names from {_called(header, name)}")
    return Choice(smiles, name, ", ".join(shown))


def _called(header: Sequence[str], at: int) -> str:
    return repr(header[at]) if at < len(header) and header[at] else f"column {at + 1}"


def _structures(header: Sequence[str], sample: Sequence[Sequence[str]], source: object, where: str) -> int:
    plain = [plain_name(text) for text in header]
    known = next((name for name in STRUCTURE_NAMES if name in plain), None)
    if known is not None and plain.count(known) > 1:
        raise UsageError(f"{plain.count(known)} columns are named {header[plain.index(known)]!r}", source=source)
    named = [
        at for at, text in enumerate(plain) if text in STRUCTURE_NAMES or ("smiles" in text and not _fragment(text))
    ]
    named.sort(key=lambda at: STRUCTURE_NAMES.index(plain[at]) if plain[at] in STRUCTURE_NAMES else 99)
    fitting = [at for at in named if _share(sample, at, _is_smiles) >= _FITS]
    if fitting:
        same = [at for at in fitting if at == fitting[0] or _same_molecules(sample, fitting[0], at)]
        if len(same) < len(fitting) and plain[fitting[0]] not in STRUCTURE_NAMES:
            shown = " and ".join(_called(header, at) for at in fitting[:4])
            raise UsageError(
                f"structures could be in {shown}, which differ", source=source,
                expected="to be told which (--smiles COLUMN)",
            )  # fmt: skip
        return max(same, key=lambda at: (_stereo(sample, at), -same.index(at)))
    others = [at for at in range(len(header)) if at not in named and not _fragment(plain[at])]
    by_cells = [at for at in others if _share(sample, at, looks_like_smiles) >= _FITS]
    if len(by_cells) == 1:
        return by_cells[0]
    if by_cells:
        shown = " and ".join(_called(header, at) for at in by_cells[:4])
        raise UsageError(
            f"structures could be in {shown}", source=source, expected="to be told which (--smiles COLUMN)"
        )
    if named and (plain[named[0]] in STRUCTURE_NAMES or len(named) == 1):
        return named[0]  # whatever its cells are: each is refused with its reason
    shown = ", ".join(_called(header, at) for at in range(min(20, len(header))))
    raise UsageError(
        f"no column looks like SMILES (columns: {shown}){where}", source=source,
        expected="one named smiles, or the name of yours (--smiles COLUMN)",
    )  # fmt: skip


def choose_names(header: Sequence[str], sample: Sequence[Sequence[str]], smiles: int = -1) -> int | None:
    """Return which column names the compounds, by its name and by cells that are filled and distinct; None: none."""
    plain = [plain_name(text) for text in header]
    others = [
        at for at in range(len(header)) if at != smiles and "smiles" not in plain[at] and "inchi" not in plain[at]
    ]
    if not any(plain):  # no header: the first other column that is filled and distinct
        return next((at for at in others if _distinct(sample, at) and not _share(sample, at, looks_like_smiles)), None)
    listed = [at for name in NAME_NAMES for at in others if plain[at] == name]
    ended = [at for at in others if plain[at].endswith(_NAME_ENDS) and not any(word in plain[at] for word in _NO_NAMES)]
    candidates = list(dict.fromkeys(listed + ended))
    filled = [at for at in candidates if _share(sample, at, bool) > 0 or not sample]
    if not filled:  # headers in other words: the first column of codes
        free = (at for at in others if not any(word in plain[at] for word in _NO_NAMES))
        return next((at for at in free if _holds_codes(sample, at)), None)
    return next((at for at in filled if _distinct(sample, at)), filled[0])


def _fragment(plain: str) -> bool:
    return any(word in plain for word in _NO_STRUCTURES)


def _cells(sample: Sequence[Sequence[str]], at: int) -> list[str]:
    return [row[at].strip() for row in sample if at < len(row)]


def _share(sample: Sequence[Sequence[str]], at: int, test: object) -> float:
    cells = _cells(sample, at)
    filled = [cell for cell in cells if cell]
    if not filled or len(filled) < 0.1 * len(cells):
        return 0.0
    return sum(bool(test(cell)) for cell in filled[:60]) / len(filled[:60])  # type: ignore[operator]


def _stereo(sample: Sequence[Sequence[str]], at: int) -> int:
    return sum(any(mark in cell for mark in "@/\\|") for cell in _cells(sample, at))


def _same_molecules(sample: Sequence[Sequence[str]], one: int, other: int) -> bool:
    """Say whether two columns draw the same molecules, stereo left aside."""
    pairs = [(row[one].strip(), row[other].strip()) for row in sample if max(one, other) < len(row)]
    pairs = [pair for pair in pairs if all(pair)][:20]
    same = sum(first == second or _flat(first) == _flat(second) for first, second in pairs)
    return 2 * same >= len(pairs)


def _flat(text: str) -> str:
    with rdBase.BlockLogs():
        mol = Chem.MolFromSmiles(text.split()[0])
    return text if mol is None else str(Chem.MolToSmiles(mol, isomericSmiles=False))


def _holds_codes(sample: Sequence[Sequence[str]], at: int) -> bool:
    """Say whether the cells of a column are numbers of a collection: all there, all different, letters and digits."""
    cells = _cells(sample, at)
    return (
        len(cells) > 1
        and len(set(cells)) == len(cells)
        and all(_CODE.fullmatch(cell) and not _NUMBER.fullmatch(cell) for cell in cells)
        and not all(_FORMULA.fullmatch(cell) for cell in cells)
    )


def _distinct(sample: Sequence[Sequence[str]], at: int) -> bool:
    cells = _cells(sample, at)
    filled = [cell for cell in cells if cell]
    return not cells or (2 * len(filled) >= len(cells) and 2 * len(set(filled)) > len(filled))


def plain_name(text: str) -> str:
    """Return the letters and digits of a column name, in lower case."""
    return "".join(c for c in text.lower() if c.isalnum())


@functools.lru_cache(maxsize=20_000)
def looks_like_smiles(text: str) -> bool:
    """Say whether a text is a structure RDKit can read; short words such as ``CO`` or ``In`` are not enough."""
    text = text.strip()
    if len(text) < 4 or len(text) > 2000 or not any(c in "CcNnOo" for c in text):
        return False
    with rdBase.BlockLogs():
        return Chem.MolFromSmiles(text.split()[0]) is not None


@functools.lru_cache(maxsize=20_000)
def is_smiles(text: str) -> bool:
    """Say whether RDKit reads a text, however short, as a structure."""
    with rdBase.BlockLogs():
        return len(text) <= 2000 and bool(text.strip()) and Chem.MolFromSmiles(text.split()[0]) is not None


def _is_smiles(text: str) -> bool:
    with rdBase.BlockLogs():
        return (
            not text.isdigit() and len(text) < 5000 and Chem.MolFromSmiles(text.split()[0], sanitize=False) is not None
        )


def asked(header: Sequence[str], wanted: str | None, source: object) -> int | None:
    """Return the position of a column asked for by its name (or by its number, where there is no header).

    Raises
    ------
    UsageError
        If it is not there, or there are several.
    """
    if wanted is None:
        return None
    names = list(header) if any(header) else [str(at + 1) for at in range(len(header))]
    if names.count(wanted) > 1:
        raise UsageError(f"{names.count(wanted)} columns are named {wanted!r}", source=source)
    if wanted in names:
        return names.index(wanted)
    lower = [text.strip().lower() for text in names]
    if lower.count(wanted.strip().lower()) == 1:
        return lower.index(wanted.strip().lower())
    shown = ", ".join(repr(text) for text in names[:20])
    raise UsageError(f"no column {wanted!r}", source=source, expected=f"one of {shown}")
