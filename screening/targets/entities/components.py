"""What the chemical component codes of structure files stand for."""

from __future__ import annotations

from Bio.Data import PDBData

#: Three-letter code to one letter; modified residues map to the residue they are made from.
AMINO_ACIDS: dict[str, str] = {
    code.strip(): letter for code, letter in PDBData.protein_letters_3to1_extended.items() if letter != "?"
} | {"UNK": "X", "HID": "H", "HIE": "H", "HIP": "H", "CYX": "C", "CYM": "C", "ASH": "D", "GLH": "E", "LYN": "K"}

#: The twenty standard residues.
STANDARD_AMINO_ACIDS: frozenset[str] = frozenset(code.strip() for code in PDBData.protein_letters_3to1)

#: Names that tell the protonation of a standard residue; they are no modifications.
_SYNONYMS = frozenset({"HID", "HIE", "HIP", "CYX", "CYM", "ASH", "GLH", "LYN"})

#: Names of standard residues in AMBER, CHARMM, GROMACS (GROMOS, OPLS), Maestro, MOE and Rosetta to the name used here.
#: Some are codes of other components (CYN is cyanide), so they count only where the residue has a backbone.
_FORCE_FIELD = {
    "HSD": "HID", "HSE": "HIE", "HSP": "HIP", "HISA": "HID", "HISD": "HID", "HISB": "HIE", "HISE": "HIE",
    "HISH": "HIP", "HISP": "HIP", "HIS1": "HIE", "HIS2": "HIP", "HI+": "HIP", "HIS+": "HIP",
    "CYS2": "CYX", "CYSH": "CYS", "CYS1": "CYS", "CYN": "CYM", "CYD": "CYX", "CYZ": "CYX", "CYSS": "CYX",
    "ASPH": "ASH", "ASPP": "ASH", "ASP-": "ASP", "ASN1": "ASN",
    "GLUH": "GLH", "GLUP": "GLH", "GLP": "GLH", "GLU-": "GLU",
    "LYP": "LYS", "LYSH": "LYS", "LYS+": "LYS", "LSN": "LYN", "LYSN": "LYN",
    "ARN": "ARG", "ARGN": "ARG", "ARG+": "ARG", "TYM": "TYR", "TYU": "TYR", "SEM": "SER", "QLN": "GLN", "CASP": "ASP",
    "HYPP": "HYP", "MELEU": "MLE", "MEVAL": "MVA",
}  # fmt: skip

#: The same with the terminal forms of AMBER and GROMACS: NALA, CVAL, NHID, CCYX ...
FORCE_FIELD_NAMES: dict[str, str] = {
    **{
        f"{end}{code}": code
        for code in sorted({*(code.strip() for code in PDBData.protein_letters_3to1), *_SYNONYMS})
        for end in "NC"
    },
    **{f"{end}{name}": code for name, code in _FORCE_FIELD.items() for end in "NC" if len(name) == 3},
    **_FORCE_FIELD,
}

#: What caps the ends of a chain.
CAPS = frozenset({"ACE", "FOR", "NME", "NMA", "NH2", "NHE"})

#: Nucleotides of AMBER and CHARMM: terminal forms and three-letter names.
NUCLEOTIDE_NAMES: dict[str, str] = {
    **{f"D{base}{end}": f"D{base}" for base in "ACGT" for end in "35N"},
    **{f"R{base}{end}": base for base in "ACGU" for end in ("", "3", "5", "N")},
    **{f"{base}{end}": base for base in "ACGU" for end in "35N"},
    "ADE": "A", "CYT": "C", "GUA": "G", "URA": "U", "THY": "DT",
}  # fmt: skip

#: Names of ions of force fields to the code of the component: counted only for single atoms.
ION_NAMES: dict[str, str] = {
    "SOD": "NA", "NA+": "NA", "NAP": "NA", "CLA": "CL", "CL-": "CL", "CIM": "CL", "POT": "K", "K+": "K", "CAL": "CA",
    "CA2": "CA", "CA2+": "CA", "CES": "CS", "CS+": "CS", "LIT": "LI", "LI+": "LI", "RUB": "RB", "RB+": "RB",
    "BAR": "BA", "CAD": "CD", "CD2": "CD", "ZN2": "ZN", "ZN2+": "ZN", "ZN+2": "ZN", "MG2": "MG", "MG2+": "MG",
    "MG+2": "MG", "FE2": "FE", "FE3": "FE", "CU1": "CU", "MN2": "MN", "BR-": "BR", "I-": "IOD", "NIO": "NA",
    "CIO": "CS", "IB": "BR", "CIP": "NA", "QK": "K",
}  # fmt: skip

DNA: dict[str, str] = {"DA": "A", "DC": "C", "DG": "G", "DT": "T", "DI": "I", "DU": "U", "DN": "N", "T": "T"}
RNA: dict[str, str] = {"A": "A", "C": "C", "G": "G", "U": "U", "I": "I", "N": "N"}

#: Modified and standard nucleotides to one letter.
NUCLEOTIDES: dict[str, str] = {
    code.strip(): letter for code, letter in PDBData.nucleic_letters_3to1_extended.items() if letter != "?"
} | {**DNA, **RNA}

WATER = frozenset({"HOH", "WAT", "DOD", "H2O", "TIP", "TIP3", "TP3", "SOL"})

#: Names of water models of simulation programs. Some are codes of other components too (OPC is a lipid), so they stand
#: for water only where the residue is one oxygen and at most hydrogens and virtual sites.
WATER_MODELS = frozenset(
    "SPC SPCE SPE SPX SPF T3P T3H T4P T4E T4D T5P TP3 TP4 TP5 TP3M TIP TIPS TIP2 TIP3 TIP4 TIP5 TIP6 TIP7 TIP3P TIP4P "
    "TIP5P OPC OPC3 FB3 FB4 F3C POL SWM4 SWM6 HHO OH2 HO4 WTR WTH W HOH WAT H2O SOL DOD D2O MOH2 DIS TIPQ".split()
)

METALS = frozenset(
    "LI NA K RB CS BE MG CA SR BA RA SC TI V CR MN FE CO NI CU ZN Y ZR NB MO TC RU RH PD AG CD HF TA W RE OS IR "
    "PT AU HG AL GA IN SN TL PB BI LA CE PR ND SM EU GD TB DY HO ER TM YB LU TH U".split()
)

#: Small inorganic ions that are no metals.
IONS = frozenset(
    "CL BR IOD F SO4 PO4 PI 2HP HPO NO3 NO2 CO3 BCT NH4 CLO PER THJ SO3 SCN AZI CYN OH O HYD VO4 WO4 MOO BEF "
    "ALF AF3 MGF LCP CN OXY PEO IUM".split()
)

#: What is put into crystallisation drops and cryo-buffers, and is rarely the ligand of interest.
SOLVENTS = frozenset(
    "GOL EDO PEG PGE PG4 1PE 2PE P6G PE3 PE4 PE5 PE8 7PE 12P 15P 1PG PEU P33 P3G XPE DMS ACT ACY FMT MPD MRD TRS "
    "EPE MES BME DTT DTV IPA EOH MOH ACN CIT FLC TLA TAR MLI MLA SIN IMD BTB BCN BU1 BU3 PDO PGO PGR DIO DOX HEZ "
    "CCN GAI URE NHE CAC TMO SAR OXL OXM BOG LDA SDS DDQ CPS OLC OLB D10 D12 HEX UND LMT UNX".split()
)

#: Acids of metabolism among them, which are additives on a surface and ligands in a pocket.
METABOLITES = frozenset("SIN CIT FLC TLA TAR MLI MLA OXL OXM".split())

#: Monosaccharides found on glycoproteins.
GLYCANS = frozenset(
    "NAG NDG BMA MAN GAL GLA FUC FUL GLC BGC XYP XYS SIA SLB NGA A2G GCU BDP IDR GUP FRU RIB ARA RAM GL0 KDN NGC "
    "IDS SGN UAP GNS MMA BM3 BDF".split()
)


def is_modified(code: str) -> bool:
    """Tell whether a polymer residue is none of the standard amino acids or nucleotides."""
    return not (code in STANDARD_AMINO_ACIDS or code in _SYNONYMS or code in DNA or code in RNA or code == "UNK")


def one_letter(code: str) -> str:
    """Return the one-letter code of a polymer residue, of its parent if it is modified, X if unknown."""
    return AMINO_ACIDS.get(code) or NUCLEOTIDES.get(code) or "X"
