"""Where people pay: an address at the payment provider, signed here, that says what is to be paid.

The provider learns of an order when somebody opens the address: at an opening thousands of seats
are held without a call to anybody. It says a number, an amount, an end and a title, nobody's name.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

MOST_OF_TITLE = 16
"""Characters: the address is shown as a code too, and dense ones cannot be read."""
_TOLERANCE = 300
"""Seconds that a notice's own instant may differ from ours."""


@dataclass(frozen=True)
class Till:
    """The merchant's side of the provider: its page, the secret both know, how long seats wait."""

    page_url: str
    secret: bytes
    hold: timedelta

    def until(self, now: datetime, begins_at: datetime) -> datetime:
        """Return until when a seat waits to be paid for; whole seconds, as the address says."""
        return min(now + self.hold, begins_at).replace(microsecond=0)

    def address(self, order_id: UUID, fen: int, until: datetime, title: str) -> str:
        """Return where an order is paid; also what a QR code of it holds."""
        ends, short = int(until.timestamp()), _shortened(title)
        said = f"checkout\n{order_id.hex}\n{fen}\n{ends}\n{short}"
        digest = hmac.digest(self.secret, said.encode(), "sha256")
        signed = urlsafe_b64encode(digest).decode().rstrip("=")
        query = {"n": order_id.hex, "a": fen, "u": ends, "t": short, "s": signed}
        return f"{self.page_url}/pay?{urlencode(query)}"

    def knows(self, signature: str, body: bytes, now: datetime) -> bool:
        """Tell whether a notice was signed by the provider, not long ago."""
        parts = dict(part.partition("=")[::2] for part in signature.split(","))
        at, given = parts.get("t", ""), parts.get("v1", "")
        if not (at.isascii() and at.isdigit() and len(at) <= 12 and given.isascii()):
            return False
        if abs(now.timestamp() - int(at)) > _TOLERANCE:
            return False
        digest = hmac.digest(self.secret, f"notice\n{at}\n".encode() + body, "sha256")
        return hmac.compare_digest(digest.hex(), given)


def _shortened(title: str) -> str:
    whole = " ".join(title.split())
    return whole if len(whole) <= MOST_OF_TITLE else whole[: MOST_OF_TITLE - 1] + "…"
