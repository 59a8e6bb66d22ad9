"""From a written affinity to -log10 of a molar concentration."""

from __future__ import annotations

import math
from enum import StrEnum

from screening.errors import UsageError
from screening.models.data.typed_text import molar, typed

#: Affinities outside this range (10 mM to 0.01 pM) are not believed: no assay measures them, so the unit is wrong.
PLAUSIBLE = (2.0, 14.0)


class Unit(StrEnum):
    """How a column gives affinities: as a concentration, or already as -log10 molar (``p``)."""

    MOLAR = "M"
    MILLIMOLAR = "mM"
    MICROMOLAR = "uM"
    NANOMOLAR = "nM"
    PICOMOLAR = "pM"
    NEGATIVE_LOG = "p"

    @classmethod
    def parse(cls, text: str) -> Unit:
        """Read a unit as people write it: ``nM``, ``µM``, ``nmol/L``, ``nanomolar``, ``p``, ``pIC50``, ``pKi`` ...

        Raises
        ------
        UsageError
            If it is none of these.
        """
        if text.strip().lower() in ("p", "pic50", "pki", "pkd", "pec50"):
            return cls.NEGATIVE_LOG
        unit = unit_of(text)
        if unit is not None:
            return unit
        raise UsageError(f"{text!r} is no unit of affinity", expected="one of nM, uM, mM, pM, M or p (-log10 molar)")


_UNITS = {
    "nm": Unit.NANOMOLAR, "nanomolar": Unit.NANOMOLAR, "nmol/l": Unit.NANOMOLAR, "nmoll-1": Unit.NANOMOLAR,
    "nmol.l-1": Unit.NANOMOLAR,
    "um": Unit.MICROMOLAR, "micromolar": Unit.MICROMOLAR, "umol/l": Unit.MICROMOLAR, "umoll-1": Unit.MICROMOLAR,
    "umol.l-1": Unit.MICROMOLAR,
    "millimolar": Unit.MILLIMOLAR, "mmol/l": Unit.MILLIMOLAR, "mmol.l-1": Unit.MILLIMOLAR,
    "picomolar": Unit.PICOMOLAR, "pmol/l": Unit.PICOMOLAR, "pmol.l-1": Unit.PICOMOLAR,
    "m": Unit.MOLAR, "molar": Unit.MOLAR, "mol/l": Unit.MOLAR, "mol.l-1": Unit.MOLAR,
}  # fmt: skip


def unit_of(text: str) -> Unit | None:
    """Return the unit of concentration that a word names, None if it is none; ``mM`` and ``pM`` only as written so."""
    plain = molar(typed(text)).strip().strip("[]()").replace("µ", "u").replace("μ", "u").replace("·", "")
    plain = plain.replace(" ", "")
    if plain in ("mM", "pM"):
        return Unit(plain)
    if plain in ("mm", "pm"):
        return None
    return _UNITS.get(plain.lower())


#: Minus the power of ten of each unit of concentration.
EXPONENT = {Unit.MOLAR: 0, Unit.MILLIMOLAR: 3, Unit.MICROMOLAR: 6, Unit.NANOMOLAR: 9, Unit.PICOMOLAR: 12}


def negative_log_molar(value: float, unit: Unit) -> float:
    """Return -log10 of the molar concentration.

    Parameters
    ----------
    value
        A positive concentration in `unit`, or any number if the unit is ``p``.
    unit
        Unit of `value`.

    Raises
    ------
    ValueError
        If a concentration is not above 0; the message says so.
    """
    if not math.isfinite(value):
        raise ValueError("the value is not a finite number")
    if unit is Unit.NEGATIVE_LOG:
        return value
    if value <= 0:
        raise ValueError(f"a concentration of {value:g} {unit.value} cannot be: it must be above 0")
    return EXPONENT[unit] - math.log10(value)


def implausible(p: float, unit: Unit) -> str | None:
    """Return why an affinity of `p` is not believed, or None."""
    low, high = PLAUSIBLE
    if low <= p <= high:
        return None
    logs = unit is not Unit.NEGATIVE_LOG and 3 <= 10 ** (EXPONENT[unit] - p) <= 12
    return f"in {unit.value} it is {p:.2f} on the -log10 molar scale, outside {low:g} to {high:g}: wrong unit?" + (
        " (--unit p if it is -log10 molar already)" if logs else ""
    )
