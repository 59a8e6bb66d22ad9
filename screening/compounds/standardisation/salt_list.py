"""The list of salt formers and solvents that `screening.compounds.standardisation.salts` takes off.

Each entry is a neutral structure; ions of it count as the same substance. The list holds the acids and bases
used to make pharmaceutical salts (Stahl and Wermuth, *Handbook of Pharmaceutical Salts*, 2nd ed., 2011), the
simple ions of laboratory practice and common crystallisation solvents.
"""

from __future__ import annotations

import functools

from rdkit import Chem

#: Solvents that crystals hold on to: name to SMILES.
SOLVENTS: dict[str, str] = {
    "water": "O",
    "methanol": "CO",
    "ethanol": "CCO",
    "isopropanol": "CC(C)O",
    "acetone": "CC(C)=O",
    "dichloromethane": "ClCCl",
    "chloroform": "ClC(Cl)Cl",
    "ethyl acetate": "CCOC(C)=O",
    "dimethyl sulfoxide": "C[S+](C)[O-]",
}

#: Elements that leave as a bare ion or atom, whatever their charge.
IONS = frozenset("H Li Na K Rb Cs Fr Be Mg Ca Sr Ba Ra Al Zn Ag Bi F Cl Br I S".split())

#: Organic and inorganic salt formers: name to SMILES of the neutral form (quaternary ones as they are).
SALT_FORMERS: dict[str, str] = {
    # mineral acids and their relatives
    "carbonic acid": "OC(=O)O",
    "nitric acid": "O[N+](=O)[O-]",
    "sulfuric acid": "OS(=O)(=O)O",
    "sulfurous acid": "OS(=O)O",
    "phosphoric acid": "OP(=O)(O)O",
    "metaphosphoric acid": "OP(=O)=O",
    "metaphosphoric acid, charge separated": "O=[P+]([O-])O",
    "hypophosphorous acid": "O[PH2]=O",
    "phosphinous acid": "OP=O",
    "monofluorophosphoric acid": "OP(=O)(O)F",
    "fluorosulfuric acid": "OS(=O)(=O)F",
    "perchloric acid": "OCl(=O)(=O)=O",
    "perchlorate, charge separated": "O[Cl+3]([O-])([O-])[O-]",
    "tetrafluoroborate": "F[B-](F)(F)F",
    "hexafluorophosphate": "F[P-](F)(F)(F)(F)F",
    "thiocyanic acid": "SC#N",
    "hydrogen peroxide": "OO",
    # carboxylic acids, one carbon upwards
    "formic acid": "OC=O",
    "acetic acid": "CC(=O)O",
    "glycolic acid": "OCC(=O)O",
    "dichloroacetic acid": "OC(=O)C(Cl)Cl",
    "trifluoroacetic acid": "OC(=O)C(F)(F)F",
    "oxalic acid": "OC(=O)C(=O)O",
    "propionic acid": "CCC(=O)O",
    "lactic acid": "CC(O)C(=O)O",
    "malonic acid": "OC(=O)CC(=O)O",
    "butyric acid": "CCCC(=O)O",
    "isobutyric acid": "CC(C)C(=O)O",
    "succinic acid": "OC(=O)CCC(=O)O",
    "maleic or fumaric acid": "OC(=O)C=CC(=O)O",
    "malic acid": "OC(CC(=O)O)C(=O)O",
    "tartaric acid": "OC(C(O)C(=O)O)C(=O)O",
    "valeric acid": "CCCCC(=O)O",
    "pivalic acid": "CC(C)(C)C(=O)O",
    "tiglic or angelic acid": "CC=C(C)C(=O)O",
    "glutaric acid": "OC(=O)CCCC(=O)O",
    "2-oxoglutaric acid": "OC(=O)CCC(=O)C(=O)O",
    "citric acid": "OC(=O)CC(O)(CC(=O)O)C(=O)O",
    "caproic acid": "CCCCCC(=O)O",
    "3,3-dimethylbutyric acid": "CC(C)(C)CC(=O)O",
    "adipic acid": "OC(=O)CCCCC(=O)O",
    "ascorbic acid": "OCC(O)C1OC(=O)C(O)=C1O",
    "gluconic acid": "OCC(O)C(O)C(O)C(O)C(=O)O",
    "glucuronic acid": "OC1OC(C(O)C(O)C1O)C(=O)O",
    "glucuronic acid, open": "O=CC(O)C(O)C(O)C(O)C(=O)O",
    "glucoheptonic acid": "OCC(O)C(O)C(O)C(O)C(O)C(=O)O",
    "mucic acid": "OC(C(O)C(O)C(=O)O)C(O)C(=O)O",
    "lactobionic acid": "OCC(O)C(OC1OC(CO)C(O)C(O)C1O)C(O)C(O)C(=O)O",
    "enanthic acid": "CCCCCCC(=O)O",
    "caprylic acid": "CCCCCCCC(=O)O",
    "capric acid": "CCCCCCCCCC(=O)O",
    "undecanoic acid": "CCCCCCCCCCC(=O)O",
    "undecylenic acid": "OC(=O)CCCCCCCCC=C",
    "lauric acid": "CCCCCCCCCCCC(=O)O",
    "palmitic acid": "CCCCCCCCCCCCCCCC(=O)O",
    "stearic acid": "CCCCCCCCCCCCCCCCCC(=O)O",
    "oleic or elaidic acid": "CCCCCCCCC=CCCCCCCCC(=O)O",
    "cypionic acid": "OC(=O)CCC1CCCC1",
    "buciclic acid": "CCCCC1CCC(CC1)C(=O)O",
    "cyclotic acid": "CC12CCC(CC1)(C=C2)C(=O)O",
    "camphoric acid": "CC1(C)C(CCC1(C)C(=O)O)C(=O)O",
    "edetic acid": "OC(=O)CN(CCN(CC(=O)O)CC(=O)O)CC(=O)O",
    "ethyl carbonic acid": "CCOC(=O)O",
    "mepesuccinic acid": "COC(=O)CC(O)(CCCC(C)(C)O)C(=O)O",
    # aromatic and heterocyclic acids
    "benzoic acid": "OC(=O)c1ccccc1",
    "salicylic acid": "OC(=O)c1ccccc1O",
    "gentisic acid": "OC(=O)c1cc(O)ccc1O",
    "phenylacetic acid": "OC(=O)Cc1ccccc1",
    "3-phenylpropionic acid": "OC(=O)CCc1ccccc1",
    "triphenylacetic acid": "OC(=O)C(c1ccccc1)(c1ccccc1)c1ccccc1",
    "cinnamic acid": "OC(=O)C=Cc1ccccc1",
    "mandelic acid": "OC(C(=O)O)c1ccccc1",
    "hippuric acid": "OC(=O)CNC(=O)c1ccccc1",
    "terephthalic acid": "OC(=O)c1ccc(cc1)C(=O)O",
    "4-acetamidobenzoic acid": "CC(=O)Nc1ccc(cc1)C(=O)O",
    "hydroxybenzoylbenzoic acid": "OC(=O)c1ccccc1C(=O)c1ccc(O)cc1",
    "nicotinic acid": "OC(=O)c1cccnc1",
    "2-furoic acid": "OC(=O)c1ccco1",
    "orotic acid": "OC(=O)c1cc(=O)[nH]c(=O)[nH]1",
    "pyroglutamic acid": "OC(=O)C1CCC(=O)N1",
    "xinafoic acid": "OC(=O)c1ccc2ccccc2c1O",
    "pamoic acid": "OC(=O)c1cc2ccccc2c(Cc2c(O)c(cc3ccccc23)C(=O)O)c1O",
    "3-sulfobenzoic acid": "OC(=O)c1cccc(c1)S(=O)(=O)O",
    "sulfosalicylic acid": "OC(=O)c1cccc(c1O)S(=O)(=O)O",
    "sulfosalicylic acid, 5-": "OC(=O)c1cc(ccc1O)S(=O)(=O)O",
    # sulfonic, sulfuric ester and phosphonic acids
    "methanesulfonic acid": "CS(=O)(=O)O",
    "trifluoromethanesulfonic acid": "OS(=O)(=O)C(F)(F)F",
    "ethanesulfonic acid": "CCS(=O)(=O)O",
    "isethionic acid": "OCCS(=O)(=O)O",
    "ethane-1,2-disulfonic acid": "OS(=O)(=O)CCS(=O)(=O)O",
    "benzenesulfonic acid": "OS(=O)(=O)c1ccccc1",
    "toluenesulfonic acid": "Cc1ccc(cc1)S(=O)(=O)O",
    "chlorobenzenesulfonic acid": "OS(=O)(=O)c1ccc(Cl)cc1",
    "mesitylenesulfonic acid": "Cc1cc(C)c(c(C)c1)S(=O)(=O)O",
    "naphthalene-2-sulfonic acid": "OS(=O)(=O)c1ccc2ccccc2c1",
    "naphthalene-1,5-disulfonic acid": "OS(=O)(=O)c1cccc2c1cccc2S(=O)(=O)O",
    "camphorsulfonic acid": "CC1(C)C2CCC1(CS(=O)(=O)O)C(=O)C2",
    "cyclamic acid": "OS(=O)(=O)NC1CCCCC1",
    "methyl sulfuric acid": "COS(=O)(=O)O",
    "ethyl sulfuric acid": "CCOS(=O)(=O)O",
    "acetyl sulfuric acid": "CC(=O)OS(=O)(=O)O",
    "dodecyl sulfuric acid": "CCCCCCCCCCCCOS(=O)(=O)O",
    "tetradecyl phosphoric acid": "CCCCCCCCCCCCCCOP(=O)(O)O",
    "glycerophosphoric acid": "OCC(O)COP(=O)(O)O",
    "phosphanilic acid": "Nc1ccc(cc1)P(=O)(O)O",
    # acids without a carboxyl or sulfo group
    "saccharin": "O=C1NS(=O)(=O)c2ccccc12",
    "picric acid": "Oc1c(cc(cc1[N+](=O)[O-])[N+](=O)[O-])[N+](=O)[O-]",
    "2,4,5-trichlorophenol": "Oc1cc(Cl)c(Cl)cc1Cl",
    # amino acids
    "arginine": "NC(CCCNC(=N)N)C(=O)O",
    "aspartic acid": "NC(CC(=O)O)C(=O)O",
    "glutamic acid": "NC(CCC(=O)O)C(=O)O",
    "lysine": "NCCCCC(N)C(=O)O",
    "N-acetylglycine": "CC(=O)NCC(=O)O",
    "methionil": "CSCCC(N)C(C)=O",
    # bases
    "ammonia": "N",
    "diethylamine": "CCNCC",
    "triethylamine": "CCN(CC)CC",
    "tert-butylamine": "CC(C)(C)N",
    "dicyclohexylamine": "C1CCC(CC1)NC1CCCCC1",
    "ethylenediamine": "NCCN",
    "piperazine": "C1CNCCN1",
    "imidazole": "c1c[nH]cn1",
    "ethanolamine": "NCCO",
    "deanol": "CN(C)CCO",
    "2-(diethylamino)ethanol": "CCN(CC)CCO",
    "diethanolamine": "OCCNCCO",
    "triethanolamine": "OCCN(CCO)CCO",
    "tromethamine": "NC(CO)(CO)CO",
    "2-amino-2-methylpropanol": "CC(C)(N)CO",
    "1-dimethylaminopropan-2-ol": "CC(O)CN(C)C",
    "3-(dimethylamino)propionic acid": "CN(C)CCC(=O)O",
    "hydroxyethylpyrrolidine": "OCCN1CCCC1",
    "hydroxyethylmorpholine": "OCCN1CCOCC1",
    "meglumine": "CNCC(O)C(O)C(O)C(O)CO",
    "choline": "C[N+](C)(C)CCO",
    "benzathine": "C(CNCc1ccccc1)NCc1ccccc1",
    "benethamine": "C(Cc1ccccc1)NCc1ccccc1",
    # neutral companions
    "propylene glycol": "CC(O)CO",
    "2-methoxyethanol": "COCCO",
    "glycerol": "OCC(O)CO",
    "butyraldehyde": "CCCC=O",
    "ethyl butanoate": "CCCC(=O)OCC",
    "methyl iodide": "CI",
    "hydroxymethyl 2-ethylbutanoate": "CCC(CC)C(=O)OCO",
}


def _key(mol: Chem.Mol) -> str:
    return str(Chem.MolToSmiles(mol, isomericSmiles=False))


@functools.cache
def solvent_keys() -> frozenset[str]:
    """Return the canonical SMILES without stereo of every solvent."""
    return frozenset(_key(Chem.MolFromSmiles(smiles)) for smiles in SOLVENTS.values())


@functools.cache
def salt_keys() -> frozenset[str]:
    """Return the canonical SMILES without stereo of every molecular salt former."""
    return frozenset(_key(Chem.MolFromSmiles(smiles)) for smiles in SALT_FORMERS.values())
