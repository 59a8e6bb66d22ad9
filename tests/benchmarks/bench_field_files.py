"""Files as the world writes them: the share that is read as its author meant, of three collections beside the checkout.

Run::

    python tests/benchmarks/bench_field_files.py [--every N] [--show FILE]

- Field cases: each file's outcome (chains, groups and elements; state, name and parent of each record; values of a
  table) is compared with the one that was looked at by eye and found right. Its digest stands in `RIGHT`;
  ``--show FILE`` prints the outcome behind it.
- Structures: facts of each model beside those of Biopython, or a refusal that says why.
- Messy: parents beside those of the ChEMBL pipeline and of RDKit's MolStandardize; a difference counts as right where
  ``disagreements.csv`` says why ours is kept. Of every `N`-th record.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from screening.compounds.library.prepare import prepare_library
from screening.errors import ScreeningError
from screening.models.data.measurements import read_measurements
from screening.targets.files.read import read_target

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"
#: Digest of the right outcome of each file.
RIGHT: dict[str, str] = {
    "biotite_written.cif": "1fa482b3466b",
    "charmmgui_P_dimer.pdb": "3c178b04a9de",
    "charmmgui_dimer.pdb": "ac107f7a0c92",
    "chemfiles_like.cif": "4a5eec7a5a95",
    "esmatlas.pdb": "9af01c4d3d68",
    "esmfold.pdb": "9af01c4d3d68",
    "hex_water.pdb": "a1dca0107086",
    "hybrid36_water.pdb": "a1dca0107086",
    "left_justified.pdb": "cd266f5d4c6d",
    "ligand_altloc_correlated.pdb": "d490bd120d78",
    "ligand_altloc_two_codes.pdb": "975f043be61f",
    "ligand_unl.pdb": "224c1572647b",
    "lower_tags.cif": "7e6d036b89c5",
    "metals.pdbqt": "74be5bf1b8c1",
    "no_element_ligand.pdb": "0c55e03fe901",
    "omegafold_low.pdb": "7e72c5883f8f",
    "openfold3_like.cif": "8e58bb75fdf9",
    "openmm.cif": "7e6d036b89c5",
    "real_1fmo_biotite.cif": "296b5ba704a9",
    "receptor.pdbqt": "263805e93d56",
    "rosettafold.pdb": "466c49ac5da7",
    "vina_pose.pdbqt": "b1f3797b755c",
    "alias_text.sdf": "ae8e0073af03",
    "ascii_terminal.sh": "af975e52f476",
    "atropisomers.sdf": "de107ab7a816",
    "blank_title_vendor.sdf": "4639cfa2d3b6",
    "code_v3000.smi": "b56852f7ef55",
    "cxsmiles_spaces.smi": "c7770bb37d01",
    "embedded_molfile.sdf": "d32377c43615",
    "enamine.cxsmiles": "94a0ca1aba59",
    "enamine.smi.bz2": "b81040677e2c",
    "full_H.mol2": "3e0b841ccb92",
    "hexafluoro2.smi": "bcd16e31ee47",
    "imine_h.smi": "921d2fb115d5",
    "linknode.sdf": "13c4d104b5e3",
    "noH_amines.mol2": "fde7d9f206d8",
    "obabel.mol2": "9c41083372ad",
    "obabel_acetate.mol2": "21727b96b003",
    "obabel_imidazole.mol2": "0868564d7ee0",
    "obabel_phosphate.mol2": "7741e56d4d9b",
    "odd_names.parquet": "bd94cdf439e4",
    "polarH.mol2": "76432cf9491b",
    "polymer_sru.sdf": "77dc3fb1f64c",
    "rel_flag.smi": "8656b378f162",
    "sdf_nul.smi": "0cbbb94de5cd",
    "semicolon.txt": "0b05fc2ad1b6",
    "sgroups.sdf": "db00b56c8158",
    "smi_header_smi.smi": "c0f1a687f282",
    "unicode_dash.smi": "d808b6795043",
    "chembl_mixed_units.csv": "d19d51ef1121",
    "chembl_names_blank.csv": "4a18f31e6d47",
    "chemdiv.csv": "767091da78e1",
    "code_v2000.csv": "31974c4d4f65",
    "dollar_price.csv": "0b05fc2ad1b6",
    "eln_title_rows.csv": "d32377c43615",
    "eln_trailing.csv": "92bcc044ca92",
    "empty_structure_col.csv": "d32377c43615",
    "newline_name_first.csv": "a676bcbf570e",
    "newline_name_middle.csv": "aa8a5aa8c652",
    "newline_names.csv": "3a9e76ff54bf",
    "pubchem_download.csv": "b3a96f16720b",
    "relations_quoted.csv": "a2a32900a376",
    "second_sheet.xlsx": "d32377c43615",
    "structure_wrong.csv": "1823112904d1",
    "thousands.csv": "80888d7651bf",
    "tsv_0999.tsv": "5ac3b1e6292f",
    "types_mixed.csv": "a9263c0cdbc4",
    "uM_among_nM.csv": "3cc5dddc7eb9",
    "valid.csv": "dee2a976678a",
    "value_forms.csv": "d5f291e3fd39",
    "vendor.csv": "54f44234c65e",
}
#: What a user has to say of a table that does not say it itself.
TOLD: dict[str, dict[str, Any]] = {
    "relations_quoted.csv": {"unit": "nM"}, "thousands.csv": {"unit": "nM"}, "value_forms.csv": {"unit": "nM"},
    "types_mixed.csv": {"kind": "pKi"},
}  # fmt: skip
MEASURED = (*TOLD, "chembl_mixed_units.csv", "chembl_names_blank.csv", "uM_among_nM.csv")
#: A script without a main guard trains and screens: tests/screening/clusters/test_without_main.py runs such ones.
ELSEWHERE = ("noguard.py",)


def structure(path: Path) -> list[str]:
    """Return what was understood of a structure, a line each."""
    target = read_target(path)
    elements, counts = np.unique(target.atoms.element, return_counts=True)
    return [
        *(f"chain {chain.id} {chain.kind} {chain.sequence}" for chain in target.chains),
        *(f"{group.kind} {group.residue} {group.atoms}" for group in target.groups),
        f"waters {target.waters}, predicted {target.predicted}, models {target.models}",
        " ".join(f"{element}{count}" for element, count in zip(elements, counts)),
    ]


def compounds(path: Path) -> list[str]:
    """Return state, name and parent or reason of each record."""
    with tempfile.TemporaryDirectory() as folder:
        library = prepare_library(path, Path(folder) / "library")
        parents: dict[int, str] = {}
        rows: list[dict[str, Any]] = []
        for part in library.parts:
            table = library.read_compounds(part.index)
            parents.update(zip(table["record"].to_pylist(), table["smiles"].to_pylist()))
            rows += library.read_ledger(part.index).to_pylist()
        return [f"{row['state']} {row['name']!r} {parents.get(row['record'], row['reason'])}" for row in rows]


def measurements(path: Path) -> list[str]:
    """Return kind, values and what was left out of a table of measurements, untold and told."""
    lines = []
    tries: list[dict[str, Any]] = [{}, *([TOLD[path.name]] if path.name in TOLD else [])]
    for told in tries:
        try:
            data = read_measurements(path, **told)
        except ScreeningError as error:
            lines.append(str(error).removeprefix(str(path)))
            continue
        lines.append(f"{data.kind.value} {len(data)}")
        lines += [f"{name} {value:.2f} {limit}" for name, value, limit in zip(data.names, data.values, data.limits)]
        lines += [f"{row['state']} {row['reason']}" for row in data.ledger.to_pylist() if row["reason"]]
    return lines


def script(path: Path) -> list[str]:
    """Return how a shell script that uses the program ends."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(["sh", path.resolve()], cwd=folder, env=environment, capture_output=True, check=False)
        said = done.stdout + done.stderr
        return [f"exit {done.returncode}, traceback {b'Traceback' in said}, error {b'Error' in said}"]


def outcome(path: Path) -> list[str]:
    """Return what comes out of a field case."""
    try:
        if path.suffix == ".sh":
            return script(path)
        if path.parent.name == "structures":
            return structure(path)
        return compounds(path) + (measurements(path) if path.name in MEASURED else [])
    except ScreeningError as error:
        return ["refused" + str(error).removeprefix(str(path))]


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def field_cases() -> None:
    for kind in ("structures", "compounds", "tables"):
        files = sorted(path for path in (SHARED / "field-cases" / kind).iterdir() if path.name not in ELSEWHERE)
        wrong = [path.name for path in files if digest(outcome(path)) != RIGHT.get(path.name)]
        print(f"field cases, {kind}: {len(files) - len(wrong)} of {len(files)} right", *wrong)


def structures() -> None:
    from tests.screening.targets.files import test_awkward_structures as awkward

    folder = SHARED / "bench" / "structures"
    with open(folder / "facts_biopython_1.88.csv", encoding="utf-8") as stream:
        known = {row["file"]: row for row in csv.DictReader(stream)}
    right, wrong = 0, []
    for path in sorted(folder.iterdir()):
        if path.suffix == ".csv":
            continue
        try:
            found = awkward.facts_of(awkward.all_models(path))
        except ScreeningError as error:
            good = awkward.REFUSED.get(path.name, "\0") in str(error)
        else:
            row = known.get(path.name, {})
            differing = {fact for fact, count in found.items() if row.get(fact, "") not in ("", str(count))}
            good = all((path.name, fact) in awkward.EXPLAINED for fact in differing)
        right += good
        wrong += [] if good else [path.name]
    print(f"structures: {right} of {right + len(wrong)} right", *wrong)


def messy(every: int) -> None:
    from tests.screening.compounds.standardisation import test_agreement as agreement

    same, listed, other, table = 0, 0, 0, set(agreement.known_differences())
    for one in agreement.compared(SHARED / "bench", every):
        if one.ours == one.theirs or agreement.both_refuse(one):
            same += 1
        elif one in table:
            listed += 1
        else:
            other += 1
    total = same + listed + other
    print(f"messy: {same + listed} of {total} right ({same} as the peers, {listed} otherwise for a stated reason)")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--every", type=int, default=1, help="compare every N-th record of messy only")
    arguments.add_argument("--show", help="print the outcome of one field case and its digest")
    asked = arguments.parse_args()
    if not (SHARED / "field-cases").is_dir() or not (SHARED / "bench").is_dir():
        print("skipped: no field cases and benchmark data beside this checkout (../shared)")
        return
    if asked.show:
        path = next(SHARED.glob(f"field-cases/*/{asked.show}"))
        lines = outcome(path)
        print(*lines, digest(lines), sep="\n")
        return
    field_cases()
    sys.path.insert(0, str(ROOT))
    structures()
    messy(asked.every)


if __name__ == "__main__":
    main()
