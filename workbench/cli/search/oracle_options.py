"""What the options of a search say: library, oracle, tiers, budget."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from screening.errors import UsageError
from screening.printable import printable

if TYPE_CHECKING:
    from screening.compounds.library.prepared_library import PreparedLibrary
    from screening.compounds.reactions.reaction_library import ReactionLibrary
    from screening.runs.search.oracles.oracle import Oracle
    from screening.runs.search.tiers import Tiers


def opened_library(library: Path) -> PreparedLibrary | ReactionLibrary:
    """Open a prepared library, or a scheme of reactions with a note of what is ambiguous in it."""
    from screening.compounds.library.prepared_library import open_library
    from screening.compounds.reactions.reaction_library import open_reactions
    from screening.compounds.reactions.scheme import is_scheme

    if not is_scheme(library):
        return open_library(library)
    found = open_reactions(library)
    for warning in found.warnings():
        typer.echo(f"note: {printable(warning)}", err=True)
    return found


def limited(oracle: Oracle, short: bool, seconds: float | None) -> Oracle:
    """Return an oracle with its time limit, and with the short search if that is asked for."""
    import dataclasses

    from screening.runs.search.oracles.command import CommandOracle
    from screening.runs.search.oracles.dock import DockOracle

    if seconds is not None:
        if not isinstance(oracle, CommandOracle | DockOracle):
            raise UsageError("--time-limit goes with docking or a program", expected="another oracle, or no limit")
        if not 0 < seconds < float("inf"):
            raise UsageError(f"--time-limit {seconds:g} leaves no time", expected="seconds above 0")
        oracle = dataclasses.replace(oracle, seconds=seconds)
    if not short:
        return oracle
    if not isinstance(oracle, DockOracle):
        raise UsageError("--short goes with docking", expected="--oracle dock:FILE,SITE")
    return dataclasses.replace(oracle, short=True)


def tiers_of(
    only: list[str] | None, longest: float | None, like: str | None, reference: str | None, oracle: Oracle
) -> Tiers:
    """Return what a compound must pass before it may be asked for."""
    from screening.runs.search.oracles.dock import DockOracle
    from screening.runs.search.tiers import Tiers

    if like is None:
        if reference is not None:
            raise UsageError("--reference says to what compounds are similar", expected="--like SHARE too")
        return Tiers(tuple(only or ()), longest)
    share = share_or_number(like, what="share", expected="a part such as 50%")
    if share > 1:
        raise UsageError(f"--like {like} is no share", expected="a part such as 50%")
    bound = reference or (oracle.bound_ligand if isinstance(oracle, DockOracle) else "")
    if not bound:
        raise UsageError("there is no bound ligand to be similar to", expected="--reference SMILES")
    return Tiers(tuple(only or ()), longest, float(share), bound)


def share_or_number(
    text: str, *, what: str = "budget", expected: str = "a number of compounds, or a part such as 2%"
) -> int | float:
    """Read a number of compounds, or a share of them such as ``2%``."""
    try:
        found = float(text.rstrip("%")) / 100 if text.endswith("%") else int(text)
    except ValueError:
        raise UsageError(f"{text!r} is no {what}", expected=expected) from None
    if found <= 0 or (text.endswith("%") and found > 1):
        raise UsageError(f"a {what} of {text} cannot be asked for", expected=expected)
    return found if not text.endswith("%") or found < 1 else 0.999999999


def direction(best: str | None) -> bool | None:
    """Return whether higher is better, None if nothing is said."""
    if best not in (None, "high", "low"):
        raise UsageError(f"--best {best} is no direction", expected="high or low")
    return None if best is None else best == "high"


def sequence_of(target: Path | None) -> str | None:
    """Return the sequence of a target file."""
    if target is None:
        return None
    from screening.targets.files.read import read_target

    return read_target(target).sequence
