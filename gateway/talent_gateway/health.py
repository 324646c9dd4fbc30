"""Whether everything behind the gateway serves."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping

from .errors import NotReady
from .upstream import Upstream, ask

log = logging.getLogger(__name__)

Check = Callable[[], Awaitable[bool]]
_KEPT_SECONDS = 1.0
_PATIENCE = 5.0


class Readiness:
    """Asks every service and every further part, at most once a second however many wonder."""

    def __init__(self, upstreams: Mapping[str, Upstream], checks: Mapping[str, Check]) -> None:
        self._checks: dict[str, Check] = {
            name: _of_service(upstream) for name, upstream in upstreams.items()
        } | dict(checks)
        self._asking = asyncio.Lock()
        self._states: dict[str, bool] = {}
        self._asked = float("-inf")

    async def states(self) -> dict[str, str]:
        """Return `ok` for every part; raises NotReady, which names those that are not."""
        async with self._asking:
            if time.monotonic() - self._asked >= _KEPT_SECONDS:
                found = await asyncio.gather(*map(_holds, self._checks.values()))
                self._states = dict(zip(self._checks, found, strict=True))
                self._asked = time.monotonic()
        if waiting := sorted(name for name, ready in self._states.items() if not ready):
            raise NotReady(waiting_for=waiting)
        return dict.fromkeys(self._states, "ok")


def _of_service(upstream: Upstream) -> Check:
    async def ready() -> bool:
        status, _ = await ask(upstream, "/health/ready", _PATIENCE)
        return status == 200

    return ready


async def _holds(check: Check) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check()
    except Exception as error:
        log.warning("a readiness check failed", exc_info=error)
        return False
