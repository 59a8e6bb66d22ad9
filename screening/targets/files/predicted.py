"""Computed models: which files say they are one, and on which scale their confidence stands in the B-factor column."""

from __future__ import annotations

import dataclasses
import re

import numpy as np

from screening.targets.raw_structure import RawStructure
from screening.targets.target import Atoms

#: Programs and databases of predicted structures, as their files name them.
_PROGRAMS = re.compile(
    r"\b(ALPHA[ -]?FOLD\w*|AF-?[23](?=[ _-](MODEL|PREDICT|MULTIMER|RANK|COMPLEX))|"
    r"ESM-?FOLD|ESM ?(METAGENOMIC )?ATLAS|ESMATLAS|COLAB-?FOLD|LOCALCOLABFOLD|OMEGA-?FOLD|"
    r"OPEN-?FOLD\w*|ROSE?TTA-?FOLD\w*|TR-?ROSETTA|UNI-?FOLD|HELIX-?FOLD\w*|FAST-?FOLD|IGFOLD|NANOBODYBUILDER2?|"
    r"ABODYBUILDER\w*|IMMUNEBUILDER|EQUIFOLD|BOLTZ(-?\d\w*)?|CHAI-?\d\w*|PROTENIX|MODELARCHIVE|ROBETTA|I-TASSER|"
    r"NEURALPLEXER\d?|SIMPLEFOLD|ESM-?3|D-I-TASSER|SEEDFOLD|INTELLIFOLD\d?|"
    r"SWISS-?MODEL\w*|MODELLER|PHYRE2?|PREDICTED (STRUCTURE|MODEL)|STRUCTURE PREDICTION|PLDDT|"
    r"[A-Z0-9.]+ PREDICTION FOR)\b"
)
#: A model solved with a predicted one is none: the entry names its experiment.
_EXPERIMENT = re.compile(r"DIFFRACTION|CRYSTAL|NMR|MICROSCOPY|SCATTERING|EPR|FLUORESCENCE")


def says_predicted(text: str, method: str) -> bool:
    """Tell whether a file says that it is a computed model.

    Parameters
    ----------
    text
        Title, remarks, names of programs.
    method
        The experiment the file names, empty if none.
    """
    method = method.upper()
    if "THEORETICAL" in method or "PREDICT" in method or "COMPUTED" in method:
        return True
    return not _EXPERIMENT.search(method) and _PROGRAMS.search(text.upper()) is not None


def with_confidence(atoms: Atoms, raw: RawStructure, polymer: np.ndarray, notes: list[str]) -> Atoms:
    """Put the confidence of a computed model on the scale from 0 to 100; note B-factors that look like one.

    Parameters
    ----------
    atoms
        The atoms that are read.
    raw
        Facts of the file.
    polymer
        bool for each atom: part of a polymer.
    notes
        What was found is appended.
    """
    values = atoms.b_factor
    if not len(values) or not polymer.any():
        return atoms
    highest, lowest = float(values.max()), float(values.min())
    fraction = 0.0 < highest <= 1.0 and lowest >= 0.0
    if raw.predicted:
        if fraction:
            notes.append("The confidence (pLDDT) is stated from 0 to 1; it was put on the scale from 0 to 100.")
            return dataclasses.replace(atoms, b_factor=(values * 100.0).astype(np.float32))
        return atoms
    if raw.method or raw.resolution_A is not None or raw.crystal is not None or raw.r_free is not None:
        return atoms
    if 0.0 < highest <= 100.0 and lowest >= 0.0 and _as_predictors_write(atoms, polymer, fraction):
        scale = "0 to 1" if fraction else "0 to 100"
        notes.append(
            "The file names no experiment and its B-factors look like the confidence of a computed model "
            f"(pLDDT, {scale}); they were taken for B-factors."
        )
    return atoms


def _as_predictors_write(atoms: Atoms, polymer: np.ndarray, fraction: bool) -> bool:
    """Tell whether all atoms of each residue have one value, and the values are no default such as 0, 1 or 20."""
    starts = atoms.residue_starts
    sizes = np.diff(np.r_[starts, len(atoms)])
    first = atoms.b_factor[starts]
    same = np.abs(np.repeat(first, sizes) - atoms.b_factor) < 0.005
    several = len(np.unique(first[polymer[starts]])) > 1  # waters and ions of a model in preparation have others
    defaults = {0.0, 1.0, 10.0, 15.0, 20.0, 25.0, 30.0, 50.0, 100.0}
    if not same[polymer].all() or len(starts) < 5:
        # Some programs state a confidence for each atom: only the scale from 0 to 1 gives it away.
        return fraction and several and not same[polymer].all()
    return several or float(first[polymer[starts]][0]) not in defaults
