"""Phone numbers: their one stored form (E.164), and how little of them is shown."""

import re
import unicodedata

_MAINLAND_MOBILE = re.compile(r"(?:\+86|0086|86)?(1[3-9][0-9]{9})")
_INTERNATIONAL = re.compile(r"(?:\+|00)([1-9][0-9]{6,14})")


def normalised_phone(phone: str) -> str | None:
    """Return a number as `+` and digits, or None when it is none.

    Without a country it is a mobile number of the mainland; under +86 only those are taken.
    """
    plain = re.sub(r"[\s\-‐‑–—().]", "", unicodedata.normalize("NFKC", phone))
    if found := _MAINLAND_MOBILE.fullmatch(plain):
        return f"+86{found[1]}"
    found = _INTERNATIONAL.fullmatch(plain)
    return f"+{found[1]}" if found and not found[1].startswith("86") else None


def masked_phone(phone: str) -> str:
    """Return a stored number with its middle hidden: 138****5678, +852****78."""
    if phone.startswith("+86"):
        return f"{phone[3:6]}****{phone[-4:]}"
    return f"{phone[:4]}****{phone[-2:]}"
