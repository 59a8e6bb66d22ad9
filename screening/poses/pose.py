"""A pose: where a ligand lies in a binding site, where it came from, and how far to trust it."""

from __future__ import annotations

import dataclasses
from typing import Any

#: Checks and interactions of a pose are dataclasses of `screening.poses.checks` and `screening.poses.interactions`;
#: a pose carries them as they are and needs to know nothing about them.
Check = Any
Interaction = Any


@dataclasses.dataclass(frozen=True)
class Score:
    """A number that a docking engine, or a ranker, gives a pose; never an affinity.

    Attributes
    ----------
    name
        What it is, such as ``"Vina score"`` or ``"CNN score"``.
    value
        The number.
    unit
        Its unit, such as ``"kcal/mol"``; empty for a probability or a bare number.
    higher_is_better
        Direction. None means that it is not known: such a score is shown, and nothing is ranked by it.
    """

    name: str
    value: float
    unit: str = ""
    higher_is_better: bool | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.value:.4g}{' ' + self.unit if self.unit else ''}"


@dataclasses.dataclass(frozen=True)
class Pose:
    """One placement of one ligand; plain text and numbers, so that it pickles small.

    Attributes
    ----------
    smiles
        The state that was docked: protomer, tautomer and stereochemistry as SMILES.
    mol_block
        V2000 mol block with all hydrogens, coordinates in the frame of the target (Å) and the bond orders of `smiles`.
    origin
        Where the pose comes from: ``"docked by rustina 0.9.0, seed 1"``, ``"placed on ligand E:8BP1102 of 5UG8"``,
        ``"imported from poses.sdf"``.
    name
        Name of the ligand, as its record has it.
    rank
        Place among the poses of the same ligand, from 1.
    scores
        All scores, the one that the engine ranks by first.
    probability_2A
        Calibrated probability to lie within 2 Å (symmetry-corrected heavy-atom RMSD) of the crystal pose; None if
        no ranker judged the pose.
    state
        What was chosen among the states of the ligand, as text: ``"charge +1, protomer 1 of 2"``.
    checks
        Results of `screening.poses.checks`, empty if not checked.
    interactions
        Contacts found by `screening.poses.interactions`, empty if not looked for.
    receptor_key
        Content key of the `screening.poses.receptor.receptor.Receptor` that the pose lies in; empty if imported.
    features
        What the ranker was given, name to number; empty if no ranker judged the pose.
    """

    smiles: str
    mol_block: str
    origin: str
    name: str = ""
    rank: int = 1
    scores: tuple[Score, ...] = ()
    probability_2A: float | None = None
    state: str = ""
    checks: tuple[Check, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    receptor_key: str = ""
    features: tuple[tuple[str, float], ...] = ()

    @property
    def score(self) -> Score | None:
        """The score that the engine ranks by, None for a pose without scores."""
        return self.scores[0] if self.scores else None

    def score_named(self, name: str) -> Score | None:
        """Return the score of that name, None if there is none."""
        return next((score for score in self.scores if score.name == name), None)

    def molecule(self):  # type: ignore[no-untyped-def]
        """Return the pose as an RDKit molecule with hydrogens and one conformer."""
        from rdkit import Chem

        molecule = Chem.MolFromMolBlock(self.mol_block, removeHs=False)
        Chem.AssignStereochemistryFrom3D(molecule)
        return molecule
