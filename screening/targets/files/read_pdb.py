"""Read PDB text: atoms by Biopython's parser, header records by ours.

Biopython's header parser lower-cases titles and drops what is needed here (SEQRES, R-free, LINK); its coordinate
parser is fed through a builder of our own that keeps every conformer as a row instead of making an object per atom.
"""

from __future__ import annotations

import warnings
from io import StringIO
from typing import Any

from Bio.PDB.PDBExceptions import PDBConstructionException
from Bio.PDB.PDBParser import PDBParser

from screening.errors import StructureError
from screening.targets.files.formats import StructureFile
from screening.targets.files.pdb_header import read_header
from screening.targets.raw_structure import RawAtoms, RawStructure

#: What a chain without an id is called, since a residue must be nameable.
NAMELESS_CHAIN = "_"


class _Rows:
    """What Biopython's PDBParser calls while it reads; collects one row for each atom of each model."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {
            name: []
            for name in (
                "name", "element", "residue_name", "chain", "number", "insertion_code", "altloc", "hetero",
                "x", "y", "z", "occupancy", "b_factor", "model",
            )
        }  # fmt: skip
        self.line = 0
        self.nameless = False
        self._model = 1
        self._chain = NAMELESS_CHAIN
        self._residue: tuple[str, bool, int, str] = ("", False, 0, "")

    def init_structure(self, structure_id: str) -> None:
        """Do nothing; there is one structure in a file."""

    def set_line_counter(self, line_counter: int) -> None:
        """Remember the line for messages."""
        self.line = line_counter

    def init_model(self, model_id: int, serial_num: int | None = None) -> None:
        """Start a model; counted by us, since files repeat or leave out serial numbers."""
        self._model = model_id + 1

    def init_seg(self, segid: str) -> None:
        """Do nothing; segments are not chains."""

    def init_chain(self, chain_id: str) -> None:
        """Start a chain."""
        self.nameless = self.nameless or not chain_id.strip()
        self._chain = chain_id.strip() or NAMELESS_CHAIN

    def init_residue(self, resname: str, field: str, resseq: int, icode: str) -> None:
        """Start a residue; `field` is H for a hetero residue, W for water."""
        self._residue = (resname, field != " ", resseq, icode.strip())

    def init_atom(
        self, name: str, coord: Any, b_factor: float, occupancy: float | None, altloc: str, fullname: str,
        serial_number: int | None = None, element: str | None = None, *_: Any,
    ) -> None:  # fmt: skip
        """Add an atom."""
        columns = self.columns
        code, hetero, number, insertion_code = self._residue
        columns["name"].append(name.strip())
        columns["element"].append((element or "").strip() or guessed_element(fullname, code))
        columns["residue_name"].append(code)
        columns["chain"].append(self._chain)
        columns["number"].append(number)
        columns["insertion_code"].append(insertion_code)
        columns["altloc"].append(altloc.strip())
        columns["hetero"].append(hetero)
        columns["x"].append(coord[0])
        columns["y"].append(coord[1])
        columns["z"].append(coord[2])
        columns["occupancy"].append(1.0 if occupancy is None else occupancy)
        columns["b_factor"].append(b_factor)
        columns["model"].append(self._model)

    def set_anisou(self, anisou_array: Any) -> None:
        """Do nothing; isotropic B-factors are enough here."""

    set_siguij = set_sigatm = set_anisou

    def set_header(self, header: Any) -> None:
        """Do nothing; the header is read by `pdb_header`."""

    def set_symmetry(self, spacegroup: Any, cell: Any) -> None:
        """Do nothing; the header is read by `pdb_header`."""

    def get_structure(self) -> _Rows:
        """Return itself, where Biopython's own builder returns its tree."""
        return self


def guessed_element(fullname: str, code: str) -> str:
    """Return the element of an atom from its four-column PDB name.

    The element is right-justified in the first two columns, so ``" CA "`` is carbon and ``"CA  "`` calcium;
    four-letter hydrogen names such as ``"HG11"`` break the rule.
    """
    if fullname.strip() == code.strip():
        return code.strip()
    first = fullname[:2].strip().lstrip("0123456789").upper()
    rest = fullname.strip().lstrip("0123456789").upper()
    if len(first) == 2 and first not in _TWO_LETTERS:
        return rest[:1]
    if first == "" or not first.isalpha():
        return rest[:1]
    if len(first) == 2 and first[0] == "H" and len(fullname.strip()) == 4:
        return "H"
    return first


_TWO_LETTERS = frozenset(
    "LI NA MG AL CL CA MN FE CO NI CU ZN BR SE MO CD HG PT AU SR BA CS RB AG AS SI TI CR GA PB BE".split()
)


def read_pdb(file: StructureFile) -> RawStructure:
    """Read a PDB file.

    Raises
    ------
    StructureError
        If a coordinate record cannot be understood; the message has its line number.
    """
    lines = file.text.split("\n")
    raw = read_header(lines)
    _look_for_a_cut(lines, raw, file)
    rows = _Rows()
    first = next((i for i, line in enumerate(lines) if line[:6] in ("ATOM  ", "HETATM", "MODEL ")), len(lines))
    # A blank line for each header line keeps Biopython's line numbers those of the file.
    coordinates = "\n" * first + "\n".join(_kept(lines[first:]))
    if coordinates.strip():
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                PDBParser(structure_builder=rows, QUIET=True).get_structure("", StringIO(coordinates))
        except PDBConstructionException as error:
            problem = str(error).split(" at line")[0]
            raise StructureError(problem[:1].lower() + problem[1:], source=file.path, where=f"line {rows.line}",
                                 expected="x, y, z in columns 31 to 54") from None  # fmt: skip
        except (ValueError, IndexError):
            found = lines[rows.line - 1][22:26] if 0 < rows.line <= len(lines) else ""
            raise StructureError(f"residue number {found.strip()!r} is no number", source=file.path,
                                 where=f"line {rows.line}",
                                 expected="a whole number in columns 23 to 26") from None  # fmt: skip
    raw.atoms = RawAtoms.from_columns(rows.columns)
    if rows.nameless:
        raw.notes.append(f"Some atoms have no chain id; their chain is called {NAMELESS_CHAIN!r}.")
    return raw


def _look_for_a_cut(lines: list[str], raw: RawStructure, file: StructureFile) -> None:
    """Refuse a file that ends inside a coordinate record; note one that has a header but no end."""
    records = ("ATOM  ", "HETATM")
    places = [i for i, line in enumerate(lines) if line[:6] in records]
    if not places:
        return
    last = places[-1]
    whole = max(len(lines[i]) for i in places[-20:-1]) if len(places) > 1 else 0
    if last == len(lines) - 1 and len(lines[last]) < whole:
        raise StructureError("the file ends in the middle of a coordinate record", source=file.path,
                             where=f"line {last + 1}", expected="a complete file")  # fmt: skip
    closed = any(line[:6].rstrip() in ("END", "ENDMDL", "TER", "MASTER", "CONECT") for line in lines[last + 1 :])
    if not closed and (raw.id or raw.seqres):
        raw.notes.append("The file has a header but no END record after its last atom: it may be cut off.")


def _kept(lines: list[str]) -> list[str]:
    """Blank out what Biopython would stumble over or stop at before the last atom."""
    last = max((i for i, line in enumerate(lines) if line[:6] in ("ATOM  ", "HETATM")), default=-1)
    kept = []
    for line in lines[: last + 1]:
        # CONECT and END in front of more atoms (joined files) would end Biopython's reading early.
        wanted = line[:6] in ("ATOM  ", "HETATM", "MODEL ", "ENDMDL")
        kept.append(line if wanted else "")
    return kept
