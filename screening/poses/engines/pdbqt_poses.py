"""Coordinates of the models of a PDBQT text."""

from __future__ import annotations

import numpy as np

from screening.errors import FileError


def coordinates_of(text: str) -> list[np.ndarray]:
    """Return the coordinates of each model, (n, 3) in Å, atoms in the order of their serial numbers.

    Raises
    ------
    FileError
        If a line of an atom holds no coordinates.
    """
    models: list[list[tuple[int, float, float, float]]] = [[]]
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("MODEL") and models[-1]:
            models.append([])
        elif line.startswith(("ATOM", "HETATM")):
            try:
                place = (float(line[30:38]), float(line[38:46]), float(line[46:54]))
                models[-1].append((int(line[6:11]), *place))
            except ValueError as error:
                raise FileError("an atom without coordinates", where=f"line {number}", expected="PDBQT") from error
    return [np.array([atom[1:] for atom in sorted(model)], dtype=float) for model in models if model]
