"""Residue numbers of PDB files beyond the four columns: hybrid-36 and hexadecimal.

Hybrid-36: Grosse-Kunstleve, R. W., "Hybrid-36", http://cci.lbl.gov/hybrid_36 (CCP4 Newsletter, 2007): decimal up to
9999, then A000 is 10000, counted in base 36 from A000 to ZZZZ, then from a000. Hexadecimal numbers are written by VMD.
"""

from __future__ import annotations

import string

_DIGITS = string.digits + string.ascii_lowercase
#: Where base 36 with four digits begins: A000 and a000.
_UPPER_START, _UPPER_VALUE = 10 * 36**3, 10_000
_LOWER_VALUE = _UPPER_VALUE + 26 * 36**3

#: The largest number that four columns hold.
LARGEST = _LOWER_VALUE + 26 * 36**3 - 1


def number_field(number: int) -> str:
    """Return the four columns of a residue number: decimal up to 9999, then hybrid-36."""
    if number < _UPPER_VALUE:
        return f"{number:4d}"
    lower = number >= _LOWER_VALUE
    value = number - (_LOWER_VALUE if lower else _UPPER_VALUE) + _UPPER_START
    digits = ""
    while value:
        value, digit = divmod(value, 36)
        digits = _DIGITS[digit] + digits
    return digits if lower else digits.upper()


class ResidueNumbers:
    """Read the numbers of a file in its order; it must be told of each new chain.

    Which way of counting is used beyond 9999 shows at the first number that is not decimal: four characters that begin
    with a letter are hybrid-36, anything else with letters a to f is hexadecimal. From then on every number of that
    chain that follows 9999 is read that way.
    """

    def __init__(self) -> None:
        self.extended = ""
        self._hexadecimal = False

    def new_chain(self) -> None:
        """Start again with decimal numbers."""
        self._hexadecimal = False

    def read(self, text: str) -> int:
        """Return the number of a field.

        Raises
        ------
        ValueError
            If it is no number in any of these ways.
        """
        field = text.strip()
        if self._hexadecimal and len(field) == 4:
            return int(field, 16)
        try:
            return int(field)
        except ValueError:
            pass
        if len(field) == 4 and field.isascii() and field.isalnum() and field[0].isalpha():
            if field == field.upper():
                self.extended = "hybrid-36"
                return int(field, 36) - _UPPER_START + _UPPER_VALUE
            if field == field.lower():
                self.extended = "hybrid-36"
                return int(field, 36) - _UPPER_START + _LOWER_VALUE
        if len(field) == 4 and all(letter in "0123456789abcdefABCDEF" for letter in field):
            value = int(field, 16)
            if value >= 9999:
                self._hexadecimal, self.extended = True, "hexadecimal"
                return value
        raise ValueError(field)
