"""A time limit for structures that could keep RDKit busy for ever.

RDKit works in C++, where no signal or Python timer can interrupt it. Structures that look harmless, which is nearly
all, are therefore described right here; suspicious ones (long, or with very many rings), and all if their tautomers are
wanted, are described in a child process that is ended when it takes too long or dies.
"""

from __future__ import annotations

import atexit
import threading

from screening.compounds.files.record import Notation
from screening.compounds.library.describe_record import KEPT_TEXT, Outcome, Undescribed, describe
from screening.compounds.rules.rules import NO_RULES, Rules
from screening.compounds.standardisation.standardise import Refusal
from screening.engine.child_process import ChildLostError, ChildProcess

#: Above any of these a structure is described in the child process.
HARMLESS_CHARACTERS = 400
HARMLESS_RING_CLOSURES = 12
HARMLESS_BLOCK_LINES = 300

#: Stage of a refusal that stands for the state ``timed_out``.
TIMED_OUT = "time"

_DIGITS = str.maketrans("", "", "0123456789")


def suspicious(text: str, notation: Notation) -> bool:
    """Say whether a structure could keep RDKit busy for long, from a look at its text."""
    if notation is not Notation.SMILES:
        return text.count("\n") > HARMLESS_BLOCK_LINES
    if len(text) > HARMLESS_CHARACTERS:
        return True
    # Every ring closure is written twice, so this is at most the number of rings.
    return len(text) - len(text.translate(_DIGITS)) > 2 * HARMLESS_RING_CLOSURES + text.count("H")


def describe_patiently(
    text: str, notation: Notation, seconds: float, rules: Rules = NO_RULES, tautomers: bool = False
) -> Outcome:
    """Describe a structure, giving up after `seconds` if it is a suspicious one; with `tautomers`, each one is."""
    if not tautomers and not suspicious(text, notation):
        return describe(text, notation, rules)
    with _CHILD_LOCK:
        _CHILD.start(describe, "C", Notation.SMILES)
        try:
            found: Outcome = _CHILD.call(describe, text, notation, rules, tautomers, seconds=seconds)
            return found
        except TimeoutError:
            refusal = Refusal(TIMED_OUT, f"not finished after {seconds:g} seconds")
        except ChildLostError:
            refusal = Refusal("standardise", "RDKit crashed")
    return Undescribed(text[:KEPT_TEXT], refusal)


_CHILD = ChildProcess(silent=True)
_CHILD_LOCK = threading.Lock()
atexit.register(_CHILD.end)
