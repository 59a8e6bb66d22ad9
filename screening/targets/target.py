"""A protein target as plain arrays and text, so that it pickles small and hashes the same everywhere."""

from __future__ import annotations

import dataclasses
import html
import re
from functools import cached_property, total_ordering

import numpy as np

from screening.errors import UsageError
from screening.printable import without_direction_marks
from screening.provenance import content_key
from screening.targets.component import Component
from screening.targets.symmetry import Assembly, Crystal
from screening.targets.title import sentence_case

_RESIDUE_TEXT = re.compile(
    r"^(?P<chain>[^:]+):(?:(?P<name>[A-Za-z0-9+-]{1,5})_|(?P<plain>[A-Za-z0-9+-]{1,5}?))(?P<number>-?\d+)(?P<code>[A-Za-z]?)$"
)


@total_ordering
@dataclasses.dataclass(frozen=True)
class ResidueId:
    """A residue in author numbering.

    Prints as ``A:ASP129`` or, with an insertion code, ``A:ASP129B``, and parses back with `parse`. A component
    code that ends in a digit is set apart, ``A:SO4_301``, because ``A:SO4301`` could mean two things.
    """

    chain: str
    number: int
    insertion_code: str = ""
    name: str = ""

    def __str__(self) -> str:
        apart = "_" if self.name[-1:].isdigit() else ""
        return f"{self.chain}:{self.name}{apart}{self.number}{self.insertion_code}"

    @property
    def loose_text(self) -> str:
        """The way people type it, without the mark between a code and a number: ``A:SO4301``."""
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
        name = match["name"] or match["plain"]
        return cls(match["chain"], int(match["number"]), match["code"], name.upper())


@dataclasses.dataclass(frozen=True)
class Atoms:
    """All atoms of the chosen model as parallel arrays of length n.

    Attributes
    ----------
    coordinates
        float32, shape (n, 3), in Å.
    name, element, residue_name, chain, altloc, insertion_code, label_chain
        str arrays, shape (n,). `chain` and `number` are author numbering, `label_chain` and `label_number`
        those of mmCIF. PDB files have no label chains (empty); their `label_number` is the position in SEQRES
        where that is known. 0 means none.
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

    @cached_property
    def residue_starts(self) -> np.ndarray:
        """Index of the first atom of each residue; int64, shape (number of residues,)."""
        if len(self) == 0:
            return np.zeros(0, dtype=np.int64)
        return np.flatnonzero(np.r_[True, self.residue_index[1:] != self.residue_index[:-1]])

    def residue_id(self, index: int) -> ResidueId:
        """Return the author id of the residue that atom `index` belongs to."""
        return ResidueId(
            str(self.chain[index]),
            int(self.number[index]),
            str(self.insertion_code[index]),
            str(self.residue_name[index]),
        )

    @classmethod
    def empty(cls) -> Atoms:
        """Return no atoms, as a target that is only a sequence has."""
        text, real, whole = np.zeros(0, "<U1"), np.zeros(0, np.float32), np.zeros(0, np.int32)
        return cls(
            coordinates=np.zeros((0, 3), np.float32), name=text, element=text, residue_name=text, chain=text,
            number=whole, insertion_code=text, altloc=text, hetero=np.zeros(0, bool), occupancy=real,
            b_factor=real, residue_index=whole, label_chain=text, label_number=whole,
        )  # fmt: skip


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
    positions
        Position in `seqres` of each observed residue, counted from 1; empty without `seqres`.
    breaks
        Pairs of neighbouring observed residues that are not bonded to each other: where the chain is interrupted.
    """

    id: str
    label_id: str
    kind: str
    sequence: str
    seqres: str
    residues: tuple[ResidueId, ...]
    missing: tuple[tuple[int, int], ...]
    positions: tuple[int, ...] = ()
    breaks: tuple[tuple[ResidueId, ResidueId], ...] = ()


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
    label_chain
        mmCIF label_asym_id, empty if the format has none.
    linked_to
        Polymer residues it is covalently bound to.
    parent
        One-letter code of the standard residue that a modified residue stands for, else empty.
    """

    residue: ResidueId
    kind: str
    atoms: int
    label_chain: str = ""
    linked_to: tuple[ResidueId, ...] = ()
    parent: str = ""


@dataclasses.dataclass(frozen=True)
class CovalentBond:
    """A covalent bond between two residues that is no bond of a polymer's backbone.

    Attributes
    ----------
    first, second
        The residues, in the order of the file.
    first_atom, second_atom
        Names of their atoms.
    length_A
        Its length.
    listed
        True if the file names it (LINK, SSBOND, CONECT, struct_conn), False if only the distance says so.
    """

    first: ResidueId
    first_atom: str
    second: ResidueId
    second_atom: str
    length_A: float
    listed: bool = False

    @property
    def ends(self) -> tuple[tuple[ResidueId, str], tuple[ResidueId, str]]:
        """Both residues with the name of the atom."""
        return ((self.first, self.first_atom), (self.second, self.second_atom))


@dataclasses.dataclass(frozen=True)
class Target:
    """A protein target read from a structure file, or a bare sequence.

    A target without coordinates (from FASTA) has ``len(atoms) == 0``.

    Attributes
    ----------
    id
        Accession the file gives, else the file's name.
    title, method, resolution_A
        As the file says; method is empty and resolution None where it does not.
    atoms
        Atoms of one model, one conformer of each residue (see `altloc_choice`).
    chains
        Polymer chains in the order of the file.
    groups
        Everything bound that is neither polymer nor water, and the modified residues of the polymers.
    waters
        Number of water molecules.
    models, model
        How many models the file has and which one was read, counted from 1.
    altlocs
        Residues that have alternative locations in the file, read or not.
    altloc_choice
        How one of them was chosen.
    source, sha256, format
        File the target was read from, SHA-256 of its bytes (as they lie on the disk), and its format.
    predicted
        True for computed models: `Atoms.b_factor` then holds pLDDT.
    r_work, r_free
        Agreement of the model with the diffraction data, as fractions.
    deposited
        ISO date of the deposition, empty if unknown.
    assemblies, crystal
        Biological assemblies and unit cell, where the file lists them.
    unobserved_atoms
        Number of missing heavy atoms per residue, from the file's own list (REMARK 470 or its mmCIF twin).
    covalent_bonds
        Covalent bonds between residues beside the backbone: ligand to protein, glycans, disulfides.
    components
        Component code to the bonds of a ligand, where the file lists them.
    notes
        Sentences a person should read: what was odd and what was done about it.
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
    model: int = 1
    altloc_choice: str = "highest occupancy"
    r_work: float | None = None
    r_free: float | None = None
    deposited: str = ""
    assemblies: tuple[Assembly, ...] = ()
    crystal: Crystal | None = None
    unobserved_atoms: tuple[tuple[ResidueId, int], ...] = ()
    covalent_bonds: tuple[CovalentBond, ...] = ()
    components: dict[str, Component] = dataclasses.field(default_factory=dict)

    @cached_property
    def key(self) -> str:
        """Content key: the hash of the file the target was read from and of how it was read."""
        how = {"format": self.format, "model": self.model, "altloc": self.altloc_choice}
        return content_key({"sha256": self.sha256, "id": self.id, **how})

    @property
    def ligands(self) -> tuple[HeteroGroup, ...]:
        """The bound groups that are ligands, the largest first."""
        found = [group for group in self.groups if group.kind == "ligand"]
        return tuple(sorted(found, key=lambda group: (-group.atoms, group.residue)))

    @property
    def metals(self) -> tuple[HeteroGroup, ...]:
        """The bound metal ions."""
        return tuple(group for group in self.groups if group.kind == "metal")

    @property
    def sequence(self) -> str:
        """Sequence of the longest protein chain: SEQRES if known, else observed; empty if there is none."""
        proteins = [chain.seqres or chain.sequence for chain in self.chains if chain.kind == "protein"]
        return max(proteins, key=len, default="")

    def _repr_html_(self) -> str:
        chains = "".join(
            f"<tr><td>chain {html.escape(chain.id)}</td><td>{html.escape(chain.kind)}</td>"
            f"<td>{len(chain.residues):,} residues</td></tr>"
            for chain in self.chains
        )
        ligands = "".join(
            f"<tr><td>{html.escape(str(ligand.residue))}</td><td>ligand</td><td></td></tr>" for ligand in self.ligands
        )
        title = f"{self.id}: {sentence_case(self.title)}" if self.title else self.id
        return without_direction_marks(f"<p><b>{html.escape(title)}</b></p><table>{chains}{ligands}</table>")

    def __repr__(self) -> str:
        resolution = f", {self.resolution_A:g} Å" if self.resolution_A else ""
        return (
            f"<Target {self.id}: {len(self.chains)} chains, {len(self.atoms)} atoms, "
            f"{len(self.ligands)} ligands{resolution}>"
        )
