"""Common reactions of medicinal chemistry, written as SMARTS by us.

They are the ones that most of the literature's compounds were made with (Roughley and Jordan, J. Med. Chem. 2011, 54,
3451; Brown and Bostrom, J. Med. Chem. 2016, 59, 4443). A reaction SMARTS says which atoms join, not whether the yield
is good.
"""

from __future__ import annotations

from screening.compounds.reactions.reaction import Reaction
from screening.errors import UsageError

_USED = "Roughley and Jordan, J. Med. Chem. 2011, 54, 3451"
_GREENE = "Wuts and Greene, Greene's Protective Groups in Organic Synthesis, 2006"

_ACID = "[CX3;$(C[#6]):1](=[O:2])[OX2H1]"
#: Amines: no amides, sulfonamides, amidines, hydrazines or hydroxylamines.
_NOT = ";!$(N[C,S,P]=[O,S,N]);!$(N[#7,#8]);!$(NC#N)"
_AMINE = f"[NX3;H2,H1{_NOT}:3]"
_SECOND_AMINE = f"[NX3;H2,H1{_NOT}:4]"
_ALCOHOL = "[OX2H1;$(O[CX4]):3]"
_PHENOL = "[OX2H1;$(Oc):3]"
_ARYL_HALIDE = "[c:1][Cl,Br,I]"
_ACTIVATED = (
    "[c;$(c:n),$(c:c:c:n),$(c:c[N+](=O)[O-]),$(c:c:c:c[N+](=O)[O-]),$(c:cC#N),$(c:c:c:cC#N),"
    "$(c:cC(F)(F)F),$(c:c:c:cC(F)(F)F):1][F,Cl]"
)
_ALKYL_HALIDE = "[CX4;H3,H2,H1;!$(C([Cl,Br,I])[Cl,Br,I]):1][Cl,Br,I]"
_BORON = "[c,$(C=C):2][B;$(B(-O)-O)]"
_CARBONYL = "[CX3;$([CH1][#6]),$([CH0]([#6])[#6]),$([CH2]):1]=[OX1]"
_ALKYNE = "[CH1:5]#[CX2:6]"

_REACTIONS = (
    Reaction("amide coupling", f"{_ACID}.{_AMINE}>>[C:1](=[O:2])[N:3]", ("carboxylic acid", "amine"),
             "Valeur and Bradley, Chem. Soc. Rev. 2009, 38, 606"),
    Reaction("amide from acid chloride", f"[CX3;$(C[#6]):1](=[O:2])Cl.{_AMINE}>>[C:1](=[O:2])[N:3]",
             ("acid chloride", "amine"), _USED),
    Reaction("esterification", f"{_ACID}.{_ALCOHOL}>>[C:1](=[O:2])[O:3]", ("carboxylic acid", "alcohol"),
             "Neises and Steglich, Angew. Chem. Int. Ed. 1978, 17, 522"),
    Reaction("reductive amination", f"{_CARBONYL}.{_AMINE}>>[C:1]-[N:3]", ("aldehyde or ketone", "amine"),
             "Abdel-Magid et al., J. Org. Chem. 1996, 61, 3849"),
    Reaction("sulfonamide formation", f"[SX4;$(S(=O)(=O)[#6]):1][Cl,F].{_AMINE}>>[S:1][N:3]",
             ("sulfonyl chloride", "amine"), _USED),
    Reaction("urea from isocyanate", f"[NX2;$(N[#6]):1]=[C:2]=[O:5].{_AMINE}>>[N:1][C:2](=[O:5])[N:3]",
             ("isocyanate", "amine"), _USED),
    Reaction("urea from two amines", f"{_AMINE}.{_SECOND_AMINE}>>[N:3]C(=O)[N:4]", ("amine", "amine"), _USED),
    Reaction("thiourea from isothiocyanate", f"[NX2;$(N[#6]):1]=[C:2]=[S:5].{_AMINE}>>[N:1][C:2](=[S:5])[N:3]",
             ("isothiocyanate", "amine"), _USED),
    Reaction("carbamate from isocyanate", f"[NX2;$(N[#6]):1]=[C:2]=[O:5].{_ALCOHOL}>>[N:1][C:2](=[O:5])[O:3]",
             ("isocyanate", "alcohol"), _USED),
    Reaction("carbamate from chloroformate", f"[CX3;$(CO[#6]):1](=[O:2])Cl.{_AMINE}>>[C:1](=[O:2])[N:3]",
             ("chloroformate", "amine"), _USED),
    Reaction("Suzuki coupling", f"{_ARYL_HALIDE}.{_BORON}>>[c:1]-[*:2]", ("aryl halide", "boronic acid or ester"),
             "Miyaura and Suzuki, Chem. Rev. 1995, 95, 2457"),
    Reaction("Buchwald-Hartwig amination", f"{_ARYL_HALIDE}.{_AMINE}>>[c:1]-[N:3]", ("aryl halide", "amine"),
             "Ruiz-Castillo and Buchwald, Chem. Rev. 2016, 116, 12564"),
    Reaction("Chan-Lam amination", f"[c:2][B;$(B(-O)-O)].{_AMINE}>>[c:2]-[N:3]", ("boronic acid or ester", "amine"),
             "West et al., Chem. Rev. 2019, 119, 12491"),
    Reaction("Sonogashira coupling", f"[c:1][Br,I].{_ALKYNE}>>[c:1]-[C:5]#[C:6]", ("aryl halide", "terminal alkyne"),
             "Chinchilla and Najera, Chem. Rev. 2007, 107, 874"),
    Reaction("Heck coupling", "[c:1][Br,I].[CH2:2]=[CH1:3]>>[c:1]-[C:2]=[C:3]", ("aryl halide", "terminal alkene"),
             "Beletskaya and Cheprakov, Chem. Rev. 2000, 100, 3009"),
    Reaction("SNAr with amine", f"{_ACTIVATED}.{_AMINE}>>[c:1]-[N:3]", ("activated aryl halide", "amine"),
             "Bunnett and Zahler, Chem. Rev. 1951, 49, 273"),
    Reaction("SNAr with alcohol", f"{_ACTIVATED}.[OX2H1;$(Oc),$(O[CX4]):3]>>[c:1]-[O:3]",
             ("activated aryl halide", "alcohol or phenol"), "Bunnett and Zahler, Chem. Rev. 1951, 49, 273"),
    Reaction("N-alkylation", f"{_ALKYL_HALIDE}.{_AMINE}>>[C:1]-[N:3]", ("alkyl halide", "amine"), _USED),
    Reaction("azole N-alkylation", f"{_ALKYL_HALIDE}.[nX3;H1:3]>>[C:1]-[n:3]", ("alkyl halide", "azole"), _USED),
    Reaction("Williamson ether synthesis", f"{_ALKYL_HALIDE}.{_PHENOL}>>[C:1]-[O:3]", ("alkyl halide", "phenol"),
             _USED),
    Reaction("thioether formation", f"{_ALKYL_HALIDE}.[SX2H1;$(S[#6]):3]>>[C:1]-[S:3]", ("alkyl halide", "thiol"),
             _USED),
    Reaction("Mitsunobu reaction", f"[CX4;H2,H1;$(C[#6]):1][OX2H1].{_PHENOL}>>[C:1]-[O:3]", ("alcohol", "phenol"),
             "Swamy et al., Chem. Rev. 2009, 109, 2551"),
    Reaction("epoxide opening", f"[CX4;H2:1]1[O:2][CX4;H1,H0:4]1.{_AMINE}>>[N:3]-[C:1][C:4][O:2]",
             ("epoxide", "amine"), _USED),
    Reaction("aza-Michael addition", f"[CX3;H2,H1:1]=[CX3:2][C:4]=[O:5].{_AMINE}>>[N:3]-[C:1][C:2][C:4]=[O:5]",
             ("enone, acrylate or acrylamide", "amine"), _USED),
    Reaction("azide-alkyne cycloaddition",
             f"[#6:1][N:2]=[N+:3]=[N-:4].{_ALKYNE}>>[#6:1]-[n:2]1:[n+0:3]:[n+0:4]:[c:6]:[c:5]:1",
             ("azide", "terminal alkyne"), "Rostovtsev et al., Angew. Chem. Int. Ed. 2002, 41, 2596"),
    Reaction("benzimidazole formation",
             "[NH2:3]-[c:4]:[c:7]-[NH2:8].[CX3;$(C[#6]):1](=O)[OX2H1]>>[c:1]1:[n:3]:[c:4]:[c:7]:[nH:8]:1",
             ("ortho-phenylenediamine", "carboxylic acid"), _USED),
    Reaction("1,2,4-oxadiazole formation",
             "[NX3H2:3]-[C:4]=[N:5]-[OX2H1:6].[CX3;$(C[#6]):1](=O)[OX2H1]>>[c:1]1:[n:3]:[c:4]:[n:5]:[o:6]:1",
             ("amidoxime", "carboxylic acid"), _USED),
    Reaction("Hantzsch thiazole synthesis",
             "[NX3H2:3]-[C:4]=[SX1:5].[CX4;H2,H1:1]([Cl,Br])[C:2]=O>>[c:4]1:[n:3]:[c:2]:[c:1]:[s:5]:1",
             ("thioamide or thiourea", "alpha-halo ketone"),
             "Hantzsch and Weber, Ber. Dtsch. Chem. Ges. 1887, 20, 3118"),
    Reaction("Passerini reaction", f"{_ACID}.[CX3;$([CH1][#6]),$([CH0]([#6])[#6]):4]=[O:5].[C-:6]#[N+:7]>>"
             "[C:1](=[O:2])[O:5][C:4][C+0:6](=O)[NH+0:7]", ("carboxylic acid", "aldehyde or ketone", "isocyanide"),
             "Domling and Ugi, Angew. Chem. Int. Ed. 2000, 39, 3168"),
    Reaction("Ugi reaction", f"{_ACID}.[NX3H2{_NOT}:3].[CX3;$([CH1][#6]),$([CH0]([#6])[#6]):4]=[OX1].[C-:6]#[N+:7]>>"
             "[C:1](=[O:2])[N:3][C:4][C+0:6](=O)[NH+0:7]",
             ("carboxylic acid", "primary amine", "aldehyde or ketone", "isocyanide"),
             "Domling and Ugi, Angew. Chem. Int. Ed. 2000, 39, 3168"),
    Reaction("Boc removal", "[N:1]C(=O)OC([CH3])([CH3])[CH3]>>[N:1]", ("Boc-protected amine",), _GREENE),
    Reaction("Cbz removal", "[N:1]C(=O)O[CH2]c1[cH][cH][cH][cH][cH]1>>[N:1]", ("Cbz-protected amine",), _GREENE),
    Reaction("Fmoc removal", "[N:1]C(=O)O[CH2][CH1]1c2ccccc2-c2ccccc21>>[N:1]", ("Fmoc-protected amine",), _GREENE),
    Reaction("tert-butyl ester cleavage", "[CX3;$(C[#6]):1](=[O:2])[O:3]C([CH3])([CH3])[CH3]>>[C:1](=[O:2])[O:3]",
             ("tert-butyl ester",), _GREENE),
    Reaction("ester hydrolysis", "[CX3;$(C[#6]):1](=[O:2])[O:3][CX4;$([CH3]),$([CH2][CH3])]>>[C:1](=[O:2])[O:3]",
             ("methyl or ethyl ester",), _GREENE),
    Reaction("nitro reduction", "[c:1][N+:2](=O)[O-]>>[c:1][N+0:2]", ("nitroarene",), _USED),
)  # fmt: skip

#: By name.
REACTIONS: dict[str, Reaction] = {reaction.name: reaction for reaction in _REACTIONS}


def reaction_named(name: str) -> Reaction:
    """Return a reaction of the catalog, whatever the case of its name.

    Raises
    ------
    UsageError
        If there is none.
    """
    found = {known.lower(): reaction for known, reaction in REACTIONS.items()}.get(name.strip().lower())
    if found is None:
        raise UsageError(f"there is no reaction {name!r}", expected=f"one of {', '.join(REACTIONS)}, or its SMARTS")
    return found
