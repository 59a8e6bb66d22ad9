"""Which training target a sequence is: by the domains found in it, compared residue by residue."""

from __future__ import annotations

import dataclasses
import difflib
from functools import cached_property

from screening.errors import ModelError
from screening.models.pairs import training_target
from screening.models.pairs.domain_profile import Domain, DomainProfile
from screening.models.pairs.training_target import MatchedTarget, TrainingTarget

#: Residues after the binding site's last column that belong to the activation segment, where mutations count too.
ACTIVATION_SEGMENT = 14


@dataclasses.dataclass(frozen=True)
class TargetMatcher:
    """Training targets, findable by name and by sequence.

    Attributes
    ----------
    title
        Of the model, for messages.
    profiles
        Of the families whose domains are found; the first one names the model.
    targets
        The k training targets.
    """

    title: str
    profiles: tuple[DomainProfile, ...]
    targets: tuple[TrainingTarget, ...]

    def row(self, name: str) -> int:
        """Return the row of the target with this name or synonym, upper or lower case; the wild type first.

        Raises
        ------
        ModelError
            If there is none; close names are proposed.
        """
        wanted = name.casefold()
        for row, target in enumerate(self.targets):
            if target.name.casefold() == wanted:
                return row
        for row, target in enumerate(self.targets):
            usual = not target.mutations and not target.state
            if usual and wanted in (one.casefold() for one in target.synonyms):
                return row
        every = sorted({one for target in self.targets for one in (target.name, *target.synonyms)})
        close = difflib.get_close_matches(name.upper(), every, n=3)
        raise ModelError(
            f"has no target {name!r}", source=self.title, expected=f"such as {', '.join(close or every[:3])}"
        )

    def matched(self, sequence: str, target: str | None = None) -> tuple[MatchedTarget, Domain]:
        """Return which training target a sequence is, or is nearest to, and its domain in the sequence.

        Parameters
        ----------
        sequence
            One-letter codes.
        target
            Name of a training target, to choose one of several domains.

        Raises
        ------
        ModelError
            If the sequence has no domain of the family, or not the one of `target`.
        """
        found = training_target.domains_of(sequence, self.profiles)
        rows = [training_target.nearest_row(domain, self.targets) for domain in found]
        pairs = [(domain, row) for domain, row in zip(found, rows) if row >= 0]
        family = self.profiles[0].family
        if not pairs:
            best = max((profile.best_score(sequence) for profile in self.profiles[:1]), default=0.0)
            raise ModelError(
                f"the sequence of the target ({len(''.join(sequence.split()))} residues) is no {family}: it"
                f" scores {best:.0f} against the profile of the family",
                source=self.title,
                expected=f"a {family} (score of {self.profiles[0].least_score:.0f} or more)",
            )
        named = tuple(f"{self.targets[row].name} ({domain.start + 1} to {domain.end})" for domain, row in pairs)
        if target is not None:
            wanted = self.row(target)
            chosen = [pair for pair in pairs if pair[1] == wanted or self._kin(pair[1], wanted)]
            if not chosen:
                raise ModelError(
                    f"the sequence has no domain of {target}", source=self.title, expected=" or ".join(named)
                )
            domain, row = chosen[0][0], wanted
        else:
            # A pseudokinase domain stands before the catalytic one (JAK1 to TYK2); elsewhere the first is taken.
            usual = [pair for pair in pairs if "pseudokinase" not in self.targets[pair[1]].name]
            domain, row = (usual or pairs)[0]
            row = self._exact(sequence, row)
        return self._facts(domain, row, named), domain

    def _facts(self, domain: Domain, row: int, named: tuple[str, ...]) -> MatchedTarget:
        record = self.targets[row]
        part, count = training_target.likeness(domain, record)
        pocket = list(self.profile(record.family).pocket)
        there = training_target.compared(domain, record)[pocket]
        pocket_count = int(there.sum())
        equal = (domain.residues == record.residues)[pocket]
        pocket_part = float(equal[there].mean()) if pocket_count else 0.0
        changes = training_target.differences(domain, record) if part >= training_target.SAME_KINASE else []
        counted = self.counted_columns(record.family)
        return MatchedTarget(
            name=record.name,
            row=row,
            family=record.family,
            start=domain.start + 1,
            end=domain.end,
            similarity=round(part, 3),
            pocket_identity=round(pocket_part, 3),
            domain_residues=count,
            pocket_residues=pocket_count,
            differences=tuple(text for _, text in changes),
            pocket_differences=tuple(text for column, text in changes if column in counted),
            score=round(domain.score, 1),
            domains=named,
        )

    def _exact(self, sequence: str, row: int) -> int:
        """Return the row whose whole sequence this is, such as that of a deletion; `row` if there is none."""
        text = "".join(sequence.split()).upper()
        kin = (at for at, one in enumerate(self.targets) if one.sequence == text and not one.state)
        return next((at for at in kin if self._kin(at, row) and self.targets[at].mutations), row)

    def _kin(self, row: int, other: int) -> bool:
        left, right = self.targets[row], self.targets[other]
        if left.family != right.family or not left.family:
            return False
        return training_target.identity(left.residues, right.residues)[0] >= training_target.SAME_KINASE

    def profile(self, family: str) -> DomainProfile:
        """Return the profile of a family."""
        return next(profile for profile in self.profiles if profile.family == family)

    @cached_property
    def _counted(self) -> dict[str, frozenset[int]]:
        found = {}
        for profile in self.profiles:
            last = profile.pocket[-1]
            found[profile.family] = frozenset(profile.pocket) | frozenset(
                range(last + 1, last + 1 + ACTIVATION_SEGMENT)
            )
        return found

    def counted_columns(self, family: str) -> frozenset[int]:
        """Return the columns where a difference from a training target counts as a mutation."""
        return self._counted[family]
