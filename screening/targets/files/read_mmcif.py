"""Read mmCIF text with Biopython's tokenizer.

Biopython's own structure tree keeps either the author or the label numbering; the columns hold both.
Dictionary of the format: wwPDB, "PDBx/mmCIF Dictionary", https://mmcif.wwpdb.org.
"""

from __future__ import annotations

import re
from io import StringIO
from typing import Any

import numpy as np
from Bio.PDB.MMCIF2Dict import MMCIF2Dict

from screening.errors import FileError, StructureError
from screening.targets.entities.elements import with_elements
from screening.targets.files.cif_block import CifBlock
from screening.targets.files.formats import StructureFile
from screening.targets.files.mmcif_header import read_header
from screening.targets.raw_structure import RawAtoms, RawStructure

_SITE = "_atom_site."


def read_mmcif(file: StructureFile) -> RawStructure:
    """Read an mmCIF file.

    Raises
    ------
    FileError
        If it is CIF but holds no structure, or cannot be tokenized.
    StructureError
        If its atom table is cut off or holds something that is no number.
    """
    try:
        columns = MMCIF2Dict(StringIO(_first_structure(file.text)))
    except (ValueError, KeyError, IndexError) as error:
        raise FileError(f"is damaged or cut off mmCIF ({error})", source=file.path,
                        expected="a complete mmCIF file") from None  # fmt: skip
    return interpreted(CifBlock(dict(columns)), file)


def _first_structure(text: str) -> str:
    """Return the first data block that has an atom table; the tokenizer would merge all blocks."""
    starts = [match.start() for match in _DATA.finditer(text)]
    if not starts:  # chemfiles writes none
        return "data_\n" + _lower_keywords(text)
    if len(starts) < 2:
        return _lower_keywords(text)
    for begin, end in zip(starts, [*starts[1:], len(text)]):
        if text.find(_SITE, begin, end) >= 0 or text.lower().find(_SITE, begin, end) >= 0:
            return _lower_keywords(text[begin:end])
    return _lower_keywords(text)


#: Keywords of CIF may be written in any case; Biopython's tokenizer knows those in small letters.
_DATA = re.compile(r"^data_", re.M | re.I)
_KEYWORDS = re.compile(r"^(data_|loop_|save_|stop_|global_)", re.M | re.I)


def _lower_keywords(text: str) -> str:
    return _KEYWORDS.sub(lambda match: match[0].lower(), text)


def interpreted(block: CifBlock, file: StructureFile) -> RawStructure:
    """Make the structure from the columns of a data block.

    Raises
    ------
    FileError
        If there are no columns of a structure at all.
    StructureError
        If the atom table is cut off or holds something that is no number.
    """
    raw = read_header(block)
    if _SITE + "Cartn_x" not in block:
        if not block.texts("_entry.id") and not raw.seqres:
            raise FileError("is a CIF file without an atom table", source=file.path,
                            expected="a macromolecular structure with _atom_site records")  # fmt: skip
        raw.atoms = RawAtoms.from_columns({"name": []})
        return raw
    atoms = _Table(block, file).atoms()
    raw.atoms = with_elements(atoms, np.char.add(" ", atoms.name), raw.notes)
    return raw


def _letter(entity: str) -> str:
    """Return the chain of an entity in a file without chains: Open Babel writes the place of its letter."""
    return chr(64 + int(entity)) if entity.isdigit() and 0 < int(entity) <= 26 else entity


class _Table:
    """The atom table of a block, with the checks that every column goes through."""

    def __init__(self, block: CifBlock, file: StructureFile) -> None:
        self._block = block
        self._file = file
        x = block.raw(_SITE + "Cartn_x")
        self.size = 0 if x is None else len(x)

    def atoms(self) -> RawAtoms:
        """Return all rows as arrays."""
        label_chain = self._texts("label_asym_id")
        if not any(_SITE + item in self._block for item in ("label_asym_id", "auth_asym_id")):
            label_chain = np.array([_letter(text) for text in self._texts("label_entity_id").tolist()], np.str_)
        chain = self._texts("auth_asym_id", label_chain)
        label_number = self._whole("label_seq_id")
        number = self._whole("auth_seq_id", label_number)
        code = self._texts("label_comp_id")
        author_code = self._texts("auth_comp_id", code)
        name = self._texts("label_atom_id")
        return RawAtoms(
            name=self._texts("auth_atom_id", name),
            element=np.char.upper(self._texts("type_symbol")),  # filled in by name where there is none
            residue_name=author_code,
            chain=np.where(chain == "", "_", chain),
            number=number,
            insertion_code=self._texts("pdbx_PDB_ins_code"),
            altloc=self._texts("label_alt_id"),
            hetero=self._texts("group_PDB") == "HETATM",
            x=self._real("Cartn_x"),
            y=self._real("Cartn_y"),
            z=self._real("Cartn_z"),
            occupancy=self._real("occupancy", 1.0),
            b_factor=self._real("B_iso_or_equiv", 0.0),
            model=self._whole("pdbx_PDB_model_num", np.ones(self.size, np.int32)),
            label_chain=label_chain,
            label_number=label_number,
            entity=self._texts("label_entity_id"),
            segment_name=np.zeros(self.size, "<U1"),
            segment=np.zeros(self.size, np.int32),
            serial=np.zeros(self.size, np.int32),
        )

    def _column(self, item: str) -> Any:
        values = self._block.raw(_SITE + item)
        if values is not None and len(values) != self.size:
            raise StructureError(
                f"the atom table is cut off: {self.size} atoms have x but {len(values)} have {item}",
                source=self._file.path, where=f"column _atom_site.{item}", expected="a complete file",
            )  # fmt: skip
        return values

    def _texts(self, item: str, default: np.ndarray | None = None) -> np.ndarray:
        values = self._column(item)
        if values is None:
            return np.zeros(self.size, "<U1") if default is None else default
        found = np.array(values, dtype=np.str_)
        nothing = (found == "?") | (found == ".")
        if default is None:
            return np.where(nothing, "", found)
        return np.where(nothing | (found == ""), default, found)

    def _real(self, item: str, default: float | None = None) -> np.ndarray:
        values = self._column(item)
        if values is None:
            return np.full(self.size, default, np.float32)
        array = np.asarray(values)
        if array.dtype.kind in "fiu":
            return array.astype(np.float32)
        try:
            return array.astype(np.float64).astype(np.float32)
        except ValueError:
            return self._numbers_one_by_one(item, values, default)

    def _numbers_one_by_one(self, item: str, values: Any, default: float | None) -> np.ndarray:
        found = np.empty(self.size, np.float32)
        for row, value in enumerate(values):
            try:
                found[row] = float(str(value).split("(")[0])
            except ValueError:
                if default is None or value not in ("?", "."):
                    raise StructureError(f"{value!r} is no number", source=self._file.path,
                                         where=f"atom {row + 1}, column _atom_site.{item}",
                                         expected="a coordinate in Å") from None  # fmt: skip
                found[row] = default
        return found

    def _whole(self, item: str, default: np.ndarray | None = None) -> np.ndarray:
        values = self._column(item)
        missing = np.zeros(self.size, np.int32) if default is None else default
        if values is None:
            return missing
        array = np.asarray(values)
        if array.dtype.kind in "iu":
            return array.astype(np.int32)
        nothing = np.isin(array, ("?", ".", ""))
        try:
            return np.where(nothing, missing, np.where(nothing, "0", array).astype(np.int32))
        except ValueError:
            row = next(i for i, v in enumerate(array) if not nothing[i] and not str(v).lstrip("-").isdigit())
            raise StructureError(f"{array[row]!r} is no whole number", source=self._file.path,
                                 where=f"atom {row + 1}, column _atom_site.{item}") from None  # fmt: skip
