"""Write data/manifest.json: every shipped file with its source, licence, size and SHA-256.

Run it from the root of the repository after any change in ``data/``: ``python data/make_manifest.py``.
"""

from __future__ import annotations

import json
from pathlib import Path

from screening.provenance import file_sha256

DATA = Path(__file__).parent

#: Folder or file to how it was made, from what, under which licence. The longest match counts.
ORIGINS = {
    "targets/1fmo.cif": (
        "data/make_target.py",
        "PDB entry 1FMO (Narayana 1997), coordinates as installed with pyKVFinder",
        "CC0-1.0 (Protein Data Bank)",
    ),
    "libraries/nci.smi": (
        "data/make_libraries.py",
        "NCI open compounds, structures as installed with RDKit (Data/NCI/first_5K.smi)",
        "public domain (NCI), BSD-3-Clause (RDKit)",
    ),
    "libraries/pka_ligands.csv": (
        "data/make_libraries.py",
        "measured affinities from the papers named in each row; ligands of crystal structures from the Protein Data"
        " Bank entries named, structures by its Chemical Component Dictionary as installed with biotite",
        "facts, CC0-1.0 (Protein Data Bank)",
    ),
    "affinities/nav17.csv": (
        "data/make_nav17.py",
        "ChEMBL document CHEMBL2321810, values as installed with RDKit (Contrib/FreeWilson)",
        "CC BY-SA 3.0 (ChEMBL), BSD-3-Clause (RDKit)",
    ),
    "models/kinase_genes.csv": (
        "data/models/make_kinome.py",
        "gene symbols of kinases that the panels call otherwise (HGNC); written by hand",
        "facts",
    ),
    "models/kinome": (
        "data/models/make_kinome.py",
        "our model, trained on Davis 2011 (Nat Biotechnol 29, 1046; Kd), Tang 2014 (J Chem Inf Model 54, 735; KIBA),"
        " Metz 2011 (Nat Chem Biol 7, 200; Ki) and Drewry 2017 (PLoS ONE 12, e0181585; PKIS2)",
        "BSD-3-Clause",
    ),
    "models/poses": (
        "data/models/poses/train_poses.py",
        "our model, trained on docked poses of complexes of the Protein Data Bank (CC0) named in its card",
        "BSD-3-Clause",
    ),
    "models/panel": (
        "data/models/panel/train_panel.py",
        "our models, trained on fifteen sets of MoleculeACE (J Chem Inf Model 62, 5938, MIT; values from ChEMBL,"
        " CC BY-SA 3.0, https://www.ebi.ac.uk/chembl); they hold sums over hashed features, none of the data",
        "BSD-3-Clause, values by ChEMBL",
    ),
    "models/pockets": (
        "data/models/pockets/train_pockets.py",
        "our model, trained on complexes of the Protein Data Bank (CC0) named in its card",
        "BSD-3-Clause",
    ),
}

#: Not data: the scripts and this folder's own pages.
_SKIPPED = {".py", ".md"}


def main() -> None:
    """Write the manifest; stop if a file has no stated origin."""
    entries = {}
    for path in sorted(DATA.rglob("*")):
        name = path.relative_to(DATA).as_posix()
        if not path.is_file() or path.suffix in _SKIPPED or name == "manifest.json" or "__pycache__" in name:
            continue
        match = max((key for key in ORIGINS if name == key or name.startswith(f"{key}/")), key=len, default=None)
        if match is None:
            raise SystemExit(f"{name}: no origin is stated in data/make_manifest.py")
        made_by, source, licence = ORIGINS[match]
        entries[name] = {
            "source": source,
            "licence": licence,
            "made_by": made_by,
            "bytes": path.stat().st_size,
            "sha256": file_sha256(path),
        }
    (DATA / "manifest.json").write_text(json.dumps(entries, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
