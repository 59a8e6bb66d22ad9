"""Which groups of a ligand carry a charge at a pH.

The rule: each ionisable group by the mean pKa of its kind (dimorphite_dl: Ropp et al., J. Cheminform. 11, 14 (2019)),
charged if the pH says so. Groups are judged one by one there, so one correction follows: where two basic nitrogens lie
within three bonds of each other (piperazine, ethylenediamine), the states in which both carry a proton come last,
because the second proton costs several pKa units. And a ring nitrogen beside a carbonyl (pyridone 11.7, uracil 9.5,
hypoxanthine 8.8) or a hydroxyl that is one tautomeric shift away from that keeps its proton, which dimorphite_dl 2.1
takes for that of a phenol.
"""

from __future__ import annotations

from rdkit import Chem

from screening.errors import MissingExtraError

#: Spread around the mean pKa, in the standard deviations of dimorphite_dl, within which both forms are listed.
_SPREAD = 0.5
#: Anions of ring lactams and of their hydroxy forms; tetrazoles (4.9) are acids.
_LACTAM_ANION = Chem.MolFromSmarts("[n-;!$(n1nnnc1);!$(n1nncn1);!$(n1ncnn1);!$(n1cnnn1)]")
_HYDROXY_ANION = Chem.MolFromSmarts("[O-;$(Oc[n;X2]),$(Occc[n;X2])]")
_PROTONATED = Chem.MolFromSmarts("[#7;+1;!H0;!$([#7]~[#8])]")
#: Two charges at this topological distance or nearer are not both kept.
_NEAR_BONDS = 3


def protomers(smiles: str, pH: float) -> list[str]:
    """Return the protomers of a compound that matter at a pH, the most likely one first, as canonical SMILES.

    Raises
    ------
    MissingExtraError
        If dimorphite_dl is not installed.
    """
    try:
        from dimorphite_dl import protonate_smiles
    except ImportError as error:
        raise MissingExtraError(
            "protonation of ligands needs dimorphite_dl, which is not installed here",
            expected="pip install 'target-screening-workbench[poses]'",
        ) from error
    likely = protonate_smiles(smiles, ph_min=pH, ph_max=pH, precision=0.0)
    others = protonate_smiles(smiles, ph_min=pH, ph_max=pH, precision=_SPREAD)
    found: dict[str, tuple[int, int]] = {}
    for place, each in enumerate([*likely, *sorted(others)]):
        molecule = Chem.MolFromSmiles(each)
        if molecule is None:
            continue
        canonical = Chem.MolToSmiles(_with_lactam_protons(molecule))
        if canonical not in found:
            found[canonical] = (_crowded(molecule), place)
    if not found:
        return [smiles]
    ranked = sorted(found, key=lambda each: found[each])
    if found[ranked[0]][1] >= len(likely):
        # The likeliest has two charges too near each other: of the rest, the one with most charges comes first.
        best = max((each for each in ranked if found[each][0] == found[ranked[0]][0]), key=_charges)
        ranked.remove(best)
        ranked.insert(0, best)
    return ranked


def _with_lactam_protons(molecule: Chem.Mol) -> Chem.Mol:
    for pattern in (_LACTAM_ANION, _HYDROXY_ANION):
        for (index,) in molecule.GetSubstructMatches(pattern):
            atom = molecule.GetAtomWithIdx(index)
            atom.SetFormalCharge(0)
            atom.SetNumExplicitHs(1)
    Chem.SanitizeMol(molecule)
    return molecule


def _crowded(molecule: Chem.Mol) -> int:
    """Count the pairs of protonated nitrogens that lie too near each other."""
    charged = [match[0] for match in molecule.GetSubstructMatches(_PROTONATED)]
    if len(charged) < 2:
        return 0
    distances = Chem.GetDistanceMatrix(molecule)
    return sum(distances[a, b] <= _NEAR_BONDS for place, a in enumerate(charged) for b in charged[:place])


def _charges(smiles: str) -> tuple[int, str]:
    molecule = Chem.MolFromSmiles(smiles)
    return sum(atom.GetFormalCharge() != 0 for atom in molecule.GetAtoms()), smiles
