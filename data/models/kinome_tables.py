"""Read the published kinase panels for `make_kinome`: targets with their own sequences, and values as they were
written.

Four tables, none of them part of the project: Davis et al., Nat. Biotechnol. 2011, 29, 1046 (Kd; above 10 uM written as
pKd 5); KIBA scores of Tang et al., J. Chem. Inf. Model. 2014, 54, 735; Metz et al., Nat. Chem. Biol. 2011, 7, 200 (pKi,
more than half of them limits); PKIS2, Drewry et al., PLoS ONE 2017, 12, e0181585 (% inhibition at 1 uM).
"""

from __future__ import annotations

import csv
import dataclasses
import gzip
import re
from pathlib import Path

#: What names of assays that give no point mutation stand for (Davis et al. 2011, supplementary table 4).
DELETIONS = {
    "E746A750del": ("E746_A750del",),
    "L747E749del": ("L747_E749del", "A750P"),
    "L747S752del": ("L747_S752del", "P753S"),
    "L747T751del": ("L747_T751delinsS",),
    "S752I759del": ("S752_I759del",),
}
#: Kinases whose sequence in the Davis table is that of an isoform without (part of) the kinase domain.
FULL_SEQUENCE = {
    "RET": "P07949",
    "TRKB": "Q16620",
    "ROCK2": "O75116",
    "EPHB2": "P29323",
    "MLK1": "P80192",
    "BTK": "Q06187",
}
#: Names of KIBA targets that no other table has.
GENES = {
    "O00141": "SGK1", "O00311": "CDC7", "O00418": "EEF2K", "O43781": "DYRK3", "P05129": "PRKCG", "P05771": "PRKCB",
    "P06493": "CDK1", "P17252": "PRKCA", "P22612": "PRKACG", "P34947": "GRK5", "P41279": "MAP3K8", "P78527": "PRKDC",
    "Q00534": "CDK6", "Q05513": "PRKCZ", "Q15118": "PDK1 (pyruvate dehydrogenase kinase)", "Q16644": "MAPKAPK3",
    "Q96KB5": "PBK", "Q96PF2": "TSSK2", "Q96RG2": "PASK", "Q9HBY8": "SGK2", "Q9NR20": "DYRK4", "Q9UBS0": "RPS6KB2",
}  # fmt: skip
#: KIBA targets that are no kinases but subunits of one.
SUBUNITS = ("O43741", "P54619", "P67870", "Q15078", "Q9UGI9", "Q9UGJ0", "Q9Y478")
#: PKIS2 assays of kinases that Davis names otherwise, or that only KIBA has a sequence of.
PKIS2_NAMES = {
    "ABL1-nonphosphorylated": "ABL1", "ABL1-phosphorylated": "ABL1p", "GCN2(KinDom.2,S808G)": "GCN2(KinDom2S808G)",
    "SGK": "SGK1",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Assay:
    """What was tested: a kinase or one domain of it, wild type or mutant, in a state.

    Attributes
    ----------
    name, base
        Of the assay, and of the kinase in it.
    sequence
        Of the protein as tested, with its mutations; empty where no table has it.
    domain
        Which of several kinase domains, from 1; 0 where there is one.
    mutations
        Such as ``("T315I",)``.
    state
        ``"phosphorylated"``, ``"autoinhibited"``, ``"internal tandem duplication"`` or nothing.
    shift
        Residue n of the usual numbering stands at ``n - 1 + shift``.
    """

    name: str
    base: str
    sequence: str
    domain: int = 0
    mutations: tuple[str, ...] = ()
    state: str = ""
    shift: int = 0


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a gzipped CSV file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_plain(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def parsed(name: str) -> tuple[str, int, tuple[str, ...], str]:
    """Return kinase, number of its domain, mutations and state that a name of a Davis or PKIS2 assay gives."""
    text = re.sub(r"[. ]", "", name)
    for ending, state in (
        ("-nonphosphorylated", ""),
        ("-phosphorylated", "phosphorylated"),
        ("-autoinhibited", "autoinhibited"),
    ):
        if text.endswith(ending):
            return text.removesuffix(ending), 0, (), state
    state = ""
    if text == "ABL1p" or text.endswith(")p"):
        text, state = text[:-1], "phosphorylated"
    base, _, inner = text.partition("(")
    inner = inner.rstrip(")")
    if not inner or inner in ("Pfalciparum", "Mtuberculosis"):
        return base, 0, (), state
    if inner.startswith("JH"):
        return base, 3 - int(inner[2]), (), state  # the pseudokinase domain JH2 comes first
    if inner.startswith("KinDom"):
        return base, int(inner[6]), tuple(re.findall(r"[A-Z]\d+[A-Z]", inner[7:].split("-")[0])), state
    if inner == "ITD":
        return base, 0, (), "internal tandem duplication"
    if inner in DELETIONS:
        return base, 0, DELETIONS[inner], state
    mutations = tuple(re.findall(r"[A-Z]\d+[A-Z](?![0-9])", inner))
    if not mutations:
        raise ValueError(f"the assay {name!r} is not understood")
    return base, 0, mutations, state


def mutated(sequence: str, mutations: tuple[str, ...], offset: int) -> str:
    """Return a sequence with its mutations; residue n stands at ``n - 1 + offset``."""
    letters: list[str] = list(sequence)
    for text in mutations:
        found = re.fullmatch(r"([A-Z])(\d+)([A-Z])", text)
        if found:
            at = int(found[2]) - 1 + offset
            if sequence[at] != found[1]:
                raise ValueError(f"{text}: the sequence has {sequence[at]} there")
            letters[at] = found[3]
            continue
        found = re.fullmatch(r"([A-Z])(\d+)_([A-Z])(\d+)del(?:ins([A-Z]+))?", text)
        if not found:
            raise ValueError(f"the mutation {text!r} is not understood")
        first, last = int(found[2]) - 1 + offset, int(found[4]) - 1 + offset
        if (sequence[first], sequence[last]) != (found[1], found[3]):
            raise ValueError(f"{text}: the sequence has {sequence[first]} and {sequence[last]} there")
        for at in range(first, last + 1):
            letters[at] = ""
        letters[first] = found[5] or ""
    return "".join(letters)


def numbering(sequence: str, mutations: list[tuple[str, ...]]) -> int:
    """Return the smallest shift of the numbering at which the sequence has all the wild-type residues."""
    named = {(int(at), letter) for one in mutations for text in one for letter, at in re.findall(r"([A-Z])(\d+)", text)}
    for offset in sorted(range(-600, 601), key=abs):
        if all(0 <= at - 1 + offset < len(sequence) and sequence[at - 1 + offset] == letter for at, letter in named):
            return offset
    raise ValueError(f"no numbering of the sequence fits {sorted(named)}")


def davis_assays(folder: Path) -> list[Assay]:
    """Return the assays of Davis et al., in the order of the table."""
    table = rows(folder / "davis_targets.csv.gz")
    kiba = {row["id"]: row["sequence"] for row in rows(folder / "kiba_targets.csv.gz")}
    known = [(row["id"], *parsed(row["id"])) for row in table]
    sequences = {base: row["sequence"] for row, (_, base, *_) in zip(table, known)}
    sequences |= {base: kiba[accession] for base, accession in FULL_SEQUENCE.items()}
    shifts = {}
    for base, text in sequences.items():
        changes = [mutations for _, other, _, mutations, _ in known if other == base and mutations]
        shifts[base] = numbering(text, changes) if changes else 0
    return [
        Assay(name, base, mutated(sequences[base], mutations, shifts[base]), domain, mutations, state, shifts[base])
        for name, base, domain, mutations, state in known
    ]


def pkis2_names(folder: Path) -> dict[str, str]:
    """Return the column of each assay of PKIS2 and its name as Davis writes it."""
    first = rows(folder / "pkis2_inhibition_1uM.csv.gz")[0]
    found = {}
    for column in list(first)[7:]:
        name = re.sub(r" |\.(?!\d)", "", column)
        found[column] = PKIS2_NAMES.get(name, name)
    return found
