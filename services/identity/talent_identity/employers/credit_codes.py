"""Unified social credit codes (统一社会信用代码) by GB 32100."""

import unicodedata

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Without I, O, S, V and Z; a character's place is its value."""
REGISTERING_BODIES = frozenset("123456789ANY")
LENGTH = 18

_VALUES = {character: value for value, character in enumerate(ALPHABET)}


class CreditCodeError(ValueError):
    """Not a credit code; carries a stable code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def check_character(first: str) -> str:
    """Return the 18th character for the first 17: weights are the powers of 3 modulo 31."""
    total = sum(_VALUES[character] * pow(3, place, 31) for place, character in enumerate(first))
    return ALPHABET[-total % 31]


def read_credit_code(text: str) -> str:
    """Return a code in its one stored form; case, width and spaces do not matter.

    Raises CreditCodeError: credit-code-format, credit-code-body, credit-code-check.
    """
    code = "".join(unicodedata.normalize("NFKC", text).upper().split())
    well_formed = len(code) == LENGTH and _VALUES.keys() >= set(code)
    if not (well_formed and code[2:8].isdigit()):
        raise CreditCodeError("credit-code-format")
    if code[0] not in REGISTERING_BODIES:
        raise CreditCodeError("credit-code-body")
    if code[-1] != check_character(code[:-1]):
        raise CreditCodeError("credit-code-check")
    return code
