"""The targets of `make_kinome`: what was tested in each panel, joined where it is one kinase, with profiles of the
families their domains belong to.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

import kinome_tables as tables
import numpy as np
from kinome_tables import Assay

from screening.models.pairs.domain_profile import UNKNOWN, Domain, DomainProfile, make_profile
from screening.models.pairs.training_target import TrainingTarget, domains_of, identity

#: Domains equal in this part of their residues are one kinase.
ONE_KINASE = 0.975
#: The same for two of one name: isoforms that differ in the domain.
SAME_NAME = 0.85
LEAST_COLUMNS = 60

#: The 85 residues of the KLIFS binding site (van Linden et al., J. Med. Chem. 2014, 57, 249) in EGFR, in order.
POCKET = (
    "KVLGSGAFGTVYK", "VAIKEL", "EILDEAYVMASVD", "PHVCRLLGI", "QLITQLMPFGCLLDYVRE", "YLEDRRLVHRDLAARNVLV", "ITDFGLA",
)  # fmt: skip
#: Families without a protein-kinase domain, or with one too far from the others: kinase whose sequence gives the
#: columns, its first and last residue there, and the score from which on a sequence belongs to it.
OTHERS = (
    ("PI3/PI4 kinase", "PIK3CA", 690, 1060, 90.0), ("RIO kinase", "RIOK2", 85, 300, 100.0),
    ("ADCK kinase", "ADCK4", 185, 515, 150.0), ("PIP kinase", "PIP5K2B", 30, 416, 150.0),
    ("alpha kinase", "EEF2K", 100, 330, 100.0), ("pyruvate dehydrogenase kinase", "PDK1", 1, 436, 150.0),
)  # fmt: skip


@dataclasses.dataclass
class Targets:
    """The targets as they are gathered from the panels."""

    profiles: list[DomainProfile]
    assays: list[Assay] = dataclasses.field(default_factory=list)
    domains: list[Domain | None] = dataclasses.field(default_factory=list)
    names: list[set[str]] = dataclasses.field(default_factory=list)
    found: dict[str, list[Domain]] = dataclasses.field(default_factory=dict)

    def add(self, assay: Assay) -> int:
        """Add a target; return its row."""
        self.assays.append(assay)
        self.domains.append(self.domain(assay))
        self.names.append({assay.base})
        return len(self.assays) - 1

    def all_domains(self, sequence: str) -> list[Domain]:
        """Return the domains in a sequence."""
        if sequence not in self.found:
            self.found[sequence] = domains_of(sequence, self.profiles)
        return self.found[sequence]

    def domain(self, assay: Assay) -> Domain | None:
        """Return the domain that was tested."""
        found = self.all_domains(assay.sequence)
        if not found:
            return None
        return found[assay.domain - 1] if assay.domain else max(found, key=lambda one: one.score)

    def row(self, name: str, sequence: str) -> int:
        """Return the row of a kinase of another panel, joined with one that is the same."""
        matches: list[tuple[float, int]] = []
        for domain in self.all_domains(sequence):
            for row, (assay, other) in enumerate(zip(self.assays, self.domains)):
                if other is None or other.family != domain.family or assay.mutations or assay.state:
                    continue
                part, count = identity(domain.residues, other.residues)
                least = SAME_NAME if name == assay.base else ONE_KINASE
                if part >= least and count >= LEAST_COLUMNS:
                    matches.append((part, row))
        if matches:
            # Of a protein with two domains the panels tested the catalytic one, or the first.
            usual = [pair for pair in matches if "JH2" not in self.assays[pair[1]].name]
            first = [pair for pair in usual if self.assays[pair[1]].domain <= 1 or "JH1" in self.assays[pair[1]].name]
            row = max(first or usual, key=lambda pair: (pair[0], -pair[1]))[1]
        else:
            row = self.add(Assay(name, name, sequence))
        self.names[row].add(name)
        return row

    def made(self) -> tuple[TrainingTarget, ...]:
        """Return the targets for the model."""
        genes: dict[str, set[str]] = {}
        for line in tables.read_plain(Path(__file__).resolve().parent / "kinase_genes.csv"):
            genes.setdefault(line["name"], set()).add(line["gene"])
        result = []
        for assay, domain, names in zip(self.assays, self.domains, self.names):
            known = set().union(*(genes.get(name, set()) for name in names | {assay.name})) | names
            result.append(
                TrainingTarget(
                    name=shown(assay),
                    synonyms=tuple(sorted(known - {shown(assay)})),
                    sequence=assay.sequence,
                    family=domain.family if domain else "",
                    start=domain.start if domain else 0,
                    end=domain.end if domain else 0,
                    residues=domain.residues if domain else np.full(1, UNKNOWN, dtype=np.int8),
                    positions=domain.positions if domain else np.full(1, -1, dtype=np.int32),
                    shift=assay.shift,
                    mutations=assay.mutations,
                    state=assay.state,
                )
            )
        return tuple(result)


def shown(assay: Assay) -> str:
    """Return the name a user sees: that of the assay, with its state in words."""
    if assay.state == "phosphorylated":
        return f"{assay.name.removesuffix('-phosphorylated').removesuffix('p')} phosphorylated"
    return assay.name


def profiles_of(assays: list[Assay], others: list[tuple[str, str]]) -> list[DomainProfile]:
    """Return the profiles of all families, made of the sequences of the panels."""
    sequence = {assay.base: assay.sequence for assay in reversed(assays) if not assay.mutations}
    sequence |= {name.partition(" (")[0]: text for name, text in others if name not in sequence}
    egfr, at, places = sequence["EGFR"], 700, list[int]()
    for block in POCKET:
        at = egfr.index(block, at)
        places += range(at, at + len(block))
        at += len(block)
    start, end = egfr.index("FKKIKVLGSG"), egfr.index("YLVIQGDERM")
    every = [assay.sequence for assay in assays if not assay.mutations] + [text for _, text in others]
    found = [
        make_profile("protein kinase", egfr[start:end], every, [place - start for place in places], least_score=60.0)
    ]
    found[0] = dataclasses.replace(found[0], least_score=200.0)
    weak = [text for text in dict.fromkeys(every) if not found[0].find(text)]
    for family, base, first, last, least in OTHERS:
        reference = sequence[base][first - 1 : last]
        made = make_profile(family, reference, weak, range(len(reference)), least_score=least, rounds=3)
        found.append(made)
    return found
