"""A contact between a ligand and its site, and the limits that make one."""

from __future__ import annotations

import dataclasses

from screening.targets.target import ResidueId

#: Kinds in the order they are listed.
KINDS = (
    "clash", "covalent bond", "metal", "salt bridge", "hydrogen bond", "water bridge", "halogen bond", "pi stacking",
    "cation-pi", "hydrophobic",
)  # fmt: skip

#: Donor to acceptor, heavy atoms, in Å (Baker and Hubbard, Prog. Biophys. Mol. Biol. 1984, 44, 97).
HYDROGEN_BOND_A = 3.5
#: A hydrogen bond shorter than this, in Å, is remarked: one end is charged otherwise, or the model is strained there.
SHORT_HYDROGEN_BOND_A = 2.5
#: Least angle donor-hydrogen-acceptor, in degrees: 120 in the same source, less the error of ideal hydrogens on crystal
#: coordinates, which at 120 costs bonds of 2.8 Å that other programs find.
DONOR_ANGLE = 110.0
#: Two acids this near share a hydrogen, in Å.
SHARED_HYDROGEN_A = 3.0
#: Least angle at the acceptor between what it is bonded to and the donor, in degrees (same source).
ACCEPTOR_ANGLE = 90.0
#: Opposite charges, in Å (Barlow and Thornton, J. Mol. Biol. 1983, 168, 867).
SALT_BRIDGE_A = 4.0
#: Ring centres, face to face and edge to face, in Å (McGaughey et al., J. Biol. Chem. 1998, 273, 15458).
FACE_TO_FACE_A = 5.5
EDGE_TO_FACE_A = 6.0
#: Charge to ring centre, in Å (Gallivan and Dougherty, PNAS 1999, 96, 9459).
CATION_PI_A = 6.0
#: Metal to N, O, S, P or halide, in Å; the larger ions of groups 1 and 2 sit farther off.
METAL_A = 2.8
LARGE_METAL_A = {"NA": 3.1, "K": 3.3, "CA": 3.0, "SR": 3.2, "BA": 3.3}
#: Halogen to acceptor: the sum of the van der Waals radii, in Å, at least 150° at the halogen.
HALOGEN_A = {"Cl": 3.5, "Br": 3.6, "I": 3.8}
HALOGEN_ANGLE = 150.0
#: Carbon to carbon, in Å; the closest pair of each residue.
HYDROPHOBIC_A = 4.0
#: Heavy atoms closer than this, in Å, are bonded, at a metal, or wrong.
CLASH_A = 2.2
#: Angle at a bridging water between its two partners, in degrees (Jiang et al., Proteins 2005, 58, 893).
WATER_ANGLES = (75.0, 140.0)


@dataclasses.dataclass(frozen=True)
class Contact:
    """One contact.

    Attributes
    ----------
    kind
        One of `KINDS`.
    residue
        The residue, in author numbering.
    site_atom
        Its atom, or ``"ring"``.
    ligand_atom
        Index of the ligand atom, of its first atom for a ring.
    ligand_label
        What to call the ligand atom.
    distance_A
        Between the atoms or ring centres; of a water bridge from the ligand to the water.
    start, end
        Coordinates on the site and on the ligand, Å.
    role
        What the ligand is in it: ``"donor"`` or ``"acceptor"`` of a hydrogen bond or of the bond to a water,
        ``"positive"`` or ``"negative"`` in a salt bridge, ``"cation"`` or ``"ring"`` in a cation-pi contact.
    via
        Coordinates of the water of a water bridge, Å.
    water
        That water.
    remark
        What is unusual about it; empty as a rule.
    """

    kind: str
    residue: ResidueId
    site_atom: str
    ligand_atom: int
    ligand_label: str
    distance_A: float
    start: tuple[float, float, float]
    end: tuple[float, float, float]
    role: str = ""
    via: tuple[float, float, float] | None = None
    water: ResidueId | None = None
    remark: str = ""

    def __str__(self) -> str:
        through = f" through {self.water}" if self.water is not None else ""
        return f"{self.kind} {self.residue} {self.site_atom} to {self.ligand_label}{through}, {self.distance_A:.2f} Å"
