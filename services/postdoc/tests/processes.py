"""Working processes beside the tests, on the same database and by the same clock."""

import asyncio
import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr
from talent_kit.clock import SystemClock

_WORKING = Path(__file__).with_name("working.py")
_PATIENCE = 60


def settings_file(world, folder, **changes):
    """Write down the service's settings for a process; its clock goes on from the world's."""
    service = world.running.service
    given = {name: _plain(value) for name, value in service.settings if value is not None}
    given["clock_shift"] = (world.running.clock.now() - SystemClock().now()).total_seconds()
    file = folder / "settings.json"
    file.write_text(json.dumps(given | changes))
    return file


def _plain(value):
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@asynccontextmanager
async def working(settings, part, count=2):
    """Some processes at once that do one part of the work, killed at the end of the block."""
    started = [
        await asyncio.create_subprocess_exec(sys.executable, _WORKING, settings, part)
        for _ in range(count)
    ]
    try:
        async with asyncio.timeout(_PATIENCE):
            yield
    finally:
        for process in started:
            process.kill()
            await process.wait()


async def killed_in(settings, part, function, calls):
    """Let a process work until it is killed in the place of so many calls of a function."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, _WORKING, settings, part, function, str(calls)
    )
    async with asyncio.timeout(_PATIENCE):
        assert await process.wait() == -9
