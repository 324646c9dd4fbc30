"""A process that does one part of the worker's timed work, in small batches, to be killed.

`python working.py SETTINGS_FILE PART [FUNCTION CALLS]`: where a function is named by its module, it
kills itself in the place of so many calls of it, in the midst of whatever was going on.
"""

import asyncio
import importlib
import os
import signal
import sys
from pathlib import Path

from talent_postdoc.deadlines import worker as deadlines
from talent_postdoc.main import create_service
from talent_postdoc.settings import PostdocSettings
from talent_postdoc.warnings import service as warnings
from talent_postdoc.worker import create_worker

deadlines.BATCH = warnings.BATCH = 5


def die_in(function: str, calls: int) -> None:
    place, _, name = function.rpartition(".")
    module = importlib.import_module(place)
    real, left = getattr(module, name), calls

    async def dying(*arguments: object, **named: object) -> object:
        nonlocal left
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return await real(*arguments, **named)

    setattr(module, name, dying)


async def work(settings: PostdocSettings, part: str) -> None:
    worker = create_worker(create_service(settings))
    parts = {loop.name: loop for loop in worker.loops} | {"timers": worker.timers}
    await parts[part].run()


if __name__ == "__main__":
    file, part_, *death = sys.argv[1:]
    given = PostdocSettings.model_validate_json(Path(file).read_text())
    if death:
        die_in(death[0], int(death[1]))
    asyncio.run(work(given, part_))
