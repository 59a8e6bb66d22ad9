"""The wwPDB's Chemical Component Dictionary, as the package biotite carries it: 49,196 components, offline.

Westbrook, J. D. et al., "The chemical component dictionary", Bioinformatics 31, 1274 (2015).

Atoms and bonds of all components are taken out of that file once and kept in the user's cache folder as arrays that are
mapped into memory: a look-up then reads a few hundred bytes. Where that folder cannot be written they stay in memory.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from screening.engine import files
from screening.errors import ScreeningError
from screening.targets.component import Component
from screening.targets.files.download import cache_folder
from screening.targets.files.read_bcif import decoded

#: What to say where the package is absent.
ABSENT = "the chemical component dictionary is not installed (pip install 'target-screening-workbench[poses]')"

_FORMAT = 1
_ORDERS = {"SING": 1, "DOUB": 2, "TRIP": 3, "QUAD": 3}


class _Dictionary(NamedTuple):
    """Atoms and bonds of all components, those of one component in a row.

    Attributes
    ----------
    codes, names, symbols
        Texts that the arrays count from 0: codes to rows of `ranges`, names and elements of atoms.
    ranges
        int64, shape (n, 4): first atom, end of the atoms, first bond, end of the bonds.
    name, symbol, charge
        Of the atoms, shape (a,).
    first, second, order
        Of the bonds, shape (b,): names of both atoms, and the order.
    """

    codes: dict[str, int]
    names: list[str]
    symbols: list[str]
    ranges: np.ndarray
    name: np.ndarray
    symbol: np.ndarray
    charge: np.ndarray
    first: np.ndarray
    second: np.ndarray
    order: np.ndarray


_ARRAYS = _Dictionary._fields[3:]


def installed() -> bool:
    """Tell whether the dictionary is there."""
    return importlib.util.find_spec("biotite") is not None


@lru_cache(maxsize=512)
def dictionary_component(code: str) -> Component | None:
    """Return a component of the dictionary; None if it has no such code or is not installed.

    The first look-up ever takes a few seconds, the first of a process some milliseconds.
    """
    if not code or not installed():
        return None
    known = _dictionary()
    row = known.codes.get(code.upper())
    if row is None:
        return None
    atom, atom_end, bond, bond_end = known.ranges[row].tolist()
    atoms, bonds = slice(atom, atom_end), slice(bond, bond_end)
    names = [known.names[at] for at in known.name[atoms].tolist()]
    symbols = [known.symbols[at] for at in known.symbol[atoms].tolist()]
    heavy = {name: symbol.upper() for name, symbol in zip(names, symbols) if symbol not in ("H", "D")}
    pairs = zip(known.first[bonds].tolist(), known.second[bonds].tolist(), known.order[bonds].tolist())
    named = ((known.names[a], known.names[b], order) for a, b, order in pairs)
    joined = tuple((a, b, order) for a, b, order in named if a in heavy and b in heavy)
    charges = tuple(
        (name, value) for name, value in zip(names, known.charge[atoms].tolist()) if value and name in heavy
    )
    return Component(code.upper(), joined, charges, tuple(heavy.items()))


@cache
def _dictionary() -> _Dictionary:
    """Return the dictionary, mapped from the cache folder; it is written there if it is not."""
    source = _source()
    kept = cache_folder().parent / f"components-{_FORMAT}-{source.stat().st_size}.bin"
    found = _mapped(kept)
    if found is None:
        made = _extracted(source)
        try:
            _keep(made, kept)
        except (OSError, ScreeningError):
            return made
        found = _mapped(kept) or made
    return found


def _source() -> Path:
    spec = importlib.util.find_spec("biotite")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "structure" / "info" / "components.bcif"


def _mapped(path: Path) -> _Dictionary | None:
    """Map what `_keep` wrote; None if it is not there or not whole."""
    try:
        with open(path, "rb") as stream:
            head = json.loads(stream.readline())
            start = stream.tell()
        whole = np.memmap(path, np.uint8, "r", start)
        if len(whole) != head["bytes"]:
            return None
        arrays = {}
        for name, kind, shape, at, size in head["arrays"]:
            arrays[name] = whole[at : at + size].view(kind).reshape(shape)
        codes = {code: row for row, code in enumerate(head["codes"])}
        return _Dictionary(codes, head["names"], head["symbols"], **arrays)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keep(made: _Dictionary, path: Path) -> None:
    pieces, listed, at = [], [], 0
    for name in _ARRAYS:
        array = np.ascontiguousarray(getattr(made, name))
        piece = array.tobytes() + bytes(-array.nbytes % 8)
        listed.append((name, array.dtype.str, array.shape, at, array.nbytes))
        pieces.append(piece)
        at += len(piece)
    head = {"bytes": at, "arrays": listed, "codes": list(made.codes), "names": made.names, "symbols": made.symbols}
    line = json.dumps(head, separators=(",", ":")).encode()
    line += b" " * (-(len(line) + 1) % 8) + b"\n"  # so that the arrays begin on a multiple of eight
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.replacing(path) as temporary:
        temporary.write_bytes(line + b"".join(pieces))


def _extracted(source: Path) -> _Dictionary:
    """Take atoms and bonds out of the BinaryCIF file, without making a text of each cell."""
    import msgpack

    content = msgpack.unpackb(source.read_bytes(), strict_map_key=False)
    tables = {
        category["name"]: {column["name"]: column["data"] for column in category["columns"]}
        for category in content["dataBlocks"][0]["categories"]
        if category["name"] in ("_chem_comp_atom", "_chem_comp_bond")
    }
    del content
    atoms, bonds = tables["_chem_comp_atom"], tables["_chem_comp_bond"]
    names, name = _texts(atoms["atom_id"])
    symbols, symbol = _texts(atoms["type_symbol"])
    place = {text: at for at, text in enumerate(names)}
    ends = []
    for column in ("atom_id_1", "atom_id_2"):
        own, index = _texts(bonds[column])
        for text in own:
            if text not in place:
                place[text] = len(names)
                names.append(text)
        ends.append(np.array([place[text] for text in own])[index])
    orders, order = _texts(bonds["value_order"])
    of_atom, of_bond = _runs(atoms["comp_id"]), _runs(bonds["comp_id"])
    codes = {code: row for row, code in enumerate(of_atom)}
    ranges = np.array([(*of_atom[code], *of_bond.get(code, (0, 0))) for code in codes], dtype=np.int64)
    wide = np.uint16 if len(names) < 1 << 16 else np.uint32
    return _Dictionary(
        codes, names, symbols, ranges, name.astype(wide), symbol.astype(np.uint8),
        decoded(atoms["charge"]["data"], atoms["charge"]["encoding"]).astype(np.int8),
        ends[0].astype(wide), ends[1].astype(wide),
        np.array([_ORDERS.get(text.upper(), 1) for text in orders], dtype=np.uint8)[order],
    )  # fmt: skip


def _texts(data: dict[str, Any]) -> tuple[list[str], np.ndarray]:
    """Return the distinct texts of a column, and which of them each cell is."""
    encoding = data["encoding"][0]
    offsets = decoded(encoding["offsets"], encoding["offsetEncoding"]).tolist()
    text = encoding["stringData"]
    return [text[a:b] for a, b in itertools.pairwise(offsets)], decoded(data["data"], encoding["dataEncoding"])


def _runs(data: dict[str, Any]) -> dict[str, tuple[int, int]]:
    """Return where the rows of each component begin and end."""
    texts, index = _texts(data)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(index)) + 1, [len(index)])).tolist()
    return {texts[index[start]]: (start, end) for start, end in itertools.pairwise(starts)}
