"""Application numbers (申报编号): a year, nine random digits, a check character.

A number is drawn, not counted, so that one says nothing of the others and nothing of the person.
The check character is that of ISO/IEC 7064, MOD 11-2: any one wrong digit shows, and any two that
changed places.
"""

import re
import secrets
import unicodedata

DIGITS = 9
_NUMBER = re.compile(rf"[0-9]{{{4 + DIGITS}}}[0-9X]")
_BETWEEN = str.maketrans(dict.fromkeys(" -‐‑–—"))


def draw(year: int) -> str:
    """Draw a number for an application of a year; whoever saves it sees that it is still free."""
    digits = f"{year:04}{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    return digits + check_character(digits)


def check_character(digits: str) -> str:
    """Return what stands behind the digits."""
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2 % 11
    rest = (12 - total) % 11
    return "X" if rest == 10 else str(rest)


def parse(text: str) -> str | None:
    """Return a number in its stored form, as people type it; None where it is none."""
    number = unicodedata.normalize("NFKC", text).upper().translate(_BETWEEN)
    if _NUMBER.fullmatch(number) is None or check_character(number[:-1]) != number[-1]:
        return None
    return number
