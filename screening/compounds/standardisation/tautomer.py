"""One tautomer for all drawings of a compound, on request.

RDKit's enumerator (after Sitzmann, Ihlenfeldt and Nicklaus, J. Comput. Aided Mol. Des. 2010, 24, 521) lists the
tautomers and scores them; the best is the parent. Where a compound has more tautomers than the caps allow, the list
depends on where it began, so the parent stays as drawn and is flagged ``tautomers_capped``. Metal compounds stay as
drawn too. Stereo centres are kept, double bond stereo is dropped where the double bond can move.

The enumeration takes milliseconds to seconds, and no timer reaches into it: it belongs in the process that
`screening.compounds.library.time_limit` can end.
"""

from __future__ import annotations

import functools

from rdkit import Chem, rdBase
from rdkit.Chem.MolStandardize import rdMolStandardize

from screening.compounds.standardisation.charges import is_metallic
from screening.compounds.standardisation.standardise import Parent, Refusal, names

#: Name of the rules above; it changes whenever a result can change.
TAUTOMER_PROTOCOL = "tautomer-1"

#: Caps of the enumeration.
MAX_TAUTOMERS = 500
MAX_TRANSFORMS = 1_000

CAPPED = "tautomers_capped"

_ROUNDS = 4


def canonical_tautomer(mol: Chem.Mol, parent: Parent) -> tuple[Chem.Mol, Parent] | Refusal:
    """Return the canonical tautomer of a parent and its names, or the parent itself where the module says so.

    Parameters
    ----------
    mol, parent
        As `screening.compounds.standardisation.standardise.standard_form` returns them.
    """
    if is_metallic(mol):
        return mol, parent
    with rdBase.BlockLogs():
        try:
            smiles = parent.smiles
            chosen = Chem.MolFromSmiles(smiles)
            for _ in range(_ROUNDS):  # one that was picked must be the pick of its own list
                found = _enumerator().Enumerate(chosen)
                if found.status != rdMolStandardize.TautomerEnumeratorStatus.Completed:
                    return mol, Parent(parent.smiles, parent.identity, parent.family, (*parent.flags, CAPPED))
                written = Chem.MolToSmiles(_enumerator().PickCanonical(found))
                if written == smiles:
                    return chosen, names(chosen, smiles)
                chosen, smiles = Chem.MolFromSmiles(written), written
                if chosen is None:
                    return Refusal("tautomer", "the canonical tautomer cannot be read back")
                smiles = Chem.MolToSmiles(chosen)
        except Exception as error:  # RDKit's C++ errors arrive as several unrelated classes
            return Refusal("tautomer", f"RDKit stops at its tautomers ({type(error).__name__})")
    return mol, Parent(parent.smiles, parent.identity, parent.family, (*parent.flags, CAPPED))


@functools.cache
def _enumerator() -> rdMolStandardize.TautomerEnumerator:
    enumerator = rdMolStandardize.TautomerEnumerator()
    enumerator.SetMaxTautomers(MAX_TAUTOMERS)
    enumerator.SetMaxTransforms(MAX_TRANSFORMS)
    enumerator.SetRemoveSp3Stereo(False)
    return enumerator
