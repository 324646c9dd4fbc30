"""How much of a price goes back to who gives their seat up."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta


def given_back(
    fen: int, steps: Iterable[Mapping[str, int]], begins_at: datetime, now: datetime
) -> int:
    """Return how much of a price goes back: by the step of the most days that are still left.

    A step's `percent` holds for who gives up at least `days` times 24 hours before it begins; later
    than all steps nothing goes back, without any step everything. What is kept is rounded down.
    """
    left = begins_at - now
    rows = sorted(steps, key=lambda step: -step["days"])
    if not rows:
        return fen
    percent = next((row["percent"] for row in rows if left >= timedelta(days=row["days"])), 0)
    return fen - fen * (100 - percent) // 100
