"""Read BinaryCIF: MessagePack of encoded columns.

Format: Sehnal et al., "BinaryCIF and CIFTools - Lightweight, efficient and extensible macromolecular data
management", PLoS Comput Biol 16, e1008247 (2020).
"""

from __future__ import annotations

import itertools
from typing import Any

import msgpack
import numpy as np

from screening.errors import FileError
from screening.targets.files.cif_block import CifBlock
from screening.targets.files.formats import StructureFile
from screening.targets.files.read_mmcif import interpreted
from screening.targets.raw_structure import RawStructure

_TYPES: dict[int, np.dtype[Any]] = {
    1: np.dtype("<i1"), 2: np.dtype("<i2"), 3: np.dtype("<i4"), 4: np.dtype("<u1"), 5: np.dtype("<u2"),
    6: np.dtype("<u4"), 32: np.dtype("<f4"), 33: np.dtype("<f8"),
}  # fmt: skip

#: Categories that are read; an entry has hundreds, and some are large.
_CATEGORIES = frozenset(
    "_entry _struct _exptl _software _refine _reflns _em_3d_reconstruction _entity _entity_poly _entity_poly_seq "
    "_struct_asym _struct_conn _chem_comp_atom _chem_comp_bond _atom_site _atom_sites _cell _symmetry "
    "_pdbx_struct_oper_list _pdbx_struct_assembly _pdbx_struct_assembly_gen _pdbx_struct_mod_residue "
    "_pdbx_unobs_or_zero_occ_residues _pdbx_unobs_or_zero_occ_atoms _ma_qa_metric _ma_qa_metric_global _ma_model_list "
    "_pdbx_database_status".split()
)


def read_bcif(file: StructureFile) -> RawStructure:
    """Read a BinaryCIF file.

    Raises
    ------
    FileError
        If it is cut off, damaged or uses an encoding that is not in the specification.
    StructureError
        If it holds no usable atom table.
    """
    try:
        content = msgpack.unpackb(file.data, strict_map_key=False)
        columns = {
            f"{category['name']}.{column['name']}": _values(column)
            for category in content["dataBlocks"][0]["categories"]
            if category["name"].lower() in _CATEGORIES
            for column in category["columns"]
        }
    except (msgpack.exceptions.UnpackException, ValueError, KeyError, IndexError, TypeError) as error:
        reason = str(error) or type(error).__name__
        raise FileError(f"is damaged or cut off BinaryCIF ({reason})", source=file.path,
                        expected="a complete BinaryCIF file") from None  # fmt: skip
    return interpreted(CifBlock(columns), file)


def _values(column: dict[str, Any]) -> np.ndarray:
    values = decoded(column["data"]["data"], column["data"]["encoding"])
    mask = column.get("mask")
    if mask is None:
        return values
    present = decoded(mask["data"], mask["encoding"]) == 0
    if present.all():
        return values
    # Absent values: the text form says so; a number column becomes text only if something is absent.
    return np.where(present, values.astype(np.str_), "?")


def decoded(data: Any, encodings: list[dict[str, Any]]) -> np.ndarray:
    """Undo the encodings of a column, the last one first.

    Raises
    ------
    ValueError
        If an encoding is unknown.
    """
    for encoding in reversed(encodings):
        data = _undo(data, encoding)
    return data


def _undo(data: Any, encoding: dict[str, Any]) -> np.ndarray:
    kind = encoding["kind"]
    if kind == "ByteArray":
        return np.frombuffer(data, _TYPES[encoding["type"]])
    if kind == "FixedPoint":
        return np.asarray(data / float(encoding["factor"]), _TYPES[encoding["srcType"]])
    if kind == "IntervalQuantization":
        step = (encoding["max"] - encoding["min"]) / (encoding["numSteps"] - 1)
        return np.asarray(encoding["min"] + data * step, _TYPES[encoding["srcType"]])
    if kind == "RunLength":
        return np.repeat(data[::2], data[1::2]).astype(_TYPES[encoding["srcType"]])
    if kind == "Delta":
        return (np.cumsum(data, dtype=np.int64) + encoding["origin"]).astype(_TYPES[encoding["srcType"]])
    if kind == "IntegerPacking":
        return _unpacked(data, encoding["isUnsigned"])
    if kind == "StringArray":
        return _strings(data, encoding)
    raise ValueError(f"unknown encoding {kind!r}")


def _unpacked(data: np.ndarray, unsigned: bool) -> np.ndarray:
    """Add up runs of the extreme value with the value that ends them."""
    limits = np.iinfo(data.dtype)
    wide = data.astype(np.int64)
    goes_on = wide == limits.max if unsigned else (wide == limits.max) | (wide == limits.min)
    ends = np.flatnonzero(~goes_on)
    totals = np.cumsum(wide)[ends]
    return np.diff(totals, prepend=0).astype(np.int32)


def _strings(data: Any, encoding: dict[str, Any]) -> np.ndarray:
    offsets = decoded(encoding["offsets"], encoding["offsetEncoding"])
    lookup = decoded(data, encoding["dataEncoding"])
    text = encoding["stringData"]
    unique = [text[a:b] for a, b in itertools.pairwise(offsets)]
    # Index -1 stands for "nothing": it picks the empty text put at the end.
    return np.array([*unique, ""], dtype=np.str_)[lookup]
