"""Claims of seats that come together are decided together, each in its turn.

One transaction for each claim would take the quotas' locks one after another, and a popular opening
would wait for as many commits as there are callers. Here the claims of a moment share one; nobody
is answered before it has committed, and the order is that in which they came.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Sequence

from talent_kit.database import is_transient
from talent_kit.problems import Unavailable
from talent_kit.service import Service

from .errors import TooManyAtOnce
from .schemas import RegistrationOut
from .seating import Wanted, decide

log = logging.getLogger(__name__)

_Waiting = tuple[Wanted, "asyncio.Future[RegistrationOut]"]


class Claims:
    """The claims of one process; several processes queue at the quotas' locks."""

    def __init__(self, parts_of: Service, *, together: int, waiting: int) -> None:
        self._service = parts_of
        self._together = together
        self._most = waiting
        self._queue: deque[_Waiting] = deque()
        self._task: asyncio.Task[None] | None = None

    async def claim(self, wanted: Wanted) -> RegistrationOut:
        """Claim a seat; return once it is decided and stored.

        Raises what speaks against it, TooManyAtOnce, and Unavailable where the database failed:
        claiming again then finds what was stored.
        """
        if len(self._queue) >= self._most:
            raise TooManyAtOnce
        decided: asyncio.Future[RegistrationOut] = asyncio.get_running_loop().create_future()
        self._queue.append((wanted, decided))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._work(), name="claims")
        return await decided

    async def _work(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(self._together, len(self._queue)))]
            await self._decide(batch)

    async def _decide(self, batch: Sequence[_Waiting]) -> None:
        outcomes: Sequence[RegistrationOut | BaseException]
        try:
            async with self._service.database.transaction() as session:
                of = self._service
                claims = [wanted for wanted, _ in batch]
                outcomes = await decide(session, of.clock, of.vault, claims)
        except Exception as error:
            if not is_transient(error) and len(batch) > 1:
                # One of them is at fault; the others should not suffer for it.
                for one in batch:
                    await self._decide([one])
                return
            log.warning("claims failed", extra={"error": type(error).__name__, "of": len(batch)})
            outcomes = [Unavailable() if is_transient(error) else error] * len(batch)
        for (_, decided), outcome in zip(batch, outcomes, strict=True):
            if decided.done():
                continue  # its caller has gone
            if isinstance(outcome, BaseException):
                decided.set_exception(outcome)
            else:
                decided.set_result(outcome)
