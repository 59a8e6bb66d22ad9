"""Why a number: what each atom adds, which measured compounds are near, where the training data jump.

Atom contributions: the prediction minus the prediction with all fingerprint bits removed that only the surroundings
of this atom set (Riniker and Landrum, Similarity maps, J. Cheminform. 2013, 5, 43). Activity cliffs: pairs of training
compounds that look alike and differ by two log units or more (Stumpfe and Bajorath, J. Med. Chem. 2012, 55, 2932).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Sequence

import numpy as np
from rdkit import Chem
from rdkit.Chem import rdFingerprintGenerator

from screening.compounds.compound import FINGERPRINT_BITS, FINGERPRINT_RADIUS
from screening.models.actives_model import ActivesModel
from screening.models.affinity import AffinityModel, CompoundBlock
from screening.models.fingerprint_index import FingerprintIndex
from screening.models.training_set import TrainingSet, compound_block

ALIKE = 0.7
JUMP = 2.0


@dataclasses.dataclass(frozen=True)
class Neighbour:
    """A measured compound near another one: name, SMILES, measured value, sense of a limit, Tanimoto similarity."""

    name: str
    smiles: str
    value: float
    limit: int
    similarity: float


@dataclasses.dataclass(frozen=True)
class Cliff:
    """Two training compounds that look alike and differ much; `first`, of `value`, is the tighter one."""

    first: str
    second: str
    similarity: float
    difference: float
    value: float
    first_smiles: str
    second_smiles: str


def atom_contributions(model: AffinityModel, smiles: str) -> np.ndarray:
    """Return what each atom adds to the prediction, float64, shape (heavy atoms,), in the order of the SMILES.

    A slow model is explained by its first stage, which sees the same fingerprint bits; similarity to known actives by
    the part of it that those bits make.

    Raises
    ------
    ValueError
        If the SMILES does not parse.
    """
    return part_contributions(model, smiles, None)


def part_contributions(model: AffinityModel, smiles: str, parts: Sequence[Collection[int]] | None) -> np.ndarray:
    """Return what parts of a molecule add to the prediction, float64, shape (parts,); as `atom_contributions`.

    What a part adds is the prediction minus that without the bits which only surroundings of its atoms set. It is not
    the sum of what its atoms add, because they share bits.

    Parameters
    ----------
    model
        Bound to its target.
    smiles
        Of the molecule.
    parts
        Atoms of each part, in the order of the SMILES; every atom for itself when None.

    Raises
    ------
    ValueError
        If the SMILES does not parse.
    """
    fast = getattr(model, "first_stage", None) or model
    whole = compound_block([smiles])
    mol = Chem.MolFromSmiles(smiles)
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=FINGERPRINT_RADIUS, fpSize=FINGERPRINT_BITS)
    output = rdFingerprintGenerator.AdditionalOutput()
    output.AllocateBitInfoMap()
    generator.GetFingerprint(mol, additionalOutput=output)
    members = np.eye(mol.GetNumAtoms(), dtype=bool)
    if parts is not None:
        members = np.zeros((len(parts), mol.GetNumAtoms()), dtype=bool)
        for row, atoms in enumerate(parts):
            members[row, list(atoms)] = True
    n = len(members)
    bits = np.unpackbits(np.repeat(whole.fingerprints, n + 1, axis=0), axis=1, bitorder="little")
    for bit, places in output.GetBitInfoMap().items():
        covered = np.ones(n, dtype=bool)
        for centre, radius in places:
            covered &= (members & _surroundings(mol, centre, radius)).any(axis=1)
        # Removed for a part that has an atom in every place that sets the bit.
        bits[1:][covered, bit] = 0
    block = CompoundBlock(
        smiles=[smiles] * (n + 1),
        fingerprints=np.packbits(bits, axis=1, bitorder="little"),
        properties=np.repeat(whole.properties, n + 1, axis=0),
    )
    if isinstance(fast, ActivesModel):
        found = fast.bits_score(block.fingerprints)
    else:
        found = fast.predict(block).affinity.astype(np.float64)
    return np.asarray(found[0] - found[1:])


def _surroundings(mol: Chem.Mol, centre: int, radius: int) -> np.ndarray:
    inside = np.zeros(mol.GetNumAtoms(), dtype=bool)
    inside[centre] = True
    if radius:
        for bond in Chem.FindAtomEnvironmentOfRadiusN(mol, radius, centre):
            ends = mol.GetBondWithIdx(bond)
            inside[[ends.GetBeginAtomIdx(), ends.GetEndAtomIdx()]] = True
    return inside


def neighbours(training: TrainingSet, smiles: str, count: int = 5) -> list[Neighbour]:
    """Return the measured compounds most similar to a SMILES, the nearest first."""
    similarity = FingerprintIndex(training.fingerprints).similarity(compound_block([smiles]).fingerprints)[0]
    order = np.argsort(-similarity, kind="stable")[:count]
    return [
        Neighbour(
            training.names[at],
            training.smiles[at],
            float(training.values[at]),
            int(training.limits[at]),
            round(float(similarity[at]), 3),
        )
        for at in order
    ]


def cliffs(training: TrainingSet, *, alike: float = ALIKE, jump: float = JUMP) -> list[Cliff]:
    """Return the activity cliffs among the exactly measured training compounds, the steepest first."""
    exact = np.flatnonzero(training.limits == 0)
    return cliffs_among(
        [training.names[row] for row in exact], [training.smiles[row] for row in exact], training.values[exact],
        training.fingerprints[exact], alike=alike, jump=jump,
    )  # fmt: skip


def cliffs_among(
    names: Sequence[str],
    smiles: Sequence[str],
    values: np.ndarray,
    fingerprints: np.ndarray,
    *,
    alike: float = ALIKE,
    jump: float = JUMP,
) -> list[Cliff]:
    """Return the activity cliffs among n compounds, the steepest first.

    Parameters
    ----------
    names, smiles, values
        Of the compounds; values float64, shape (n,).
    fingerprints
        uint8, shape (n, 256): packed Morgan fingerprints.
    alike, jump
        Least Tanimoto similarity and least difference of a pair.
    """
    index = FingerprintIndex(fingerprints)
    found = []
    for start in range(0, len(values), 512):
        similarity = index.similarity(fingerprints[start : start + 512])
        rows, columns = np.nonzero(similarity >= alike)
        rows = rows + start
        apart = values[rows] - values[columns]
        for at in np.flatnonzero(apart >= jump):
            i, j = int(rows[at]), int(columns[at])
            found.append(
                Cliff(
                    names[i], names[j], round(float(similarity[i - start, j]), 3), round(float(apart[at]), 3),
                    round(float(values[i]), 3), smiles[i], smiles[j],
                )
            )  # fmt: skip
    return sorted(found, key=lambda one: (-one.difference, -one.similarity, one.first, one.second))
