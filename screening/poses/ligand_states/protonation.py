"""Which groups of a ligand carry a charge at a pH.

The rule: each ionisable group by the mean pKa of its kind (dimorphite_dl: Ropp et al., J. Cheminform. 11, 14 (2019)),
charged if the pH says so. Groups are judged one by one there, so one correction follows: where two basic nitrogens lie
within three bonds of each other (piperazine, ethylenediamine), the states in which both carry a proton come last,
because the second proton costs several pKa units. What dimorphite_dl 2.1 gets wrong near pH 7.4 is put right by a list
(`_CORRECTIONS`; pKa values from the CRC Handbook of Chemistry and Physics and Perrin, Dempsey and Serjeant, pKa
Prediction for Organic Acids and Bases, 1981).
"""

from __future__ import annotations

from rdkit import Chem

from screening.errors import MissingExtraError

#: Spread around the mean pKa, in the standard deviations of dimorphite_dl, within which both forms are listed.
_SPREAD = 0.5
#: Anions of ring lactams and of their hydroxy forms; tetrazoles (4.9) are acids.
#: What dimorphite_dl 2.1 gets wrong: the atom, its charge and its hydrogens at pH 7.4, with pKa of examples.
_CORRECTIONS: tuple[tuple[str, int, int], ...] = (
    # Ring lactams and their hydroxy forms (pyridone 11.7, uracil 9.5); tetrazoles (4.9) and triazoles stay acids.
    ("[n-;!$(n1nnnc1);!$(n1nncn1);!$(n1ncnn1);!$(n1cnnn1)]", 0, 1),
    ("[O-;$(Oc[n;X2]),$(Occc[n;X2])]", 0, 1),
    # Phenols (salicylic acid 13, 4-hydroxybenzophenone 7.9, flavones 8) but 4-nitrophenol 7.1, 2,6-dichlorophenol 6.8.
    ("[O-;$([O-]c1ccccc1);!$([O-]c1c(N(=,~O)~O)cccc1);!$([O-]c1ccc(N(=,~O)~O)cc1);"
     "!$([O-]c1c([F,Cl,Br,I])cccc1[F,Cl,Br,I])]", 0, 1),
    # Imides (hydantoin 9.0, barbital 8.0, succinimide 9.6) but thiazolidinediones 6.8.
    ("[N-;$([N-](C=O)C=O);!$([N-]C(=O)S)]", 0, 1),
    # Enamines and dihydropyridines give their electrons to the double bond; cyanoguanidines (about 0).
    ("[N+;X4;H2;$([N+]-C=C)]", 0, 1),
    ("[N+;H2;$([N+]=C(N)NC#N)]", 0, 1),
    # 4-Aminopyridine 9.1, chloroquine's ring 8.1.
    ("[nX2;$(n1ccc([NX3;!$(N*=[O,S,N]);!$(N(-a)-a)])cc1)]", 1, 1),
    # Sulfonamides of electron-poor heterocycles (sulfadiazine 6.5, sulfathiazole 7.1), triflamides.
    ("[NX3;H1;$(N(S(=O)=O)c1ncccn1),$(N(S(=O)=O)c1nccs1),$(N(S(=O)=O)c1nncs1),$(N(S(=O)=O)c1ccon1),"
     "$(N(S(=O)=O)c1ccno1),$(N(S(=O)(=O)C(F)(F)F)[#6])]", -1, 0),
)  # fmt: skip
_PATTERNS = tuple((Chem.MolFromSmarts(smarts), charge, hydrogens) for smarts, charge, hydrogens in _CORRECTIONS)
#: The corrections are for this range; outside it dimorphite_dl stands as it is.
_CORRECTED_PH = (7.0, 7.8)
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
        canonical = Chem.MolToSmiles(_corrected(molecule, pH))
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


def _corrected(molecule: Chem.Mol, pH: float) -> Chem.Mol:
    if not _CORRECTED_PH[0] <= pH <= _CORRECTED_PH[1]:
        return molecule
    for pattern, charge, hydrogens in _PATTERNS:
        for (index,) in molecule.GetSubstructMatches(pattern):
            atom = molecule.GetAtomWithIdx(index)
            atom.SetFormalCharge(charge)
            atom.SetNumExplicitHs(hydrogens)
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
