"""Primary keys: UUIDv7, so that they sort by the time they were made."""

from datetime import timedelta
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """Return a new UUIDv7."""
    return uuid7()


def age(identifier: UUID) -> timedelta | None:
    """Return how long ago a UUIDv7 was made, by the machine's clock; None for any other UUID."""
    if identifier.version != 7:
        return None
    return timedelta(milliseconds=(new_id().int >> 80) - (identifier.int >> 80))
