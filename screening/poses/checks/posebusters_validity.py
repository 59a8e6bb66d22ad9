"""The published PoseBusters tests (Buttenschoen et al., Chem. Sci. 2024, 15, 3130), about a second a pose."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from rdkit import Chem

from screening.errors import MissingExtraError
from screening.poses.checks.check import Check

INSTALL = "pip install posebusters"


def posebusters_validity(ligand: Chem.Mol, receptor_pdb: str) -> Check:
    """Run the tests of PoseBusters that need no crystal pose.

    Parameters
    ----------
    ligand
        The pose.
    receptor_pdb
        The protein as PDB text, without the ligand.

    Raises
    ------
    MissingExtraError
        If the package is not installed.
    """
    try:
        from posebusters import PoseBusters
    except ImportError as error:
        raise MissingExtraError("PoseBusters is not installed", expected=INSTALL) from error
    with tempfile.TemporaryDirectory() as folder:
        protein = Path(folder) / "protein.pdb"
        protein.write_text(receptor_pdb, "utf-8")
        os.environ.setdefault("TQDM_DISABLE", "1")
        table = PoseBusters("dock").bust([ligand], None, protein)
    row = table.iloc[0]
    wrong = [str(name).replace("_", " ") for name in table.columns if not bool(row[name])]
    text = "PoseBusters: valid" if not wrong else f"PoseBusters: {', '.join(wrong)}"
    return Check("posebusters", not wrong, text, float(len(wrong)))
