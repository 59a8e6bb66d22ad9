"""Small structures written by the tests, and the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from screening.targets.files.read import read_target
from screening.targets.target import Target


def pdb_atom(
    name: str = "CA", code: str = "ALA", chain: str = "A", number: int = 1, x: float = 0.0, y: float = 0.0,
    z: float = 0.0, *, icode: str = "", altloc: str = "", occupancy: float = 1.0, element: str = "C",
    record: str = "ATOM", serial: int = 1, b: float = 20.0,
) -> str:  # fmt: skip
    """One coordinate record, written column by column from the format's description."""
    field = f" {name:<3s}" if len(element) == 1 and len(name) < 4 else f"{name:<4s}"
    return (
        f"{record:<6s}{serial:>5d} {field}{altloc:1s}{code:>3s} {chain:1s}{number:>4d}{icode:1s}   "
        f"{x:8.3f}{y:8.3f}{z:8.3f}{occupancy:6.2f}{b:6.2f}          {element:>2s}"
    )


def residue(code: str, number: int, x: float, *, chain: str = "A", y: float = 0.0, **more: object) -> list[str]:
    """The backbone of one residue; residues at x = 0, 3.8, 7.6 ... are bonded."""
    atoms = (("N", "N", 0.0), ("CA", "C", 1.2), ("C", "C", 2.5), ("O", "O", 2.7))
    return [
        pdb_atom(name, code, chain, number, x + dx, y + (1.2 if name == "O" else 0.0), 0.0, element=element, **more)  # type: ignore[arg-type]
        for name, element, dx in atoms
    ]


def peptide(codes: list[str], *, chain: str = "A", first: int = 1, y: float = 0.0) -> list[str]:
    """An extended chain of bonded residues."""
    lines: list[str] = []
    for i, code in enumerate(codes):
        lines += residue(code, first + i, 3.8 * i, chain=chain, y=y)
    return lines


@pytest.fixture(scope="session")
def pka(data: Path) -> Target:
    return read_target(data / "targets" / "1fmo.cif")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write_file(content: str | bytes | list[str], name: str = "x.pdb") -> Path:
        path = tmp_path / name
        if isinstance(content, list):
            content = "\n".join(content) + "\n"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file
