"""What a run of the demo sees."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Run:
    """Counts, times, and what should not have been."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Found by the platform, by measure and outcome."""
    surprises: list[str] = field(default_factory=list)
    """What differs from what the articles give."""
    decided: Counter[tuple[str, str]] = field(default_factory=Counter)
    jobs: dict[str, Any] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    instant_ms: list[float] = field(default_factory=list)
    repaired: int = 0
    batches: list[tuple[int, int]] = field(default_factory=list)
    """Payments and fen of each batch."""
    codes_verified: int = 0
    told: Callable[[str, float], None] | None = None
    """Hears of each phase as it ends, and how many seconds it took."""

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Note how long a phase takes."""
        started = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - started
        if self.told is not None:
            self.told(name, self.seconds[name])
