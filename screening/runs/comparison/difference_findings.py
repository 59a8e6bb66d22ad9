"""What explains that one compound is weaker than another, in sentences; and that nothing does, where nothing does."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable

from screening.compounds.series.change import ChangeKind
from screening.compounds.series.cuts import HYDROGEN
from screening.compounds.series.matched_pairs import surroundings_text
from screening.models.affinity import ScoreKind, meaning
from screening.runs.comparison.compare_compounds import (
    ComparedCompound,
    ComparedCompounds,
    Estimate,
    is_affinity,
)
from screening.runs.evidence.text import number_text

#: Log units by which two measurements of one compound in two laboratories differ on average (0.44 pKi in Kramer et
#: al., J. Med. Chem. 2012, 55, 5165): what differs by less may be as strong.
NOISE = 0.5
#: Part of a difference that a number must account for to count as an explanation of it.
PART = 0.5
#: What findings are about that others ask for.
ATOMS, CONTACTS, ELSEWHERE = "the changed atoms", "contacts", "the same exchange elsewhere"
_NAMES = {
    "predicted": "the model",
    CONTACTS: "contacts of the docked poses",
}
#: Contacts that are told; hydrophobic ones are too many to tell anything.
_SPECIFIC = ("covalent bond", "metal", "salt bridge", "hydrogen bond", "water bridge", "halogen bond", "pi stacking",
             "cation-pi")  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Finding:
    """One thing that is known of the difference.

    Attributes
    ----------
    about
        What it is about, in a word or two.
    first, second
        What is known of each; empty where the sentence says all.
    sentence
        What it means for the difference.
    explains
        True where it accounts for the difference, False where it speaks against that, None where it is neither.
    """

    about: str
    first: str
    second: str
    sentence: str
    explains: bool | None = None


@dataclasses.dataclass(frozen=True)
class Gap:
    """By how much the weaker compound is weaker.

    Attributes
    ----------
    size
        Difference, zero or more; NaN where nothing is known.
    turned
        Whether the second one is the stronger.
    measured
        Whether it was measured; otherwise it is a difference of predictions.
    least
        Whether it is at least so much, because one value is a limit.
    """

    size: float
    turned: bool
    measured: bool
    least: bool = False

    @property
    def known(self) -> bool:
        """Whether anything is known."""
        return math.isfinite(self.size)


def gap_between(pair: ComparedCompounds) -> Gap:
    """Return the measured difference, or that of the predictions where only these can be compared."""
    first, second = pair.first, pair.second
    difference = first.value - second.value
    if math.isfinite(difference) and pair.what != "label":
        turned = difference < 0
        high, low = (second, first) if turned else (first, second)
        if high.limit == 0 and low.limit == 0:
            return Gap(abs(difference), turned, True)
        # Weaker than the low value, tighter than the high one: at least so far apart.
        if high.limit >= 0 and low.limit <= 0:
            return Gap(abs(difference), turned, True, least=True)
    if first.predicted is None or second.predicted is None:
        return Gap(math.nan, False, False)
    difference = first.predicted.value - second.predicted.value
    return Gap(abs(difference), difference < 0, False)


def findings(pair: ComparedCompounds) -> list[Finding]:
    """Return all that is known of the difference, the firmest first."""
    gap = gap_between(pair)
    found = [
        _measured(pair, gap),
        _change(pair),
        _effect(pair, gap),
        _predicted(pair, gap),
        _atoms(pair, gap),
        _contacts(pair),
        _domain(pair),
    ]
    return [one for one in found if one is not None]


def headline(pair: ComparedCompounds) -> str:
    """Say in one sentence which compound is weaker, and by how much."""
    gap = gap_between(pair)
    if pair.change.kind is ChangeKind.SAME:
        return f"{pair.first.name} and {pair.second.name} are the same compound once standardised."
    if not gap.known:
        return f"It is not known which of {pair.first.name} and {pair.second.name} is the weaker."
    strong, weak = (pair.second, pair.first) if gap.turned else (pair.first, pair.second)
    decimals = 2 if gap.measured else meaning(pair.kind).decimals
    size = number_text(gap.size, decimals)
    if float(size) == 0:
        return f"{strong.name} and {weak.name} are equally strong, as far as is {_by(gap)}."
    least = "at least " if gap.least else ""
    if not is_affinity(pair.what if gap.measured else pair.kind):
        words = "chance of being active" if pair.kind == ScoreKind.PROBABILITY else "rank score"
        return f"{weak.name} has the lower {words}, by {size} ({_by(gap)})."
    of = f", of {pair.measured_of}" if gap.measured and pair.measured_of else ""
    return (
        f"{weak.name} is {least}{factor_text(gap.size)} weaker than {strong.name}: {least}{size} log units ({_by(gap)}"
        f" {pair.what if gap.measured else pair.kind}{of})."
    )


def conclusion(pair: ComparedCompounds, found: Iterable[Finding]) -> str:
    """Say what explains the difference, or that nothing here does."""
    if pair.change.kind is ChangeKind.SAME:
        return "There is no difference to explain."
    gap = gap_between(pair)
    if not gap.known:
        return "Nothing is measured or predicted that could be explained."
    affinity = is_affinity(pair.what if gap.measured else pair.kind)
    listed = list(found)
    if gap.measured and affinity and gap.size < NOISE and not gap.least:
        text = f"Two laboratories measure one compound about {NOISE:g} log units apart, and the two differ by less"
        if any(one.explains for one in listed if one.about == ELSEWHERE):
            return f"{text}; but the same exchange does as much in other pairs."
        return f"{text}: they may be equally strong, and there is nothing to explain."
    alone = ""
    if not gap.measured:
        alone = "Nothing is known of it but predictions"
        alone += ", whose intervals overlap: the two may be equally strong. " if _overlap(pair) else ". "
    reasons = [_NAMES.get(one.about, one.about) for one in listed if one.explains]
    against = [_NAMES.get(one.about, one.about) for one in listed if one.explains is False]
    if reasons:
        why = "What explains it:" if gap.measured else "In the model's view it comes from"
        text = f"{alone}{why} {_and(reasons)}."
        return text + (f" What does not: {_and(against)}." if against else "")
    silent = f", not {' nor '.join(against)}" if against else ""
    missing = []
    if all(one.about != CONTACTS for one in listed):
        missing.append("poses of both (`workbench dock`)")
    if pair.effect is None or len(pair.effect.changes) < 2:
        missing.append("more compounds with the same exchange")
    more = f" What could: {_and(missing)}." if missing else ""
    return f"{alone}Nothing here explains it{silent}.{more}"


def _overlap(pair: ComparedCompounds) -> bool:
    one, other = pair.first.predicted, pair.second.predicted
    return one is not None and other is not None and max(one.lower, other.lower) <= min(one.upper, other.upper)


def _by(gap: Gap) -> str:
    return "measured" if gap.measured else "predicted"


def factor_text(size: float) -> str:
    """Return a difference in log units as a factor: ``10 times``, ``2.5 times``."""
    factor = 10.0**size
    return f"{factor:.1f} times" if factor < 9.95 else f"{float(f'{factor:.2g}'):,.0f} times"


def value_text(one: ComparedCompound, what: str) -> str:
    """Return the measured value of a compound, with ``<`` or ``>`` for a limit; empty where there is none."""
    if not math.isfinite(one.value):
        return ""
    if what == "label":
        return "active" if one.value else "inactive"
    return {-1: "< ", 0: "", 1: "> "}[one.limit] + number_text(one.value, 2)


def _measured(pair: ComparedCompounds, gap: Gap) -> Finding | None:
    values = [value_text(one, pair.what) for one in (pair.first, pair.second)]
    twins = [one.twin for one in (pair.first, pair.second)]
    if not any(values) and not any(twins):
        return Finding("measured", "", "", f"Neither is among the {pair.measured_compounds:,} measured compounds.")
    shown = [value or twin or "not measured" for value, twin in zip(values, twins)]
    sentence = f"{pair.what if pair.what != 'label' else 'Measured'}, from {pair.source}."
    if pair.measured_of:
        sentence = f"{pair.what} of {pair.measured_of}, from {pair.source}."
    if all(values) and not gap.measured and pair.what != "label":
        sentence += " The limits leave open which one is the weaker."
    return Finding("measured", shown[0], shown[1], sentence)


def _change(pair: ComparedCompounds) -> Finding:
    change = pair.change
    if change.kind is ChangeKind.SAME:
        return Finding("what changes", "", "", "Nothing: they have the same parent.")
    if change.kind is ChangeKind.CONFIGURATION:
        return Finding("what changes", "", "", "Only stereo: the configuration of the marked atoms.")
    also = " The configuration of what they have in common is written differently, too." if change.configuration else ""
    if change.kind is ChangeKind.EXCHANGE:
        at = surroundings_text(change.surroundings)
        return Finding(
            "what changes", fragment_text(change.before), fragment_text(change.after),
            f"One exchange{f' on {at}' if at else ''}; the rest is the same.{also}",
        )  # fmt: skip
    shared = len(change.common)
    sizes = [shared + len(atoms) for atoms in (change.first_atoms, change.second_atoms)]
    if change.kind is ChangeKind.UNLIKE:
        return Finding(
            "what changes", "", "",
            f"They have {shared} of {sizes[0]} and {sizes[1]} atoms in common: no analogues, so what differs cannot be"
            " told apart.",
        )  # fmt: skip
    return Finding(
        "what changes", f"{len(change.first_atoms)} atoms", f"{len(change.second_atoms)} atoms",
        f"More than one exchange: they have {shared} of {sizes[0]} and {sizes[1]} atoms in common, and differ in the"
        f" marked ones.{also}",
    )  # fmt: skip


def fragment_text(fragment: str) -> str:
    """Return a fragment as people write it: ``H`` for a hydrogen, ``*`` for its single attachment point."""
    if fragment == HYDROGEN:
        return "H"
    return fragment if "[*:2]" in fragment else fragment.replace("[*:1]", "*")


def _effect(pair: ComparedCompounds, gap: Gap) -> Finding | None:
    if pair.change.kind is not ChangeKind.EXCHANGE or not is_affinity(pair.what):
        return None
    about = ELSEWHERE
    if pair.effect is None:
        return Finding(
            about, "", "", f"No other pair of the {pair.measured_compounds:,} compounds with a measured value has it."
        )
    effect = pair.effect
    count = len(effect.changes)
    low, high = effect.interval()
    interval = f" (90 % interval {_signed(low)} to {_signed(high)})" if math.isfinite(low) else ""
    # From the first to the second; the gap counts from the stronger to the weaker.
    toward = -effect.mean if not gap.turned else effect.mean
    agree = int(((effect.changes > 0) if gap.turned else (effect.changes < 0)).sum())
    where = "on any kind of atom" if pair.anywhere else "on the same kind of atom"
    ratio = f"{agree} of {count:,}" if count > 1 else ("it goes" if agree else "not")
    text = (
        f"In {count:,} other pair{'s' if count != 1 else ''} {where}: {_signed(effect.mean)} on average {_way(pair)}"
        f"{interval}, {ratio} in the direction seen here."
    )
    if not gap.known:
        return Finding(about, "", "", text)
    sure = math.isfinite(low) and (low > 0 if gap.turned else high < 0)
    enough = toward >= PART * gap.size
    if count > 1 and sure and enough:
        return Finding(about, "", "", f"{text} It is what this exchange does.", True)
    if toward <= 0:
        return Finding(about, "", "", f"{text} It does the opposite as a rule.", False)
    if not enough:
        return Finding(about, "", "", f"{text} That is less than half of the difference.", False)
    return Finding(about, "", "", f"{text} The right size, and too few or too scattered to be sure of.")


def _predicted(pair: ComparedCompounds, gap: Gap) -> Finding | None:
    one, other = pair.first.predicted, pair.second.predicted
    if one is None or other is None:
        return None
    decimals = meaning(pair.kind).decimals
    said = meaning(pair.kind)

    def text(of: Estimate, rank: int | None) -> str:
        numbers = [number_text(value, decimals) for value in (of.value, of.lower, of.upper)]
        return f"{numbers[0]} ({numbers[1]} to {numbers[2]})" + (f", rank {rank:,}" if rank is not None else "")

    shown = text(one, pair.first.rank), text(other, pair.second.rank)
    sentence = f"{said.of[:1].upper() + said.of[1:]}, with its {said.interval}."
    difference = one.value - other.value
    toward = -difference if gap.turned else difference
    if not gap.measured or not is_affinity(pair.kind) or pair.kind != pair.what:
        if _overlap(pair):
            sentence += " The intervals overlap: the model cannot tell which one is the weaker."
        return Finding("predicted", shown[0], shown[1], sentence)
    left = pair.first.left_out, pair.second.left_out
    explained = toward
    if all(map(math.isfinite, left)):
        explained = (left[1] - left[0]) if gap.turned else (left[0] - left[1])
        sentence += (
            f" By models that had not seen them: {number_text(left[0], decimals)} and {number_text(left[1], decimals)}."
        )
    elif pair.first.row is not None or pair.second.row is not None:
        sentence += " It was trained on what was measured here, so that it repeats it."
        return Finding("predicted", shown[0], shown[1], sentence)
    part = f"{number_text(explained, decimals)} of the {number_text(gap.size, decimals)} log units"
    if explained >= PART * gap.size:
        return Finding("predicted", shown[0], shown[1], f"{sentence} The model foresees {part}.", True)
    if explained <= 0:
        return Finding("predicted", shown[0], shown[1], f"{sentence} The model does not foresee it.", False)
    return Finding("predicted", shown[0], shown[1], f"{sentence} The model foresees {part} only.", False)


def _atoms(pair: ComparedCompounds, gap: Gap) -> Finding | None:
    sums = pair.first.changed, pair.second.changed
    if not all(map(math.isfinite, sums)) or pair.change.kind in (
        ChangeKind.SAME,
        ChangeKind.CONFIGURATION,
        ChangeKind.UNLIKE,
    ):
        return None
    decimals = meaning(pair.kind).decimals
    counts = len(pair.change.first_atoms), len(pair.change.second_atoms)
    shown = [_signed(value, decimals) if count else "no atom" for value, count in zip(sums, counts)]
    difference = sums[1] - sums[0]
    text = (
        f"What they add to the prediction, in the model's view: {_signed(difference, decimals)} {_way(pair)}. It"
        " explains the model, not the protein."
    )
    if gap.measured or not gap.known or float(number_text(gap.size, decimals)) == 0:
        return Finding(ATOMS, shown[0], shown[1], text)
    # A difference of predictions is the model's own: its atoms are what explains it, or the rest of the compound is.
    toward = difference if gap.turned else -difference
    return Finding(ATOMS, shown[0], shown[1], text, toward >= PART * gap.size)


def _contacts(pair: ComparedCompounds) -> Finding | None:
    if pair.first.pose is None or pair.second.pose is None:
        return None
    found = [_specific(one) for one in (pair.first, pair.second)]
    lost, won = found[0].keys() - found[1].keys(), found[1].keys() - found[0].keys()
    shown = ["; ".join(sorted(each)) or "no specific contact" for each in found]
    if not lost and not won:
        return Finding(CONTACTS, shown[0], shown[1], "The best poses make the same specific contacts.")
    gap = gap_between(pair)
    gone = won if gap.turned else lost
    parts = []
    if lost:
        parts.append(f"only {pair.first.name} makes {_and(sorted(lost))}")
    if won:
        parts.append(f"only {pair.second.name} makes {_and(sorted(won))}")
    text = f"{'; '.join(parts)}."
    text = f"{text[:1].upper()}{text[1:]} Docked poses are guesses: a lead, not a measure."
    weaker = pair.first.name if gap.turned else pair.second.name
    if gone and gap.known:
        # A contact of a changed atom that the weaker one lacks is what a chemist would look at first.
        own = pair.second if gap.turned else pair.first
        changed = pair.change.second_atoms if gap.turned else pair.change.first_atoms
        direct = [one for one in sorted(gone) if found[1 if gap.turned else 0][one] & _posed(own, changed)]
        if direct:
            comes = "comes" if len(direct) == 1 else "come"
            text = f"{text} {_and(direct)} {comes} from the changed atoms, which {weaker} lacks."
            return Finding(CONTACTS, shown[0], shown[1], text, True)
    return Finding(CONTACTS, shown[0], shown[1], text)


def _specific(one: ComparedCompound) -> dict[str, set[int]]:
    """Return the specific contacts of a pose, as ``hydrogen bond VAL123``, with the ligand atoms that make them."""
    found: dict[str, set[int]] = {}
    assert one.pose is not None
    for contact in one.pose.interactions:
        if contact.kind in _SPECIFIC:
            residue = contact.residue
            name = f"{contact.kind} {residue.name}{residue.number}{residue.insertion_code}"
            found.setdefault(name, set()).add(contact.ligand_atom)
    return found


def _posed(one: ComparedCompound, atoms: frozenset[int]) -> set[int]:
    """Return which atoms of a pose are these atoms of the compound; a pose may be of another protonation state."""
    from rdkit import Chem

    assert one.pose is not None
    posed, drawn = one.pose.molecule(), Chem.MolFromSmiles(one.smiles)
    query = Chem.Mol(drawn)
    for atom in query.GetAtoms():
        atom.SetFormalCharge(0)
        atom.SetNoImplicit(False)
        atom.SetNumExplicitHs(0)
    settings = Chem.AdjustQueryParameters.NoAdjustments()
    settings.makeBondsGeneric = True
    loose = Chem.AdjustQueryProperties(query, settings)
    bare = Chem.Mol(posed)
    for atom in bare.GetAtoms():
        atom.SetFormalCharge(0)
    match = bare.GetSubstructMatch(loose)
    return {match[at] for at in atoms} if match else set()


def _domain(pair: ComparedCompounds) -> Finding | None:
    if pair.first.predicted is None or pair.second.predicted is None:
        return None
    shown = []
    for one in (pair.first.predicted, pair.second.predicted):
        where = "inside" if one.in_domain else "outside"
        near = f", nearest {one.nearest} (similarity {number_text(one.similarity, 2)})" if one.nearest else ""
        shown.append(f"{where}{near}")
    outside = sum(not one.in_domain for one in (pair.first.predicted, pair.second.predicted))
    sentence = "The model knows compounds like both."
    if outside:
        sentence = f"The model knows too little like {'either' if outside == 2 else 'one'} of them: take it as a guess."
    return Finding("domain", shown[0], shown[1], sentence)


def _way(pair: ComparedCompounds) -> str:
    return f"from {pair.first.name} to {pair.second.name}"


def _signed(value: float, decimals: int = 2) -> str:
    text = number_text(value, decimals)
    return text if text.startswith("-") else f"+{text}"


def _and(words: Iterable[str]) -> str:
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"
