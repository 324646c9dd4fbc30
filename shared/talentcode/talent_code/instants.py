"""Instants as codes and keys hold them: whole seconds that fit 32 bits."""

from datetime import UTC, datetime

_FIRST_BEYOND = 2**32


def utc_second(instant: datetime) -> datetime:
    """Cut an instant to its UTC second; ValueError when naive or outside 1970 to 2106."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    if not 0 <= instant.timestamp() < _FIRST_BEYOND:
        raise ValueError("an instant must lie between 1970 and 2106")
    return instant.astimezone(UTC).replace(microsecond=0)
