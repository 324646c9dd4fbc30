"""Codes that admit to a ticket: access codes that many share, invitations for one each.

The database keeps a hash keyed by the service's own key: whoever reads a copy of it can try no
codes, and who tries them here is stopped after a few.
"""

import secrets
import unicodedata
from uuid import UUID

from talent_kit.keyring import Keyring

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Without letters that are taken for digits or for one another."""
_LENGTH = 12
"""60 bits."""


def plain(code: str) -> str:
    """Return a code as it is compared: however it was typed or grouped."""
    folded = unicodedata.normalize("NFKC", code).casefold()
    return "".join(
        each for each in folded if not each.isspace() and unicodedata.category(each) != "Pd"
    )


def digest(keyring: Keyring, activity_id: UUID, code: str) -> bytes:
    """Return the keyed hash of a code for an activity."""
    return keyring.blind_index("admission-code", f"{activity_id}\n{plain(code)}")


def new_code() -> str:
    """Return a new invitation's code, in groups of four."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(drawn[place : place + 4] for place in range(0, _LENGTH, 4)).upper()
