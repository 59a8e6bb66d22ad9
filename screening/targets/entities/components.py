"""What the chemical component codes of structure files stand for."""

from __future__ import annotations

from Bio.Data import PDBData

#: Three-letter code to one letter; modified residues map to the residue they are made from.
AMINO_ACIDS: dict[str, str] = {
    code.strip(): letter for code, letter in PDBData.protein_letters_3to1_extended.items() if letter != "?"
} | {"UNK": "X", "HID": "H", "HIE": "H", "HIP": "H", "CYX": "C", "CYM": "C", "ASH": "D", "GLH": "E", "LYN": "K"}

#: The twenty standard residues.
STANDARD_AMINO_ACIDS: frozenset[str] = frozenset(code.strip() for code in PDBData.protein_letters_3to1)

#: Names that force fields and refinement programs give to standard residues; they are no modifications.
_SYNONYMS = frozenset({"HID", "HIE", "HIP", "CYX", "CYM", "ASH", "GLH", "LYN"})

DNA: dict[str, str] = {"DA": "A", "DC": "C", "DG": "G", "DT": "T", "DI": "I", "DU": "U", "DN": "N", "T": "T"}
RNA: dict[str, str] = {"A": "A", "C": "C", "G": "G", "U": "U", "I": "I", "N": "N"}

#: Modified and standard nucleotides to one letter.
NUCLEOTIDES: dict[str, str] = {
    code.strip(): letter for code, letter in PDBData.nucleic_letters_3to1_extended.items() if letter != "?"
} | {**DNA, **RNA}

WATER = frozenset({"HOH", "WAT", "DOD", "H2O", "TIP", "TIP3", "TP3", "SOL"})

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
    "CCN GAI URE NHE CAC TMO SAR OXL OXM BOG LDA SDS DDQ CPS OLC OLB D10 D12 HEX UND LMT UNX UNL".split()
)

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
