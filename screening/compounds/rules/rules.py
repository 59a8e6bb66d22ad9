"""Rules a compound can break: property windows, structural alerts and patterns of one's own.

Each rule either *flags* a compound, which stays and carries the flag into every table, or *drops* it, which ends its
record as ``filtered`` with the rule named. Rules are given as text::

    lipinski                        a named rule of `WINDOWS`
    pains                           an alert set of `screening.compounds.rules.alerts.ALERT_SETS`
    molecular_weight 150-500        a window on a stored property (ends included; either end may be missing: "-500")
    smarts file.smarts              lines of SMARTS and a name; a compound that matches breaks the rule

- ``lipinski``: more than one of MW > 500, logP > 5, donors > 5, acceptors > 10 (Adv. Drug Deliv. Rev. 1997, 23, 3)
- ``veber``: more than 10 rotatable bonds or TPSA > 140 (J. Med. Chem. 2002, 45, 2615)
- ``lead-like``: outside MW 250-350, logP <= 3.5, rotatable bonds <= 7 (Teague et al., Angew. Chem. 1999, 38, 3743)
- ``fragment``: outside MW <= 300, logP <= 3, donors <= 3, acceptors <= 3, rotatable bonds <= 3, TPSA <= 60
  (rule of three: Congreve et al., Drug Discov. Today 2003, 8, 876)
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from rdkit import Chem, rdBase

from screening.compounds.compound import PROPERTIES
from screening.compounds.rules.alerts import ALERT_SETS, alert_catalog
from screening.compounds.substructure_prescreen.molecular_graphs import Graphs, graphs_of_mols
from screening.errors import UsageError

#: Property name to (lowest, highest) allowed.
Window = dict[str, tuple[float, float]]
_ANY = float("inf")

#: Named rule to its windows and how many of them may be left before the rule is broken.
WINDOWS: dict[str, tuple[Window, int]] = {
    "lipinski": ({"molecular_weight": (0, 500), "logp": (-_ANY, 5), "hbd": (0, 5), "hba": (0, 10)}, 1),
    "veber": ({"rotatable_bonds": (0, 10), "tpsa": (0, 140)}, 0),
    "lead-like": ({"molecular_weight": (250, 350), "logp": (-_ANY, 3.5), "rotatable_bonds": (0, 7)}, 0),
    "fragment": (
        {
            "molecular_weight": (0, 300), "logp": (-_ANY, 3), "hbd": (0, 3), "hba": (0, 3),
            "rotatable_bonds": (0, 3), "tpsa": (0, 60),
        },
        0,
    ),
}  # fmt: skip

_WINDOW = re.compile(r"(?P<name>[a-z_0-9]+)\s+(?P<low>-?\d*\.?\d+)?\s*(?:-|\.\.)\s*(?P<high>-?\d*\.?\d+)?$")


@dataclasses.dataclass(frozen=True)
class Rules:
    """Rules with what they do; pickles small and hashes.

    Attributes
    ----------
    flag, drop
        Rule texts, as in the description of this module. SMARTS files are read in by `read_rules`.
    patterns
        (SMARTS, name, whether it drops) of one's own patterns.
    """

    flag: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    patterns: tuple[tuple[str, str, bool], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.flag or self.drop or self.patterns)


NO_RULES = Rules()

#: What `prepare_library` flags unless the caller says otherwise.
DEFAULT_RULES = Rules(flag=("pains", "brenk", "lipinski", "veber"))


def read_rules(flag: Sequence[str] = (), drop: Sequence[str] = ()) -> Rules:
    """Return the rules given as texts, each checked, SMARTS files read.

    Raises
    ------
    UsageError
        If a rule is not known, a window is empty or a SMARTS cannot be read; the message names it.
    """
    plain: dict[bool, list[str]] = {False: [], True: []}
    patterns: list[tuple[str, str, bool]] = []
    for drops, texts in ((False, flag), (True, drop)):
        for text in texts:
            if text.startswith("smarts "):
                patterns += [(smarts, name, drops) for smarts, name in _read_smarts(Path(text[7:].strip()))]
                continue
            if text not in WINDOWS and text not in ALERT_SETS:
                _window(text)
            plain[drops].append(text)
    both = set(plain[False]) & set(plain[True])
    if both:
        raise UsageError(f"rule {sorted(both)[0]!r} cannot both flag and drop")
    return Rules(tuple(dict.fromkeys(plain[False])), tuple(dict.fromkeys(plain[True])), tuple(patterns))


def keeps(rule: str, properties: np.ndarray) -> np.ndarray:
    """Return which compounds keep a rule on stored properties.

    Parameters
    ----------
    rule
        A key of `WINDOWS`, or a window such as ``heavy_atoms 15-35``.
    properties
        Shape (n, 10), in the order of `PROPERTIES`.

    Returns
    -------
    numpy.ndarray
        bool, shape (n,).

    Raises
    ------
    UsageError
        If there is no such rule, property or window.
    """
    windows, allowed = WINDOWS[rule] if rule in WINDOWS else (dict([_named_window(rule)]), 0)
    outside = np.zeros(len(properties), np.int64)
    for name, (low, high) in windows.items():
        values = properties[:, PROPERTIES.index(name)]
        outside += ~((low <= values) & (values <= high))
    return np.asarray(outside <= allowed)


def _named_window(rule: str) -> tuple[str, tuple[float, float]]:
    name, low, high = _window(rule)
    return name, (low, high)


def _window(text: str) -> tuple[str, float, float]:
    found = _WINDOW.fullmatch(text.strip())
    expected = f"one of {', '.join([*WINDOWS, *ALERT_SETS])}, 'smarts FILE', or a window such as 'logp 0-5'"
    if found is None:
        raise UsageError(f"there is no rule {text!r}", expected=expected)
    if found["name"] not in PROPERTIES:
        raise UsageError(
            f"there is no property {found['name']!r} for rule {text!r}", expected=f"one of {', '.join(PROPERTIES)}"
        )
    low = float(found["low"]) if found["low"] else -_ANY
    high = float(found["high"]) if found["high"] else _ANY
    if low > high or (found["low"] is None and found["high"] is None):
        raise UsageError(f"rule {text!r} lets nothing or everything pass", expected="a window such as 'logp 0-5'")
    return found["name"], low, high


def _read_smarts(path: Path) -> list[tuple[str, str]]:
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("cannot be read as text", source=path, expected="lines of SMARTS and a name") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        smarts, _, name = line.strip().partition(" ") if "\t" not in line else line.strip().partition("\t")
        with rdBase.BlockLogs():
            pattern = Chem.MolFromSmarts(smarts)
        if pattern is None:
            raise UsageError(f"{smarts!r} is not SMARTS", source=path, where=f"line {number}")
        found.append((smarts, name.strip() or smarts))
    if not found:
        raise UsageError("holds no SMARTS", source=path, expected="lines of SMARTS and a name")
    return found


class RuleBook:
    """Rules made ready to judge compounds in one process."""

    def __init__(self, rules: Rules) -> None:
        drops = set(rules.drop)
        named = (*rules.drop, *rules.flag)
        self._windows: list[tuple[bool, Callable[[Sequence[float]], str]]] = [
            (rule in drops, _judge(rule)) for rule in named if rule not in ALERT_SETS
        ]
        # Alerts that drop come first: whatever drops ends the search.
        self._alerts = [
            (drop, alert_catalog(names))
            for drop, names in (
                (True, tuple(rule for rule in rules.drop if rule in ALERT_SETS)),
                (False, tuple(rule for rule in rules.flag if rule in ALERT_SETS)),
            )
            if names
        ]
        self._patterns = [(drop, name, Chem.MolFromSmarts(smarts)) for smarts, name, drop in rules.patterns]

    def judge(self, mol: Chem.Mol, properties: Sequence[float]) -> tuple[str, list[str]]:
        """Return the first rule that drops a compound (empty if none does) and the flags it gets.

        Parameters
        ----------
        mol
            The parent.
        properties
            Its properties, in the order of `PROPERTIES`.
        """
        return self.judge_all([mol], [properties], graphs_of_mols([mol]))[0]

    def judge_all(
        self, mols: Sequence[Chem.Mol], properties: Sequence[Sequence[float]], graphs: Graphs
    ) -> list[tuple[str, list[str]]]:
        """Return the same for many compounds, given also as `graphs`."""
        possible = [catalog.candidates(mols, graphs) for _, catalog in self._alerts]
        return [
            self._judge(mol, row, [rows[index] for rows in possible])
            for index, (mol, row) in enumerate(zip(mols, properties))
        ]

    def _judge(self, mol: Chem.Mol, properties: Sequence[float], possible: list[list[int]]) -> tuple[str, list[str]]:
        flags: list[str] = []
        for drop, broken in self._windows:
            text = broken(properties)
            if text and drop:
                return text, []
            if text:
                flags.append(text)
        for (drop, catalog), rows in zip(self._alerts, possible):
            found = catalog.confirm(mol, rows)
            if found and drop:
                return found[0], []
            flags += found
        for drop, name, pattern in self._patterns:
            if mol.HasSubstructMatch(pattern):
                if drop:
                    return f"smarts: {name}", []
                flags.append(f"smarts: {name}")
        return "", flags


def _judge(rule: str) -> Callable[[Sequence[float]], str]:
    if rule in WINDOWS:
        windows, allowed = WINDOWS[rule]
    else:
        name, low, high = _window(rule)
        windows, allowed = {name: (low, high)}, 0
    limits = [(PROPERTIES.index(name), low, high) for name, (low, high) in windows.items()]

    def broken(properties: Sequence[float]) -> str:
        outside = 0
        for index, low, high in limits:
            if not low <= properties[index] <= high:
                outside += 1
        return rule if outside > allowed else ""

    return broken
