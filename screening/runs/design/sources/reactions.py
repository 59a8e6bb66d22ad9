"""Products of a reaction library that are like the compound: made from reagents that can be bought, by named steps.

The library is not enumerated: its most similar products are found by their pieces
(`screening.compounds.reactions.synthons`), which are other reagents in the place of those that the compound itself
could be made of, where there are such.
"""

from __future__ import annotations

from collections.abc import Iterator

from rdkit import Chem
from rdkit.Chem import rdFMCS

from screening.runs.design.sources.proposal import Proposal, Question

NAME = "reactions"
#: Most similar products that are looked at.
_MOST = 400
#: Seconds that the common part of two molecules may take.
_SECONDS = 1


def propose(question: Question) -> Iterator[Proposal]:
    """Propose the products most similar to the parent that the constraints allow, the most similar first."""
    if question.reactions is None:
        return
    parent, free = question.parent, question.free
    library = question.reactions.library
    for found in question.reactions.similar(Chem.MolToSmiles(parent), _MOST):
        product = Chem.MolFromSmiles(found.smiles)
        common = rdFMCS.FindMCS(
            [parent, product], timeout=_SECONDS, ringMatchesRingOnly=True, completeRingsOnly=True
        ).queryMol
        kept = parent.GetSubstructMatch(common) if common is not None else ()
        there = product.GetSubstructMatch(common) if common is not None else ()
        removed = frozenset(range(parent.GetNumAtoms())) - set(kept)
        new = frozenset(range(product.GetNumAtoms())) - set(there)
        outer = tuple(
            sorted(
                before
                for before, after in zip(kept, there)
                if any(other.GetIdx() in new for other in product.GetAtomWithIdx(after).GetNeighbors())
            )
        )
        if not question.constraints.may_change(removed, outer, free):
            continue
        atoms = sorted(removed) or list(outer)
        yield Proposal(
            smiles=found.smiles,
            new_atoms=tuple(sorted(new)),
            source=NAME,
            change=" + ".join(found.reagents),
            evidence="; ".join(library.product(found.number).route),
            site=("" if removed else "at ") + ",".join(str(atom + 1) for atom in atoms),
            weight=found.similarity,
        )
