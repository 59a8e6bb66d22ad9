"""What a binding site is made of, for models and for people."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence

import numpy as np

from screening.errors import SiteError, UsageError
from screening.targets.binding_site import BindingSite
from screening.targets.entities.components import one_letter
from screening.targets.pockets.druggability import pocket_shape
from screening.targets.pockets.find import receptor_atoms
from screening.targets.pockets.point_features import CHANNELS, HYDROPATHY, atom_channels
from screening.targets.sequences.clusters import align
from screening.targets.target import ResidueId, Target

_LETTERS = "ACDEFGHIKLMNPQRSTVWY"


@dataclasses.dataclass(frozen=True)
class SiteFeatures:
    """Numbers of a site.

    Attributes
    ----------
    residues, metals
        How many of each.
    volume_A3, enclosure
        Of the enclosed free space around the centre, see `screening.targets.pockets.druggability.pocket_shape`.
    hydropathy
        Mean Kyte-Doolittle value.
    charge
        Lys and Arg +1, Asp and Glu -1 (His as neutral).
    donors, acceptors, aromatic_atoms
        Side-chain and backbone atoms of the site's residues.
    polarity
        Share of N and O among their heavy atoms.
    composition
        One-letter code to count.
    conservation
        Mean over the site of 1 - entropy / log 20 when aligned sequences are given, else None.
    conservation_by_residue
        The same for each residue.
    """

    residues: int
    metals: int
    volume_A3: float
    enclosure: float
    hydropathy: float
    charge: int
    donors: int
    acceptors: int
    aromatic_atoms: int
    polarity: float
    composition: dict[str, int]
    conservation: float | None = None
    conservation_by_residue: dict[ResidueId, float] = dataclasses.field(default_factory=dict)


def site_features(target: Target, site: BindingSite, homologs: Sequence[str] = ()) -> SiteFeatures:
    """Return the features of a site.

    Parameters
    ----------
    target, site
        The structure and a site of it.
    homologs
        Sequences of the family; each is aligned to the chain, and the letters at each position are counted.

    Raises
    ------
    SiteError
        If the site holds no protein residue of this target.
    """
    protein = {residue for chain in target.chains if chain.kind == "protein" for residue in chain.residues}
    residues = [residue for residue in site.residues if residue in protein]
    if not residues:
        raise SiteError("the site holds no protein residue of this target", source=target.source)
    wanted = set(residues)
    atoms = target.atoms
    starts = np.r_[atoms.residue_starts, len(atoms)]
    keep = np.zeros(len(atoms), bool)
    for begin, end in zip(atoms.residue_starts, starts[1:]):
        keep[begin:end] = atoms.residue_id(int(begin)) in wanted
    part = atoms.select(keep & ~np.isin(atoms.element, ("H", "D")))
    channels = dict(zip(CHANNELS, atom_channels(part).sum(axis=0).tolist()))
    letters = [one_letter(residue.name) for residue in residues]
    counts = Counter(letters)
    volume, enclosure, _ = pocket_shape(np.array(site.centre_A), receptor_atoms(target))
    conserved = conservation(target, residues, homologs) if homologs else {}
    return SiteFeatures(
        residues=len(residues),
        metals=sum(group.residue in set(site.residues) for group in target.metals),
        volume_A3=volume,
        enclosure=round(enclosure, 4),
        hydropathy=round(float(np.mean([HYDROPATHY.get(letter, 0.0) for letter in letters])), 3),
        charge=counts["K"] + counts["R"] - counts["D"] - counts["E"],
        donors=int(channels["donor"]),
        acceptors=int(channels["acceptor"]),
        aromatic_atoms=int(channels["aromatic"]),
        polarity=round(float(np.isin(part.element, ("N", "O")).mean()), 4),
        composition=dict(sorted(counts.items())),
        conservation=round(float(np.mean(list(conserved.values()))), 4) if conserved else None,
        conservation_by_residue=conserved,
    )


def conservation(target: Target, residues: Sequence[ResidueId], homologs: Sequence[str]) -> dict[ResidueId, float]:
    """Return how conserved each residue is in a family: 1 - entropy / log 20 of the letters aligned to it.

    The target's own letter counts once; a residue to which nothing is aligned is left out.

    Raises
    ------
    UsageError
        If there are no homologs.
    """
    if not homologs:
        raise UsageError("no sequences to compare with", expected="at least one homolog")
    wanted = set(residues)
    found: dict[ResidueId, float] = {}
    for chain in target.chains:
        if chain.kind != "protein" or not wanted & set(chain.residues):
            continue
        columns: dict[int, Counter[str]] = {i: Counter([letter]) for i, letter in enumerate(chain.sequence)}
        for homolog in homologs:
            for i, j in align(chain.sequence, homolog).pairs.tolist():
                if homolog[j].upper() in _LETTERS:
                    columns[i][homolog[j].upper()] += 1
        for i, residue in enumerate(chain.residues):
            total = sum(columns[i].values())
            if residue in wanted and total > 1:
                share = np.array(list(columns[i].values())) / total
                entropy = float(-(share * np.log(share)).sum())
                found[residue] = round(1.0 - entropy / float(np.log(20.0)), 4)
    return found
