"""What every structure reader hands over: one table of atoms and the facts of the header, nothing decided yet."""

from __future__ import annotations

import dataclasses

import numpy as np

from screening.targets.component import Component
from screening.targets.symmetry import Assembly, Crystal
from screening.targets.target import ResidueId

#: Column name to NumPy kind. Text columns hold stripped str; an empty text or 0 means "the format has none".
TEXT_COLUMNS = (
    "name", "element", "residue_name", "chain", "insertion_code", "altloc", "label_chain", "entity", "segment_name",
)  # fmt: skip
INTEGER_COLUMNS = ("number", "label_number", "model", "segment", "serial")
REAL_COLUMNS = ("x", "y", "z", "occupancy", "b_factor")


@dataclasses.dataclass(frozen=True)
class RawAtoms:
    """All atoms of all models and all conformers, in the order of the file; parallel arrays of length n.

    `model` is the number that the file gives; `hetero` is True for HETATM records. `segment` counts the TER records
    before an atom, `segment_name` is the segment of PDB columns 73 to 76, `serial` the number of the atom.
    """

    name: np.ndarray
    element: np.ndarray
    residue_name: np.ndarray
    chain: np.ndarray
    number: np.ndarray
    insertion_code: np.ndarray
    altloc: np.ndarray
    hetero: np.ndarray
    x: np.ndarray
    y: np.ndarray
    z: np.ndarray
    occupancy: np.ndarray
    b_factor: np.ndarray
    model: np.ndarray
    label_chain: np.ndarray
    label_number: np.ndarray
    entity: np.ndarray
    segment_name: np.ndarray
    segment: np.ndarray
    serial: np.ndarray

    def __len__(self) -> int:
        return len(self.name)

    def select(self, mask: np.ndarray) -> RawAtoms:
        """Return the atoms where the boolean or index array `mask` selects."""
        return RawAtoms(**{field.name: getattr(self, field.name)[mask] for field in dataclasses.fields(self)})

    @classmethod
    def from_columns(cls, columns: dict[str, list]) -> RawAtoms:
        """Make the arrays from lists; a missing column is filled with "nothing"."""
        size = len(columns["name"])
        arrays: dict[str, np.ndarray] = {}
        for name in TEXT_COLUMNS:
            arrays[name] = np.array(columns.get(name) or [""] * size, dtype=np.str_)
        for name in INTEGER_COLUMNS:
            arrays[name] = np.array(columns.get(name) or [0] * size, dtype=np.int32)
        for name in REAL_COLUMNS:
            arrays[name] = np.array(columns.get(name) or [0.0] * size, dtype=np.float32)
        arrays["hetero"] = np.array(columns.get("hetero") or [False] * size, dtype=bool)
        return cls(**arrays)


@dataclasses.dataclass
class RawStructure:
    """A structure file as its reader understood it.

    Attributes
    ----------
    seqres
        Key of a polymer chain to its residue codes. The key is a label chain where `label_keys` is true
        (mmCIF), else an author chain (PDB).
    polymer_kinds
        The same key to ``"protein"``, ``"DNA"``, ``"RNA"`` or ``"other"``, where the file says.
    branched
        Label chains that are glycans by the file's own word.
    unobserved
        Residues that the file lists as not observed.
    modified
        Component code to the code of its standard parent, where the file says.
    entity_types
        Entity to ``"polymer"``, ``"non-polymer"``, ``"water"``, ``"branched"`` ..., where the file says.
    connected
        Pairs of atom serials that CONECT records join.
    links
        Covalent bonds between residues that the file lists: residue, atom, residue, atom.
    components
        Component code to its bonds, where the file lists them.
    """

    id: str = ""
    title: str = ""
    method: str = ""
    resolution_A: float | None = None
    r_work: float | None = None
    r_free: float | None = None
    deposited: str = ""
    predicted: bool = False
    label_keys: bool = False
    seqres: dict[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    polymer_kinds: dict[str, str] = dataclasses.field(default_factory=dict)
    branched: frozenset[str] = frozenset()
    unobserved: tuple[ResidueId, ...] = ()
    unobserved_atoms: tuple[tuple[ResidueId, int], ...] = ()
    modified: dict[str, str] = dataclasses.field(default_factory=dict)
    entity_types: dict[str, str] = dataclasses.field(default_factory=dict)
    connected: frozenset[tuple[int, int]] = frozenset()
    links: tuple[tuple[ResidueId, str, ResidueId, str], ...] = ()
    components: dict[str, Component] = dataclasses.field(default_factory=dict)
    assemblies: tuple[Assembly, ...] = ()
    crystal: Crystal | None = None
    atoms: RawAtoms | None = None
    notes: list[str] = dataclasses.field(default_factory=list)
