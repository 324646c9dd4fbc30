"""Waiting for what other tasks and processes do."""

import asyncio
import inspect


async def until(condition, seconds=10.0):
    """Return once the condition, plain or async, holds; fails when it does not in time."""
    async with asyncio.timeout(seconds):
        while True:
            held = condition()
            if await held if inspect.isawaitable(held) else held:
                return
            await asyncio.sleep(0.01)
