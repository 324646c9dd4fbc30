"""Circuit breaking: a service that cannot be reached is left alone for a while."""

import logging
import math
import time
from collections.abc import Callable
from types import TracebackType

from talent_kit.problems import UpstreamTimeout

from .errors import UpstreamUnavailable

log = logging.getLogger(__name__)

FAILURES = 5
"""In a row, of connecting or of answering in time, after which nobody calls any more."""
SECONDS = 5.0
"""Until one request is let through, to find out."""


class Circuit:
    """One service's: `with circuit:` around a call, `check` before any work for one.

    An answer, whatever it says, closes it. Other failures say nothing about being reached.
    """

    def __init__(self, name: str, *, now: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._now = now
        self._failures = 0
        self._closed_at = 0.0
        """When the next request may try, after too many have failed."""
        self._probing = False

    def check(self) -> None:
        """Raise UpstreamUnavailable, with the seconds to wait, while the service is left alone."""
        if self._failures < FAILURES:
            return
        wait = SECONDS if self._probing else self._closed_at - self._now()
        if wait > 0:
            raise UpstreamUnavailable(headers={"Retry-After": str(math.ceil(wait))})

    def __enter__(self) -> None:
        if self._failures >= FAILURES:
            self.check()
            self._probing = True

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._probing = False
        if kind is None:
            if self._failures >= FAILURES:
                log.warning("a service answers again", extra={"upstream": self._name})
            self._failures = 0
        elif issubclass(kind, UpstreamUnavailable | UpstreamTimeout):
            self._failures += 1
            self._closed_at = self._now() + SECONDS
            if self._failures == FAILURES:
                log.error("a service is left alone", extra={"upstream": self._name})
