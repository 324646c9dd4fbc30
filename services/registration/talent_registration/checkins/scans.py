"""A scan as it comes in, and what was shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ..gates.access import Doorkeeper


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody showed: a code by its number's digest, a ticket, or what is neither."""

    digest: bytes | None = None
    registration_id: UUID | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Scanned:
    """A scan as it came in. `at` and `let_in` are what a device says that had no network.

    `at` is corrected for its clock; of a scan without them this moment decides.
    """

    door: Doorkeeper
    activity_id: UUID
    gate_id: UUID
    scan_id: UUID
    shown: Shown
    out: bool
    at: datetime | None = None
    device_at: datetime | None = None
    let_in: bool | None = None
    turned_away: str | None = None
    """Why the device did not let them in."""
