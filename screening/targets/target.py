"""A protein target as plain arrays and text, so that it pickles small and hashes the same everywhere."""

from __future__ import annotations

import dataclasses
import re
from functools import cached_property, total_ordering

import numpy as np

from screening.errors import UsageError
from screening.provenance import content_key

_RESIDUE_TEXT = re.compile(r"^(?P<chain>[^:]+):(?P<name>[A-Za-z0-9+-]{1,5}?)(?P<number>-?\d+)(?P<code>[A-Za-z]?)$")


@total_ordering
@dataclasses.dataclass(frozen=True)
class ResidueId:
    """A residue in author numbering.

    Prints as ``A:ASP129`` or, with an insertion code, ``A:ASP129B``, and parses back with `parse`.
    """

    chain: str
    number: int
    insertion_code: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.chain}:{self.name}{self.number}{self.insertion_code}"

    def __lt__(self, other: ResidueId) -> bool:
        return self._order < other._order

    @property
    def _order(self) -> tuple[str, int, str, str]:
        return (self.chain, self.number, self.insertion_code, self.name)

    @classmethod
    def parse(cls, text: str) -> ResidueId:
        """Read what `str` printed, or ``A:129`` without a residue name.

        Raises
        ------
        UsageError
            If the text is not of that form.
        """
        bare = re.match(r"^([^:]+):(-?\d+)([A-Za-z]?)$", text.strip())
        if bare:
            return cls(bare[1], int(bare[2]), bare[3])
        match = _RESIDUE_TEXT.match(text.strip())
        if match is None:
            raise UsageError(f"{text!r} names no residue", expected="CHAIN:NUMBER or CHAIN:NAMENUMBER, as A:ASP129")
        return cls(match["chain"], int(match["number"]), match["code"], match["name"].upper())


@dataclasses.dataclass(frozen=True)
class Atoms:
    """All atoms of the chosen model as parallel arrays of length n.

    Attributes
    ----------
    coordinates
        float32, shape (n, 3), in Å.
    name, element, residue_name, chain, altloc, insertion_code, label_chain
        str arrays, shape (n,). `chain` and `number` are author numbering, `label_chain` and `label_number`
        those of mmCIF (empty and 0 where the format has none).
    number, label_number
        int32, shape (n,).
    hetero
        bool, shape (n,); True for HETATM records.
    occupancy, b_factor
        float32, shape (n,); b_factor in Å² or, for predicted models, pLDDT.
    residue_index
        int32, shape (n,); equal for the atoms of one residue, rising along the file.
    """

    coordinates: np.ndarray
    name: np.ndarray
    element: np.ndarray
    residue_name: np.ndarray
    chain: np.ndarray
    number: np.ndarray
    insertion_code: np.ndarray
    altloc: np.ndarray
    hetero: np.ndarray
    occupancy: np.ndarray
    b_factor: np.ndarray
    residue_index: np.ndarray
    label_chain: np.ndarray
    label_number: np.ndarray

    def __len__(self) -> int:
        return len(self.name)

    def select(self, mask: np.ndarray) -> Atoms:
        """Return the atoms where the boolean or index array `mask` selects."""
        return Atoms(**{field.name: getattr(self, field.name)[mask] for field in dataclasses.fields(self)})


@dataclasses.dataclass(frozen=True)
class Chain:
    """One polymer chain.

    Attributes
    ----------
    id
        Author chain id.
    label_id
        mmCIF label_asym_id, empty if the format has none.
    kind
        ``"protein"``, ``"DNA"``, ``"RNA"`` or ``"other"``.
    sequence
        Observed residues as one-letter codes, modified residues as their parent, X if unknown.
    seqres
        The sequence that was in the experiment, empty if the file does not say.
    residues
        Author ids of the observed residues, one for each letter of `sequence`.
    missing
        Residues of `seqres` that were not observed, as (first, last) positions counted from 1 in `seqres`.
    """

    id: str
    label_id: str
    kind: str
    sequence: str
    seqres: str
    residues: tuple[ResidueId, ...]
    missing: tuple[tuple[int, int], ...]


@dataclasses.dataclass(frozen=True)
class HeteroGroup:
    """A ligand, metal, glycan or cofactor bound to the target.

    Attributes
    ----------
    residue
        Author id; its name is the chemical component code.
    kind
        ``"ligand"``, ``"metal"``, ``"ion"``, ``"glycan"``, ``"solvent"`` (additive of crystallisation) or
        ``"modified residue"``.
    atoms
        Number of heavy atoms.
    """

    residue: ResidueId
    kind: str
    atoms: int


@dataclasses.dataclass(frozen=True)
class Target:
    """A protein target read from a structure file, or a bare sequence.

    A target without coordinates (from FASTA) has ``len(atoms) == 0``.
    """

    id: str
    title: str
    method: str
    resolution_A: float | None
    atoms: Atoms
    chains: tuple[Chain, ...]
    groups: tuple[HeteroGroup, ...]
    waters: int
    models: int
    altlocs: tuple[ResidueId, ...]
    source: str
    sha256: str
    format: str
    predicted: bool = False
    notes: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """Content key: the hash of the file the target was read from and of how it was read."""
        return content_key({"sha256": self.sha256, "format": self.format, "id": self.id})

    @property
    def ligands(self) -> tuple[HeteroGroup, ...]:
        """The bound groups that are ligands."""
        return tuple(group for group in self.groups if group.kind == "ligand")

    @property
    def metals(self) -> tuple[HeteroGroup, ...]:
        """The bound metal ions."""
        return tuple(group for group in self.groups if group.kind == "metal")

    @property
    def sequence(self) -> str:
        """Sequence of the longest protein chain: SEQRES if known, else observed; empty if there is none."""
        proteins = [chain.seqres or chain.sequence for chain in self.chains if chain.kind == "protein"]
        return max(proteins, key=len, default="")

    def __repr__(self) -> str:
        resolution = f", {self.resolution_A:g} Å" if self.resolution_A else ""
        return (
            f"<Target {self.id}: {len(self.chains)} chains, {len(self.atoms)} atoms, "
            f"{len(self.ligands)} ligands{resolution}>"
        )
