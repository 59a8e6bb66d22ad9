"""Make the shipped compound libraries: RDKit's NCI set and known protein kinase A ligands.

Run it from the root of the repository: ``python data/make_libraries.py``. The NCI structures are taken from
the installed RDKit and written again by our own writer; the affinities are facts from the papers named in
each row. Ligands of crystal structures of protein kinase A have no value here: that they bind in the ATP site is
the fact. Their structures are those of the Chemical Component Dictionary that biotite carries.
"""

from __future__ import annotations

import csv
from pathlib import Path

from rdkit import Chem, RDConfig, RDLogger

FOLDER = Path(__file__).parent / "libraries"

#: name, SMILES, measured quantity, value in nM, reference. Human or bovine PKA catalytic subunit alpha.
PKA_LIGANDS = [
    (
        "H-89",
        "O=S(=O)(NCCNC/C=C/c1ccc(Br)cc1)c1cccc2cnccc12",
        "Ki",
        48,
        "Chijiwa 1990, J Biol Chem 265, 5267",
    ),
    ("H-7", "CC1CNCCN1S(=O)(=O)c1cccc2cnccc12", "Ki", 3000, "Hidaka 1984, Biochemistry 23, 5036"),
    ("H-8", "CNCCNS(=O)(=O)c1cccc2cnccc12", "Ki", 1200, "Hidaka 1984, Biochemistry 23, 5036"),
    ("H-9", "NCCNS(=O)(=O)c1cccc2cnccc12", "Ki", 1900, "Hidaka 1984, Biochemistry 23, 5036"),
    ("HA-1004", "NC(N)=NCCNS(=O)(=O)c1cccc2cnccc12", "Ki", 2300, "Hidaka 1984, Biochemistry 23, 5036"),
    ("fasudil", "O=S(=O)(N1CCCNCC1)c1cccc2cnccc12", "Ki", 1600, "Asano 1987, J Pharmacol Exp Ther 241, 1033"),
    ("H-1152", "C[C@H]1CNCCCN1S(=O)(=O)c1cccc2cncc(C)c12", "Ki", 630, "Ikenoya 2002, J Neurochem 81, 9"),
    ("Y-27632", "C[C@@H](N)[C@H]1CC[C@H](C(=O)Nc2ccncc2)CC1", "Ki", 25000, "Uehata 1997, Nature 389, 990"),
    ("ML-9", "O=S(=O)(N1CCCNCC1)c1cccc2c(Cl)cccc12", "Ki", 32000, "Saitoh 1987, J Biol Chem 262, 7796"),
    (
        "KT5720",
        "CCCCCCOC(=O)[C@@]1(O)C[C@H]2O[C@]1(C)n1c3ccccc3c3c4c(c5c6ccccc6n2c5c31)C(=O)NC4",
        "Ki",
        60,
        "Kase 1987, Biochem Biophys Res Commun 142, 436",
    ),
    (
        "K-252a",
        "COC(=O)[C@@]1(O)C[C@H]2O[C@]1(C)n1c3ccccc3c3c4c(c5c6ccccc6n2c5c31)C(=O)NC4",
        "Ki",
        18,
        "Kase 1987, Biochem Biophys Res Commun 142, 436",
    ),
    (
        "balanol",
        "O=C(N[C@@H]1CNCCC[C@H]1OC(=O)c1cc(O)c(C(=O)c2c(O)cccc2C(=O)O)c(O)c1)c1ccc(O)cc1",
        "Ki",
        3.9,
        "Setyawan 1999, Mol Pharmacol 56, 370",
    ),
    (
        "staurosporine",
        "C[C@@]12[C@@H]([C@@H](C[C@@H](O1)N3C4=CC=CC=C4C5=C6C(=C7C8=CC=CC=C8N2C7=C53)CNC6=O)NC)OC",
        "IC50",
        15,
        "Meggio 1995, Eur J Biochem 234, 317",
    ),
    (
        "A-674563",
        "Cc1n[nH]c2ccc(-c3cncc(OC[C@@H](N)Cc4ccccc4)c3)cc12",
        "Ki",
        16,
        "Luo 2005, Mol Cancer Ther 4, 977",
    ),
    (
        "A-443654",
        "Cc1n[nH]c2ccc(-c3cncc(OC[C@@H](N)Cc4c[nH]c5ccccc45)c3)cc12",
        "Ki",
        6.3,
        "Luo 2005, Mol Cancer Ther 4, 977",
    ),
    (
        "GSK690693",
        "CCn1c(-c2nonc2N)nc2c(C#CC(C)(C)O)ncc(OC[C@H]3CCCNC3)c21",
        "IC50",
        24,
        "Rhodes 2008, Cancer Res 68, 2366",
    ),
    (
        "AT7867",
        "Clc1ccc(C2(c3ccc(-c4cn[nH]c4)cc3)CCNCC2)cc1",
        "IC50",
        20,
        "Grimshaw 2010, Mol Cancer Ther 9, 1100",
    ),
    (
        "AT13148",
        "NC[C@@](O)(c1ccc(Cl)cc1)c1ccc(-c2cn[nH]c2)cc1",
        "IC50",
        3,
        "Yap 2012, Clin Cancer Res 18, 3912",
    ),
    (
        "CCT128930",
        "NC1(Cc2ccc(Cl)cc2)CCN(c2ncnc3[nH]ccc23)CC1",
        "IC50",
        168,
        "Yap 2011, Mol Cancer Ther 10, 360",
    ),
    (
        "capivasertib",
        "NC1(C(=O)N[C@@H](CCO)c2ccc(Cl)cc2)CCN(c2ncnc3[nH]ccc23)CC1",
        "IC50",
        7,
        "Davies 2012, Mol Cancer Ther 11, 873",
    ),
    (
        "ipatasertib",
        "CC(C)NC[C@@H](C(=O)N1CCN(c2ncnc3c2[C@H](C)C[C@H]3O)CC1)c1ccc(Cl)cc1",
        "IC50",
        3100,
        "Blake 2012, J Med Chem 55, 8110",
    ),
    (
        "Ro 31-8220",
        "Cn1cc(C2=C(c3cn(CCCSC(N)=N)c4ccccc34)C(=O)NC2=O)c2ccccc12",
        "IC50",
        900,
        "Davis 1989, FEBS Lett 259, 61",
    ),
    (
        "bisindolylmaleimide I",
        "CN(C)CCCn1cc(C2=C(c3c[nH]c4ccccc34)C(=O)NC2=O)c2ccccc12",
        "IC50",
        2000,
        "Toullec 1991, J Biol Chem 266, 15771",
    ),
]

#: Entry of the Protein Data Bank and component: inhibitors in the ATP site of the catalytic subunit of protein kinase
#: A, from 250 g/mol up; no fragments, nucleotides or peptides, no chimera with protein kinase B, no model of Aurora.
PKA_CRYSTALS = (
    # Balanol analogues and azepanes.
    "1REJ B1L", "1REK B8L", "1RE8 BD2", "1SVE I01", "1SVG I04", "1SVH I08", "1VEB I05", "1XH4 R69", "1XH5 R68",
    "1XH6 R94", "1XH7 R96", "1XH8 R55",
    # Inhibitors made for protein kinase B.
    "2F7X 4EA", "2F7Z 6EA", "3KKV B99", "3L9L L9L", "3L9M L9M", "3L9N L9N", "2C1A I5S", "2C1B CQP",
    # Isoquinolinesulfonamides.
    "2ERZ HFS", "5LCQ 6TV", "5LCR 6TX", "5M6Y 7KB", "5M71 7K7", "5M75 9K6", "5OTG AO8", "5O5M 9LQ", "6EH3 B4Z",
    # Quinazolinones.
    "4UJ1 NVX", "4UJ2 NVV", "4UJ9 S3N", "4UJB 8BQ", "4Z83 4L7",
)  # fmt: skip


def crystal_ligand(component: str, entry: str) -> str:
    """Return the SMILES of a component, uncharged; the dictionary must know it from that entry."""
    from biotite.interface import rdkit as as_rdkit
    from biotite.structure import info
    from biotite.structure.info.ccd import get_ccd
    from rdkit.Chem.MolStandardize import rdMolStandardize

    facts = get_ccd()["chem_comp"]
    row = facts["id"].as_array(str).tolist().index(component)
    if facts["pdbx_model_coordinates_db_code"].as_array(str)[row] != entry:
        raise SystemExit(f"{component}: the Chemical Component Dictionary does not know it from {entry}")
    molecule = as_rdkit.to_mol(info.residue(component))
    Chem.SanitizeMol(molecule)
    Chem.AssignStereochemistryFrom3D(molecule)
    return str(Chem.MolToSmiles(rdMolStandardize.Uncharger().uncharge(Chem.RemoveHs(molecule))))


def main() -> None:
    """Write ``libraries/nci.smi`` and ``libraries/pka_ligands.csv``."""
    RDLogger.DisableLog("rdApp.*")
    FOLDER.mkdir(exist_ok=True)
    rows = []
    source = Path(RDConfig.RDDataDir) / "NCI" / "first_5K.smi"
    for line in source.read_text("utf-8").splitlines():
        smiles, number = line.split("\t")
        molecule = Chem.MolFromSmiles(smiles)
        # What RDKit refuses stays as it was given: the demo shows what becomes of such records.
        rows.append((Chem.MolToSmiles(molecule) if molecule else smiles, f"NSC{number}"))
    text = "".join(f"{smiles}\t{name}\n" for smiles, name in rows)
    (FOLDER / "nci.smi").write_text(text, "utf-8")
    with open(FOLDER / "pka_ligands.csv", "w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["name", "smiles", "quantity", "value_nM", "reference"])
        for name, smiles, quantity, value, reference in PKA_LIGANDS:
            writer.writerow([name, Chem.MolToSmiles(Chem.MolFromSmiles(smiles)), quantity, value, reference])
        for pair in PKA_CRYSTALS:
            entry, component = pair.split()
            smiles = crystal_ligand(component, entry)
            writer.writerow([f"{entry}_{component}", smiles, "bound in crystal", "", f"Protein Data Bank {entry}"])


if __name__ == "__main__":
    main()
