"""Common replacements of medicinal chemistry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rdkit import rdBase
from rdkit.Chem import AllChem

from screening.runs.design.joining import finished
from screening.runs.design.replacement_list import REPLACEMENTS
from screening.runs.design.sources.proposal import Proposal, Question

NAME = "medicinal chemistry"


@lru_cache(maxsize=1)
def _reactions() -> list[AllChem.ChemicalReaction]:
    with rdBase.BlockLogs():
        return [AllChem.ReactionFromSmarts(one.smarts) for one in REPLACEMENTS]


def propose(question: Question) -> Iterator[Proposal]:
    """Apply every replacement of the list wherever it fits and the constraints allow it."""
    with rdBase.BlockLogs():
        for replacement, reaction in zip(REPLACEMENTS, _reactions()):
            seen: set[str] = set()
            for (product,) in reaction.RunReactants((question.parent,)):
                kept: set[int] = set()
                touched: set[int] = set()
                for atom in product.GetAtoms():
                    if not atom.HasProp("react_atom_idx"):
                        continue
                    before = atom.GetIntProp("react_atom_idx")
                    if question.parent.GetAtomWithIdx(before).GetAtomicNum() == atom.GetAtomicNum():
                        kept.add(before)
                    else:
                        atom.ClearProp("react_atom_idx")
                    if atom.HasProp("old_mapno"):
                        touched.add(before)
                removed = frozenset(range(question.parent.GetNumAtoms())) - kept
                if not question.constraints.may_change(removed, tuple(sorted(touched)), question.free):
                    continue
                made = finished(product, "react_atom_idx")
                if made is not None and made.smiles in seen:
                    continue
                seen.add(made.smiles if made else "")
                atoms = sorted(removed) or sorted(touched)
                yield Proposal(
                    smiles=made.smiles if made else "",
                    new_atoms=made.new_atoms if made else (),
                    source=NAME,
                    change=replacement.name,
                    evidence=replacement.reference,
                    site=("" if removed else "at ") + ",".join(str(atom + 1) for atom in atoms),
                    weight=0.0,
                )


def unreadable() -> list[str]:
    """Return the names of replacements that are no valid reaction; for the tests."""
    return [one.name for one, reaction in zip(REPLACEMENTS, _reactions()) if reaction.Validate(silent=True)[1]]
