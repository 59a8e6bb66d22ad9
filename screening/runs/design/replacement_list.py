"""Common replacements of medicinal chemistry, written for this project, each with a reference.

A replacement is a reaction SMARTS: atoms with a map number stay, the others go or are new. What it does is one way
unless the list has the way back too.
"""

from __future__ import annotations

import dataclasses

#: Short name to where the replacements come from.
REFERENCES = {
    "Ballatore 2013": "Ballatore, Huryn, Smith: ChemMedChem 2013, 8, 385 (carboxylic acid isosteres)",
    "Barnes-Seeman 2013": "Barnes-Seeman et al.: ACS Med. Chem. Lett. 2013, 4, 514 (tert-butyl isosteres)",
    "Kumari 2020": "Kumari, Carmona, Tiwari, Trippier: J. Med. Chem. 2020, 63, 12290 (amide bioisosteres)",
    "Lima 2005": "Lima, Barreiro: Curr. Med. Chem. 2005, 12, 23 (bioisosterism)",
    "Meanwell 2011": "Meanwell: J. Med. Chem. 2011, 54, 2529 (tactical bioisosteres)",
    "Meanwell 2018": "Meanwell: J. Med. Chem. 2018, 61, 5822 (fluorine)",
    "Mykhailiuk 2019": "Mykhailiuk: Org. Biomol. Chem. 2019, 17, 2839 (saturated benzene isosteres)",
    "Patani 1996": "Patani, LaVoie: Chem. Rev. 1996, 96, 3147 (bioisosterism)",
    "Pennington 2017": "Pennington, Moustakas: J. Med. Chem. 2017, 60, 3552 (the necessary nitrogen atom)",
    "Pirali 2019": "Pirali, Serafini, Cargnin, Genazzani: J. Med. Chem. 2019, 62, 5276 (deuterium)",
    "Schonherr 2013": "Schönherr, Cernak: Angew. Chem. Int. Ed. 2013, 52, 12256 (methyl groups)",
    "Stepan 2012": "Stepan et al.: J. Med. Chem. 2012, 55, 3414 (bicyclopentane for phenyl)",
    "Subbaiah 2021": "Subbaiah, Meanwell: J. Med. Chem. 2021, 64, 14046 (phenyl isosteres)",
    "Wuitschik 2010": "Wuitschik et al.: J. Med. Chem. 2010, 53, 3227 (oxetanes)",
    "Zafrani 2017": "Zafrani et al.: J. Med. Chem. 2017, 60, 797 (difluoromethyl)",
}


@dataclasses.dataclass(frozen=True)
class Replacement:
    """A replacement: what it does in words, its reaction SMARTS, and a key of `REFERENCES`."""

    name: str
    smarts: str
    reference: str


_ACID = "[#6:1]C(=O)[OX2H1,OX1-]"
_AMIDE = "[#6:1]C(=O)[NX3;H1][#6:2]"
_ESTER = "[#6:1]C(=O)O[#6:2]"
_PHENYL = "[*:1]!@-c1[cH][cH][cH][cH][cH]1"
_PHENYLENE = "[*:1]!@-c1[cH][cH]c(!@-[*:2])[cH][cH]1"
_GEM = "[#6:1][CX4;!R]([CH3])([CH3])[#6:2]"
_TERT = "[#6,#7:1][CX4]([CH3])([CH3])[CH3]"
_RING = "[c:2][c:3][c:4][c:5][c:6]1"

REPLACEMENTS: tuple[Replacement, ...] = (
    Replacement("carboxylic acid to tetrazole", f"{_ACID}>>[#6:1]c1nnn[nH]1", "Ballatore 2013"),
    Replacement("carboxylic acid to acyl sulfonamide", f"{_ACID}>>[#6:1]C(=O)NS(=O)(=O)C", "Ballatore 2013"),
    Replacement("carboxylic acid to hydroxamic acid", f"{_ACID}>>[#6:1]C(=O)NO", "Ballatore 2013"),
    Replacement("carboxylic acid to oxadiazolone", f"{_ACID}>>[#6:1]c1noc(=O)[nH]1", "Ballatore 2013"),
    Replacement("carboxylic acid to 3-hydroxyisoxazole", f"{_ACID}>>[#6:1]c1cc(O)no1", "Ballatore 2013"),
    Replacement("carboxylic acid to sulfonamide", f"{_ACID}>>[#6:1]S(N)(=O)=O", "Ballatore 2013"),
    Replacement("carboxylic acid to primary amide", f"{_ACID}>>[#6:1]C(N)=O", "Patani 1996"),
    Replacement("amide reversed", f"{_AMIDE}>>[#6:1]NC(=O)[#6:2]", "Kumari 2020"),
    Replacement("amide to sulfonamide", f"{_AMIDE}>>[#6:1]S(=O)(=O)N[#6:2]", "Kumari 2020"),
    Replacement("amide to 1,2,4-oxadiazole", f"{_AMIDE}>>[#6:1]c1noc([#6:2])n1", "Kumari 2020"),
    Replacement("amide to 1,3,4-oxadiazole", f"{_AMIDE}>>[#6:1]c1nnc([#6:2])o1", "Kumari 2020"),
    Replacement("amide to 1,2,3-triazole", f"{_AMIDE}>>[#6:1]c1cn([#6:2])nn1", "Kumari 2020"),
    Replacement("amide to trifluoroethylamine", f"{_AMIDE}>>[#6:1]C(C(F)(F)F)N[#6:2]", "Kumari 2020"),
    Replacement("amide to thioamide", f"{_AMIDE}>>[#6:1]C(=S)N[#6:2]", "Kumari 2020"),
    Replacement("amide methylated", f"{_AMIDE}>>[#6:1]C(=O)N(C)[#6:2]", "Schonherr 2013"),
    Replacement("amide to oxetanyl amine", f"{_AMIDE}>>[#6:1]C1(COC1)N[#6:2]", "Kumari 2020"),
    Replacement("ester to amide", f"{_ESTER}>>[#6:1]C(=O)N[#6:2]", "Lima 2005"),
    Replacement("ester to 1,2,4-oxadiazole", f"{_ESTER}>>[#6:1]c1nc([#6:2])no1", "Lima 2005"),
    Replacement("urea to cyanoguanidine", "[#7:1]C(=O)[#7:2]>>[#7:1]C(=NC#N)[#7:2]", "Meanwell 2011"),
    Replacement("urea to diaminosquarate", "[#7:1]C(=O)[#7:2]>>[#7:1]c1c([#7:2])c(=O)c1=O", "Meanwell 2011"),
    Replacement("ketone to oxetane", "[#6:1][CX3;!R](=O)[#6:2]>>[#6:1]C1(COC1)[#6:2]", "Wuitschik 2010"),
    Replacement("ketone to difluoromethylene", "[#6:1][CX3;!R](=O)[#6:2]>>[#6:1]C(F)(F)[#6:2]", "Meanwell 2018"),
    Replacement("gem-dimethyl to oxetane", f"{_GEM}>>[#6:1]C1(COC1)[#6:2]", "Wuitschik 2010"),
    Replacement("gem-dimethyl to cyclopropane", f"{_GEM}>>[#6:1]C1(CC1)[#6:2]", "Meanwell 2011"),
    Replacement("morpholine to oxa-azaspiroheptane", "[*:1]N1CCOCC1>>[*:1]N1CC2(COC2)C1", "Wuitschik 2010"),
    Replacement("piperidine to morpholine", "[*:1]N1C[CH2][CH2][CH2]C1>>[*:1]N1CCOCC1", "Meanwell 2011"),
    Replacement("piperazine to morpholine", "[*:1]N1CC[NH]CC1>>[*:1]N1CCOCC1", "Meanwell 2011"),
    Replacement("phenol to pyrazole", "[c:1][OX2H]>>[c:1]c1cn[nH]c1", "Meanwell 2011"),
    Replacement("phenol to methanesulfonamide", "[c:1][OX2H]>>[c:1]NS(C)(=O)=O", "Meanwell 2011"),
    Replacement("phenol to difluoromethyl", "[c:1][OX2H]>>[c:1]C(F)F", "Zafrani 2017"),
    Replacement("alcohol to amine", "[CX4:1][OX2H]>>[C:1]N", "Patani 1996"),
    Replacement("alcohol to fluorine", "[CX4:1][OX2H]>>[C:1]F", "Meanwell 2018"),
    Replacement("aryl methoxy to difluoromethoxy", "[c:1]O[CH3]>>[c:1]OC(F)F", "Meanwell 2018"),
    Replacement("aryl methoxy to trifluoromethoxy", "[c:1]O[CH3]>>[c:1]OC(F)(F)F", "Meanwell 2018"),
    Replacement("aryl methoxy to trideuteromethoxy", "[c:1]O[CH3]>>[c:1]OC([2H])([2H])[2H]", "Pirali 2019"),
    Replacement("aryl methyl to chlorine", "[c:1][CH3]>>[c:1]Cl", "Patani 1996"),
    Replacement("aryl chlorine to methyl", "[c:1]Cl>>[c:1]C", "Patani 1996"),
    Replacement("aryl chlorine to trifluoromethyl", "[c:1]Cl>>[c:1]C(F)(F)F", "Meanwell 2018"),
    Replacement("aryl chlorine to cyano", "[c:1]Cl>>[c:1]C#N", "Patani 1996"),
    Replacement("aryl bromine to chlorine", "[c:1]Br>>[c:1]Cl", "Patani 1996"),
    Replacement("aryl methyl to difluoromethyl", "[c:1][CH3]>>[c:1]C(F)F", "Zafrani 2017"),
    Replacement("aryl hydrogen to fluorine", "[cH:1]>>[c:1]F", "Meanwell 2018"),
    Replacement("aryl hydrogen to methyl", "[cH:1]>>[c:1]C", "Schonherr 2013"),
    Replacement("aromatic CH to nitrogen", f"[cH:1]1{_RING}>>n1{_RING}", "Pennington 2017"),
    Replacement("pyridine to benzene", "[nX2;r6:1]>>[cH:1]", "Pennington 2017"),
    Replacement("phenyl to 2-thienyl", f"{_PHENYL}>>[*:1]c1cccs1", "Patani 1996"),
    Replacement("phenyl to 3-pyridyl", f"{_PHENYL}>>[*:1]c1cccnc1", "Pennington 2017"),
    Replacement("phenyl to cyclohexyl", f"{_PHENYL}>>[*:1]C1CCCCC1", "Subbaiah 2021"),
    Replacement("phenyl to bicyclopentyl", f"{_PHENYL}>>[*:1]C12CC(C1)C2", "Stepan 2012"),
    Replacement("para-phenylene to bicyclopentane", f"{_PHENYLENE}>>[*:1]C12CC(C1)([*:2])C2", "Stepan 2012"),
    Replacement("para-phenylene to bicyclooctane", f"{_PHENYLENE}>>[*:1]C12CCC([*:2])(CC1)CC2", "Mykhailiuk 2019"),
    Replacement("tert-butyl to CF3-cyclopropyl", f"{_TERT}>>[*:1]C1(CC1)C(F)(F)F", "Barnes-Seeman 2013"),
    Replacement("tert-butyl to bicyclopentyl", f"{_TERT}>>[*:1]C12CC(C1)C2", "Barnes-Seeman 2013"),
    Replacement("ether oxygen to methylene", "[#6:1][OX2;!R][#6;!$(C=O):2]>>[#6:1]C[#6:2]", "Patani 1996"),
    Replacement("ether oxygen to NH", "[#6:1][OX2;!R][#6;!$(C=O):2]>>[#6:1]N[#6:2]", "Patani 1996"),
    Replacement("ether oxygen to sulfur", "[#6:1][OX2;!R][#6;!$(C=O):2]>>[#6:1]S[#6:2]", "Patani 1996"),
    Replacement("aniline NH to oxygen", "[c:1][NX3;H1;!R][#6;!$(C=O):2]>>[c:1]O[#6:2]", "Patani 1996"),
    Replacement("aniline NH methylated", "[c:1][NX3;H1;!R][#6;!$(C=O):2]>>[c:1]N(C)[#6:2]", "Schonherr 2013"),
    Replacement("nitro to cyano", "[c:1][N+](=O)[O-]>>[c:1]C#N", "Lima 2005"),
    Replacement("nitro to trifluoromethyl", "[c:1][N+](=O)[O-]>>[c:1]C(F)(F)F", "Lima 2005"),
    Replacement("terminal alkyne to nitrile", "[#6:1]C#[CH]>>[#6:1]C#N", "Meanwell 2011"),
    Replacement("terminal alkyne to chlorine", "[c:1]C#[CH]>>[c:1]Cl", "Meanwell 2011"),
    Replacement("sulfonamide to sulfoximine", "[#6:1]S(=O)(=O)[NH2]>>[#6:1]S(C)(=N)=O", "Meanwell 2011"),
)  # fmt: skip
