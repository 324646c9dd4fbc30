"""A process that sweeps in small batches, to be killed: `python sweeper.py SETTINGS_FILE`."""

import asyncio
import sys
from pathlib import Path

from talent_postdoc.deadlines import worker
from talent_postdoc.main import create_service
from talent_postdoc.settings import PostdocSettings
from talent_postdoc.worker import create_worker

worker.BATCH = 5


async def sweep(settings: PostdocSettings) -> None:
    loop, *_ = create_worker(create_service(settings)).loops
    await loop.run()


if __name__ == "__main__":
    given = PostdocSettings.model_validate_json(Path(sys.argv[1]).read_text())
    asyncio.run(sweep(given))
