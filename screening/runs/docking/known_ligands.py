"""How well docking ranks known ligands of a site among decoys of the same library.

Decoys are docked compounds that are not known to bind and resemble the known ligands in what a docking score grows with
(size, lipophilicity, polar groups, flexibility, charge) but not in structure (Tanimoto below 0.35), as in DUD-E
(Mysinger, M. M. et al., J. Med. Chem. 55, 6582 (2012)). Beside the docking score stand two rankings that need no
docking: the number of heavy atoms, and the similarity to the other known ligands.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping

import numpy as np
from rdkit import Chem, DataStructs
from rdkit.Chem import Crippen, rdFingerprintGenerator, rdMolDescriptors

from screening.compounds.library.prepared_library import open_library
from screening.compounds.standardisation.standardise import Parent, parent_of
from screening.errors import LibraryError, UsageError
from screening.models.evaluation.ranking import ranking
from screening.runs.docking.docking import Docking

#: Decoys taken for each known ligand, and the similarity to any known ligand from which on a compound is no decoy.
DECOYS_PER_LIGAND, ALIKE = 50, 0.35
#: Fewer known ligands, or decoys, than this give no figure that says anything.
LEAST_LIGANDS, LEAST_DECOYS = 3, 20
#: What is measured, of `screening.models.evaluation.ranking`.
MEASURES = ("roc_auc", "ef1", "ef5", "bedroc")


@dataclasses.dataclass(frozen=True)
class KnownLigandTest:
    """How well known ligands are ranked.

    Attributes
    ----------
    ligands, decoys
        How many were compared; both have a pose.
    without_pose
        Known ligands that have no pose: they are in no figure.
    rankings
        ``"docking score"``, ``"heavy atoms"`` and ``"similarity"``, each with ROC AUC, enrichment factors, BEDROC and
        the ends of their 95 % intervals, named as in `screening.models.evaluation.ranking.ranking`.
    """

    ligands: int
    decoys: int
    without_pose: int
    rankings: Mapping[str, Mapping[str, float]]

    @property
    def better_than_size(self) -> bool:
        """Whether the interval of docking's ROC AUC lies above what the number of heavy atoms reaches."""
        return self.rankings["docking score"]["roc_auc_low"] > self.rankings["heavy atoms"]["roc_auc"]

    def text(self) -> str:
        """Return the result as sentences."""
        docking, size = self.rankings["docking score"], self.rankings["heavy atoms"]
        alike = self.rankings["similarity"]
        verdict = (
            "The score ranks better than size alone."
            if self.better_than_size
            else "The score ranks no better than size alone: do not choose compounds of this site by it."
        )
        return (
            f"{self.ligands} known ligands among {self.decoys} property-matched decoys: ROC AUC of the docking score "
            f"{docking['roc_auc']:.2f} ({docking['roc_auc_low']:.2f} to {docking['roc_auc_high']:.2f}), of the number "
            f"of heavy atoms {size['roc_auc']:.2f}, of similarity to the other known ligands {alike['roc_auc']:.2f}; "
            f"enrichment in the best 1 % {docking['ef1']:.1f}. {verdict}"
        )


def known_ligand_test(docking: Docking, records: Collection[int], *, seed: int = 0) -> KnownLigandTest:
    """Compare known ligands of a docked library with decoys from it.

    Parameters
    ----------
    docking
        A finished docking layer of a whole library (or of many hits).
    records
        Record numbers of the known ligands.
    seed
        Seed of the bootstrap.

    Raises
    ------
    UsageError
        If fewer than `LEAST_LIGANDS` known ligands have poses, or fewer than `LEAST_DECOYS` decoys are found.
    """
    table = docking.table()
    every = np.array(table["record"].to_pylist(), np.int64)
    score = np.array([np.nan if one is None else one for one in table["ranking_score"].to_pylist()], float)
    usable = np.isfinite(score)
    every, score = every[usable], score[usable]
    smiles = [text for text, kept in zip(table["smiles"].to_pylist(), usable) if kept]
    active = np.isin(every, sorted(set(records)))
    if active.sum() < LEAST_LIGANDS:
        raise UsageError(
            f"{int(active.sum())} of the {len(set(records))} known ligands have a pose", source=docking.folder,
            expected=f"at least {LEAST_LIGANDS} known ligands in the library",
        )  # fmt: skip
    molecules = [Chem.MolFromSmiles(text) for text in smiles]
    similarity = _similarity_to_known(molecules, active)
    properties = np.array([_properties(molecule) for molecule in molecules])
    decoys = matched_decoys(properties, active, similarity)
    if len(decoys) < LEAST_DECOYS:
        raise UsageError(
            f"{len(decoys)} docked compounds can serve as decoys", source=docking.folder,
            expected=f"at least {LEAST_DECOYS} that are unlike all known ligands",
        )  # fmt: skip
    rows = np.concatenate([np.flatnonzero(active), decoys])
    numbers = {"docking score": score, "heavy atoms": properties[:, 0], "similarity": similarity}
    found = {name: ranking(active[rows], values[rows], seed=seed) for name, values in numbers.items()}
    return KnownLigandTest(int(active.sum()), len(decoys), len(set(records)) - int(active.sum()), found)


def known_records(docking: Docking, smiles: Iterable[str]) -> list[int]:
    """Return the records of the docked library that are these compounds, by the identity key of their parents.

    Stereoisomers and tautomers that standardisation tells apart are other compounds; what cannot be standardised is
    left aside.

    Raises
    ------
    LibraryError
        If the library is not there any more, or has changed.
    """
    wanted = set()
    for text in smiles:
        parent = parent_of(text)
        if isinstance(parent, Parent):
            wanted.add(parent.identity)
    library = open_library(docking.plan.library)
    if library.key != docking.plan.library_key:
        raise LibraryError("has changed since it was docked", source=docking.plan.library)
    found = []
    for table in library.iterate(["record", "identity"]):
        rows = zip(table["record"].to_pylist(), table["identity"].to_pylist())
        found += [record for record, identity in rows if identity in wanted]
    return found


def matched_decoys(properties: np.ndarray, active: np.ndarray, similarity: np.ndarray) -> np.ndarray:
    """Return the rows of the decoys, those nearest in properties for each known ligand in turn, none twice.

    Parameters
    ----------
    properties
        float, shape (n, p).
    active
        bool, shape (n,).
    similarity
        float, shape (n,), the highest Tanimoto similarity to a known ligand.
    """
    candidates = np.flatnonzero(~active & (similarity < ALIKE))
    if not len(candidates):
        return candidates
    spread = properties.std(axis=0)
    scaled = properties / np.where(spread > 0, spread, 1.0)
    taken: set[int] = set()
    for ligand in np.flatnonzero(active):
        gaps = np.linalg.norm(scaled[candidates] - scaled[ligand], axis=1)
        nearest = [int(candidates[place]) for place in np.lexsort((candidates, gaps))]
        taken.update([row for row in nearest if row not in taken][:DECOYS_PER_LIGAND])
    return np.array(sorted(taken), np.int64)


def _properties(molecule: Chem.Mol) -> tuple[float, ...]:
    return (
        float(molecule.GetNumHeavyAtoms()),
        float(Crippen.MolLogP(molecule)),
        float(rdMolDescriptors.CalcNumHBD(molecule)),
        float(rdMolDescriptors.CalcNumHBA(molecule)),
        float(rdMolDescriptors.CalcNumRotatableBonds(molecule)),
        float(Chem.GetFormalCharge(molecule)),
    )


def _similarity_to_known(molecules: list[Chem.Mol], active: np.ndarray) -> np.ndarray:
    """Return the highest similarity of each compound to a known ligand other than itself (Morgan, radius 2)."""
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=2, fpSize=2048)
    fingerprints = [generator.GetFingerprint(molecule) for molecule in molecules]
    known = np.flatnonzero(active)
    found = np.zeros(len(molecules))
    for row, fingerprint in enumerate(fingerprints):
        others = [fingerprints[other] for other in known if other != row]
        if others:
            found[row] = max(DataStructs.BulkTanimotoSimilarity(fingerprint, others))
    return found
