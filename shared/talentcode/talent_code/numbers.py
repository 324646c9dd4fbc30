"""The talent number (人才编号): 80 random bits in 16 characters, and a check character.

The 32 characters stand for the elements of the field GF(32). The characters of a number, weighted
with the powers of a primitive element, add up to zero. The 17 weights all differ and none is zero,
so every wrong character and every exchange of two different characters leaves a sum that is not.
"""

import hashlib
import secrets
import unicodedata

from .errors import ErrorCode, TalentCodeError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_BITS = 80
NUMBER_LENGTH = RANDOM_BITS // 5 + 1
TYPED_LIMIT = 64

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_FIELD_POLYNOMIAL = 0b100101
_TYPED = str.maketrans({"I": "1", "L": "1", "O": "0"} | dict.fromkeys(" -‐‑–—"))


def _times_primitive(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & 0b100000 else doubled


def _weighted_sum(characters: str) -> int:
    total = 0
    for character in characters:
        total = _times_primitive(total) ^ _VALUES[character]
    return total


def new_number() -> str:
    """Draw a number that cannot be guessed and says nothing about the person."""
    bits = secrets.randbits(RANDOM_BITS)
    drawn = "".join(ALPHABET[bits >> shift & 31] for shift in range(RANDOM_BITS - 5, -1, -5))
    return drawn + ALPHABET[_times_primitive(_weighted_sum(drawn))]


def parse_number(text: str) -> str:
    """Read a number as people type it, and return it in its one stored form.

    Case, spaces, dashes and full-width characters do not matter; I and L are read as 1, O as 0.
    Raises TalentCodeError: number-malformed when it cannot be a number (U is not in the alphabet),
    number-mistyped when the check character does not fit.
    """
    if len(text) > TYPED_LIMIT:
        raise TalentCodeError(ErrorCode.NUMBER_MALFORMED)
    number = unicodedata.normalize("NFKC", text).upper().translate(_TYPED)
    if len(number) != NUMBER_LENGTH or not _VALUES.keys() >= set(number):
        raise TalentCodeError(ErrorCode.NUMBER_MALFORMED)
    if _weighted_sum(number) != 0:
        raise TalentCodeError(ErrorCode.NUMBER_MISTYPED)
    return number


def format_number(number: str) -> str:
    """Group a stored number for reading aloud: 4-4-4-5 characters."""
    return "-".join((number[:4], number[4:8], number[8:12], number[12:]))


def number_digest(number: str) -> bytes:
    """Return the SHA-256 of a stored number: who knows a number finds it; no way leads back."""
    return hashlib.sha256(number.encode()).digest()
