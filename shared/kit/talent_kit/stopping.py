"""Ending background tasks for certain."""

import asyncio
from collections.abc import Iterable
from typing import Any

_AGAIN = 5.0
"""Seconds that a task has to roll back before it is told again."""


async def stop(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they have ended, with whatever result.

    One cancellation may be lost: a database driver whose connection breaks at the same moment
    raises an error of its own instead, which a loop that goes on after errors survives.
    """
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=_AGAIN)
