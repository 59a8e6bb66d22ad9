"""Our contacts against ProLIF's, contact by contact, on crystal complexes of bench/posebusters.

Runs in an environment of its own that has prolif, pdbfixer and openmm beside the packages of this project; ProLIF is no
dependency. ProLIF needs hydrogens: pdbfixer places them on the protein, RDKit on the ligand.

    PYTHONPATH=. python tests/benchmarks/compare_interactions_prolif.py BENCH --complexes 100 --out differences.json

Found with ProLIF 2.2.3 on 100 complexes (both / ours only / theirs only): hydrogen bonds 324 / 131 / 8, salt bridges
1 / 79 / 0 (28 more are hydrogen bonds there), pi stacking 44 / 17 / 5, cation-pi 7 / 26 / 6, halogen bonds 2 / 0 / 5,
hydrophobic 193 / 179 / 73. Judged: the salt bridges, and a sample of 22 of our own hydrogen bonds, are acids and amines
that the ligand file draws neutral, and hydroxyls, thiols and amides whose hydrogen pdbfixer points elsewhere. The eight
hydrogen bonds that only ProLIF has were all read: four come from beside an acceptor (73 to 96 degrees at it), three
from an NH far out of its plane, one goes to an aromatic oxygen. Four of its five halogen bonds are bent (134 to
148 degrees); why the fifth (6z2c TYR134, 158 degrees) is not found here is not understood. Its own cation-pi are
all to histidines, which pdbfixer may have charged. Cation-pi goes to 6.0 Å here (Gallivan), 4.5 there, hydrophobic to
4.0 Å here and 4.5 there. Median processor time of a complex: 22 ms here, 57 ms there.

Compared is (kind, residue). What one finds and the other does not is listed in the file of differences with its
distances and angles.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import time
import warnings
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")

import prolif  # noqa: E402
from openmm.app import PDBFile  # noqa: E402
from pdbfixer import PDBFixer  # noqa: E402
from rdkit import Chem, RDLogger  # noqa: E402

from screening.poses.interactions.find_contacts import find_contacts  # noqa: E402
from screening.targets.files.read import read_target  # noqa: E402

#: ProLIF's kinds by ours.
KINDS = {
    "HBDonor": "hydrogen bond", "HBAcceptor": "hydrogen bond", "Anionic": "salt bridge", "Cationic": "salt bridge",
    "FaceToFace": "pi stacking", "EdgeToFace": "pi stacking", "PiCation": "cation-pi", "CationPi": "cation-pi",
    "XBDonor": "halogen bond", "XBAcceptor": "halogen bond", "Hydrophobic": "hydrophobic",
}  # fmt: skip


def protein(folder: Path, name: str, ligand: Chem.Mol, work: Path) -> str:
    """Return the protein around the ligand with hydrogens as PDB text, without ligand, waters and other groups."""
    path = work / f"{folder.name}.pdb"
    if path.exists():
        return path.read_text()
    lines = gzip.decompress((folder / "complex.pdb.gz").read_bytes()).decode().splitlines()
    bare = work / "bare.pdb"
    kept = [line for line in lines if line.startswith("ATOM") and line[17:20].strip() != name]
    bare.write_text(near(kept, ligand, 15.0))
    fixer = PDBFixer(filename=str(bare))
    fixer.missingResidues = {}
    fixer.findNonstandardResidues()
    fixer.replaceNonstandardResidues()
    fixer.findMissingAtoms()
    fixer.missingTerminals = {}
    fixer.addMissingAtoms(seed=1)
    fixer.addMissingHydrogens(7.4)
    text = io.StringIO()
    PDBFile.writeFile(fixer.topology, fixer.positions, text, keepIds=True)
    whole = [line for line in text.getvalue().splitlines() if line.startswith(("ATOM", "HETATM"))]
    path.write_text(near(whole, ligand, 10.0))
    return path.read_text()


def near(lines: list[str], ligand: Chem.Mol, reach: float) -> str:
    """Return the whole residues of PDB lines within reach of the ligand."""
    places = ligand.GetConformer().GetPositions()
    xyz = np.array([[float(line[30:38]), float(line[38:46]), float(line[46:54])] for line in lines])
    close = np.linalg.norm(xyz[:, None] - places[None], axis=2).min(axis=1) < reach
    keys = {line[21:27] for line, kept in zip(lines, close) if kept}
    return "\n".join(line for line in lines if line[21:27] in keys) + "\nEND\n"


def theirs(text: str, ligand: Chem.Mol) -> tuple[dict[tuple[str, str], dict], float]:
    """Return (kind, residue) to ProLIF's facts, and the processor seconds of the search."""
    rdkit_mol = Chem.MolFromPDBBlock(text, removeHs=False)
    host = prolif.Molecule(rdkit_mol)
    guest = prolif.Molecule.from_rdkit(ligand)
    finder = prolif.Fingerprint([*KINDS])
    started = time.process_time()
    found = finder.generate(guest, host, metadata=True)
    spent = time.process_time() - started
    facts: dict[tuple[str, str], dict] = {}
    for (_, residue), kinds in found.items():
        for kind, hits in kinds.items():
            for hit in hits:
                key = (KINDS[kind], f"{residue.chain or ''}:{residue.name}{residue.number}")
                old = facts.get(key)
                if old is None or hit["distance"] < old["distance"]:
                    facts[key] = {k: round(float(v), 2) for k, v in hit.items() if isinstance(v, float | np.floating)}
    return facts, spent


def main() -> None:
    """Compare and print."""
    RDLogger.DisableLog("rdApp.*")
    parser = argparse.ArgumentParser()
    parser.add_argument("bench", type=Path)
    parser.add_argument("--complexes", type=int, default=100)
    parser.add_argument("--work", type=Path, default=Path("prolif_work"))
    parser.add_argument("--out", type=Path, default=Path("differences.json"))
    asked = parser.parse_args()
    asked.work.mkdir(exist_ok=True)
    both, ours_only, theirs_only = Counter(), defaultdict(list), defaultdict(list)
    spent_ours, spent_theirs, done, failures = [], [], 0, []
    for folder in sorted(p for p in asked.bench.iterdir() if (p / "ligand.sdf").exists()):
        if done >= asked.complexes:
            break
        ligand = Chem.MolFromMolFile(str(folder / "ligand.sdf"), removeHs=False)
        if ligand is None:
            continue
        try:
            text = protein(folder, folder.name.split("_", 1)[1], ligand, asked.work)
            (asked.work / "near.pdb").write_text(text)
            whole = Chem.MolFromMolBlock(Chem.MolToMolBlock(Chem.AddHs(ligand, addCoords=True)), removeHs=False)
            their, their_time = theirs(text, whole)
            target = read_target(asked.work / "near.pdb")
        except Exception as error:
            failures.append(f"{folder.name}: {type(error).__name__} {str(error)[:80]}")
            continue
        started = time.process_time()
        contacts = find_contacts(target.atoms, whole)
        spent_ours.append(time.process_time() - started)
        spent_theirs.append(their_time)
        our = {(c.kind, str(c.residue)): c for c in reversed(contacts) if c.kind in set(KINDS.values())}
        # One charged pair counts as a salt bridge here and as a hydrogen bond too there.
        for key in our.keys() & their.keys():
            both[key[0]] += 1
        for key in our.keys() - their.keys():
            ours_only[key[0]].append([folder.name, key[1], str(our[key])])
        for key in their.keys() - our.keys():
            if key[0] == "hydrogen bond" and ("salt bridge", key[1]) in our:
                both["(their hydrogen bond, our salt bridge)"] += 1
                continue
            theirs_only[key[0]].append([folder.name, key[1], their[key]])
        done += 1
        if done % 10 == 0:
            print(done, flush=True)
    print(f"{done} complexes; not compared: {failures}")
    print(f"{'kind':16}{'both':>6}{'ours only':>11}{'theirs only':>13}")
    for kind in dict.fromkeys(KINDS.values()):
        print(f"{kind:16}{both[kind]:6d}{len(ours_only[kind]):11d}{len(theirs_only[kind]):13d}")
    print({k: v for k, v in both.items() if k.startswith("(")})
    ratio = float(np.median(np.array(spent_theirs) / np.maximum(spent_ours, 1e-6)))
    print(f"median processor ms a complex: ours {1000 * np.median(spent_ours):.1f}, ProLIF "
          f"{1000 * np.median(spent_theirs):.1f}; median ratio {ratio:.1f}")  # fmt: skip
    asked.out.write_text(json.dumps({"ours_only": ours_only, "theirs_only": theirs_only}, indent=1))


if __name__ == "__main__":
    main()
