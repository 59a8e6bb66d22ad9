"""The file that describes a reaction library: which reactions, in which order, with the reagents of which files.

::

    name = "amides of aminated acids"
    ambiguous = "exclude"            # or "keep": of several products the first by SMILES

    [[step]]
    reaction = "reductive amination"             # by name, or: smarts = "..."
    reagents = ["aldehydes.smi", "amines.csv"]   # one file for each reactant

    [[step]]
    reaction = "amide coupling"
    reagents = ["acids.sdf", "product"]          # the product of the step before

Files are looked for beside the scheme.
"""

from __future__ import annotations

import dataclasses
import os
import tomllib
from pathlib import Path
from typing import Any

from screening.compounds.reactions.catalog import reaction_named
from screening.compounds.reactions.reaction import Reaction
from screening.errors import FileError, ScreeningError
from screening.provenance import require_file

#: What stands in the place of a file for the product of the step before.
PRODUCT = "product"
#: Name of the scheme in a folder.
SCHEME_FILE = "reactions.toml"
_KEYS = {"name", "ambiguous", "step"}
_STEP_KEYS = {"reaction", "smarts", "reagents"}


@dataclasses.dataclass(frozen=True)
class Step:
    """A reaction, and for each reactant the file of its reagents, or None for the product of the step before."""

    reaction: Reaction
    reagents: tuple[Path | None, ...]


@dataclasses.dataclass(frozen=True)
class Scheme:
    """A reaction library as its file describes it.

    Attributes
    ----------
    path
        The file.
    name
        Of the library.
    keep_ambiguous
        Whether reagents that fit at several places, and reactants with several products, are kept.
    steps
        In order.
    """

    path: Path
    name: str
    keep_ambiguous: bool
    steps: tuple[Step, ...]


def is_scheme(path: str | os.PathLike[str]) -> bool:
    """Return whether a path is a scheme, or a folder that holds one."""
    place = Path(path)
    return (place.is_file() and place.suffix.lower() == ".toml") or (place / SCHEME_FILE).is_file()


def read_scheme(path: str | os.PathLike[str]) -> Scheme:
    """Read a scheme; see the top of this module.

    Raises
    ------
    FileError
        If it is no TOML, lacks or does not know a key, names no known reaction, or the reagents of a step are not
        those that its reaction needs.
    """
    place = Path(path)
    place = require_file(place / SCHEME_FILE if place.is_dir() else place, "a scheme of reactions (TOML)")
    try:
        raw = tomllib.loads(place.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FileError(f"is no TOML ({error})", source=place, expected="a scheme of reactions") from None
    _require_keys(raw, _KEYS, place, None)
    ambiguous = raw.get("ambiguous", "exclude")
    if ambiguous not in ("exclude", "keep"):
        raise FileError(f"ambiguous is {ambiguous!r}", source=place, expected='"exclude" or "keep"')
    steps = raw.get("step", [])
    if not isinstance(steps, list) or not steps or not all(isinstance(step, dict) for step in steps):
        raise FileError("has no step", source=place, expected="[[step]] with reaction and reagents, once or more")
    return Scheme(
        place,
        str(raw.get("name", place.stem if place.name != SCHEME_FILE else place.absolute().parent.name)),
        ambiguous == "keep",
        tuple(_step(step, number, place) for number, step in enumerate(steps, 1)),
    )


def _require_keys(raw: dict[str, Any], known: set[str], source: Path, where: str | None) -> None:
    for key in raw:
        if key not in known:
            raise FileError(
                f"does not know {key!r}", source=source, where=where, expected=f"one of {', '.join(sorted(known))}"
            )


def _step(raw: dict[str, Any], number: int, source: Path) -> Step:
    where = f"step {number}"
    _require_keys(raw, _STEP_KEYS, source, where)
    if ("reaction" in raw) == ("smarts" in raw):
        raise FileError("names no reaction, or two", source=source, where=where, expected="either reaction or smarts")
    try:
        reaction = reaction_named(str(raw["reaction"])) if "reaction" in raw else Reaction(where, str(raw["smarts"]))
        needed = reaction.reactants
    except ScreeningError as error:
        raise FileError(error.problem, source=source, where=where, expected=error.expected) from None
    files = raw.get("reagents")
    if not isinstance(files, list) or not all(isinstance(file, str) for file in files) or len(files) != needed:
        roles = ", ".join(reaction.role(position) for position in range(needed))
        count = len(files) if isinstance(files, list) else 0
        raise FileError(
            f"{reaction.name} needs {needed} reactants and is given {count}", source=source, where=where,
            expected=f"a list of one file for each: {roles}",
        )  # fmt: skip
    products = files.count(PRODUCT)
    if products != (number > 1):
        raise FileError(
            f'"{PRODUCT}" stands among the reagents {products} times', source=source, where=where,
            expected="once in every step but the first",
        )  # fmt: skip
    return Step(reaction, tuple(None if file == PRODUCT else source.parent / file for file in files))
