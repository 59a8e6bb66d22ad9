"""What the test compounds share with the training compounds, reported beside every metric."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Hashable, Sequence

import numpy as np
from rdkit import Chem

from screening.compounds.standardisation.standardise import Parent, Refusal
from screening.compounds.standardisation.tautomer import canonical_tautomer
from screening.models.twins import tautomer_family

#: Edges of the histogram of similarities to the nearest training compound.
SIMILARITY_EDGES = (0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)

#: Listing tautomers takes milliseconds to seconds, so at most so many suspects are listed; the rest count as tautomers.
MOST_LISTED = 200


@dataclasses.dataclass(frozen=True)
class LeakageReport:
    """Overlap of a test set with its training set.

    Attributes
    ----------
    test
        Number of test compounds.
    exact
        Test compounds that are in training too, drawn as the same parent.
    salt
        Others that are in training as another salt or protonation state.
    stereo
        Others whose parent without stereo and charge is in training.
    tautomer
        Others of which a tautomer is in training.
    same_fingerprint
        Others whose Morgan fingerprint is that of a training compound.
    same_scaffold
        Test compounds whose scaffold is in training.
    median_similarity
        Median Tanimoto similarity to the nearest training compound.
    histogram
        Test compounds per interval of `SIMILARITY_EDGES`.
    """

    test: int
    exact: int
    salt: int
    stereo: int
    tautomer: int
    same_fingerprint: int
    same_scaffold: int
    median_similarity: float
    histogram: tuple[int, ...]

    def sentence(self) -> str:
        """Say it in a sentence."""
        kinds = {
            "the compound itself": self.exact,
            "another salt form": self.salt,
            "a stereoisomer or another charge": self.stereo,
            "a tautomer": self.tautomer,
            "a compound with the same fingerprint": self.same_fingerprint,
        }
        found = [f"{count} {name}" for name, count in kinds.items() if count]
        twins = f"training holds {', '.join(found)}" if found else "none has a twin in training"
        return (
            f"Of {self.test:,} test compounds {twins}; {self.same_scaffold} share a scaffold with training;"
            f" median similarity to the nearest training compound {self.median_similarity:.2f}."
        )

    def bars(self) -> list[tuple[str, int]]:
        """Return the histogram as ("0.2 to 0.3", count) pairs."""
        edges = itertools.pairwise(SIMILARITY_EDGES)
        return [(f"{low:g} to {high:g}", count) for (low, high), count in zip(edges, self.histogram)]


def leakage_report(
    tested: np.ndarray,
    fold: np.ndarray,
    smiles: Sequence[str],
    identities: Sequence[bytes],
    families: Sequence[bytes],
    scaffolds: Sequence[str],
    closeness: np.ndarray,
    *,
    straddling: Sequence[str] = (),
) -> LeakageReport:
    """Compare test with training compounds.

    Parameters
    ----------
    tested
        bool, shape (n,): True for compounds that are tested.
    fold
        int, shape (n,): a compound is tested by a model that was trained on the compounds of the other folds. With
        one split, 0 for training and 1 for test.
    smiles, identities, families, scaffolds
        Of all n compounds: parents, keys with and without stereo and charge, Bemis-Murcko scaffolds.
    closeness
        Tanimoto similarity of each tested compound to its nearest training compound, shape (tested.sum(),).
    straddling
        For each compound that the file puts on both sides, "exact" or "salt": merged into one compound they are
        trained on and not tested, and counted here so that they are not lost.
    """
    rows = np.flatnonzero(tested)
    exact = _elsewhere(identities, fold)[rows]
    stereo = _elsewhere(families, fold)[rows] & ~exact
    tautomer = _tautomers(rows, smiles, families, fold)[rows] & ~exact & ~stereo
    same: np.ndarray = (closeness >= 1.0) & ~exact & ~stereo & ~tautomer
    frames: list[Hashable] = [name or row for row, name in enumerate(scaffolds)]
    counts, _ = np.histogram(closeness, bins=SIMILARITY_EDGES)
    return LeakageReport(
        test=len(rows),
        exact=int(exact.sum()) + list(straddling).count("exact"),
        salt=list(straddling).count("salt"),
        stereo=int(stereo.sum()),
        tautomer=int(tautomer.sum()),
        same_fingerprint=int(same.sum()),
        same_scaffold=int(_elsewhere(frames, fold)[rows].sum()),
        median_similarity=round(float(np.median(closeness)), 3) if len(rows) else 0.0,
        histogram=tuple(int(count) for count in counts),
    )


def _elsewhere(keys: Sequence[Hashable], fold: np.ndarray) -> np.ndarray:
    """Say of each compound whether one with the same key is in another fold."""
    folds: dict[Hashable, set[int]] = {}
    for key, number in zip(keys, fold.tolist(), strict=True):
        folds.setdefault(key, set()).add(number)
    return np.array([len(folds[key]) > 1 for key in keys], dtype=bool)


def _tautomers(rows: np.ndarray, smiles: Sequence[str], families: Sequence[bytes], fold: np.ndarray) -> np.ndarray:
    """Say of each compound whether a tautomer of it, drawn in another way, is in another fold.

    Compounds with the same atoms, bonds and sum formula are suspects; they count if RDKit gives them one canonical
    tautomer.
    """
    groups: dict[str, list[int]] = {}
    for row, text in enumerate(smiles):
        groups.setdefault(tautomer_family(text), []).append(row)
    wanted = set(rows.tolist())
    suspects = [
        members
        for members in groups.values()
        if len({fold[row] for row in members}) > 1
        and len({families[row] for row in members}) > 1
        and wanted.intersection(members)
    ]
    listed = 0
    keys: list[Hashable] = list(range(len(smiles)))
    for number, members in enumerate(suspects):
        for row in members:
            key = f"group {number}" if listed >= MOST_LISTED else _tautomer_key(smiles[row], identity=families[row])
            keys[row] = key or f"group {number}"
            listed += 1
    return _elsewhere(keys, fold)


def _tautomer_key(smiles: str, identity: bytes) -> str | None:
    """Return the canonical tautomer without stereo, or None where RDKit cannot say."""
    mol = Chem.MolFromSmiles(smiles)
    Chem.RemoveStereochemistry(mol)
    flat = Chem.MolToSmiles(mol)
    found = canonical_tautomer(mol, Parent(flat, identity, identity, ()))
    return None if isinstance(found, Refusal) or found[1].flags else str(found[1].smiles)
