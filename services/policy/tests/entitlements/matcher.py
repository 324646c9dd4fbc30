"""A process that matches in small batches, to be killed: `python matcher.py SETTINGS_FILE`.

It says that it is ready, and begins at the first line that it is sent.
"""

import asyncio
import sys
from pathlib import Path

from talent_policy.entitlements import worker
from talent_policy.main import create_service
from talent_policy.settings import PolicySettings
from talent_policy.worker import create_worker

worker.BATCH = 10


async def main(settings: PolicySettings) -> None:
    (matcher,) = create_worker(create_service(settings)).loops
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    await matcher.run()


if __name__ == "__main__":
    asyncio.run(main(PolicySettings.model_validate_json(Path(sys.argv[1]).read_text())))
