"""Processes that match in small batches, to be killed: `python matcher.py SETTINGS_FILE`.

This one forks them, so that only the first has to load the code: two for each line on its input.
It says their pids, each says when it is ready, and this one says when both are gone.
"""

import asyncio
import os
import sys
from pathlib import Path

from talent_policy.entitlements import worker
from talent_policy.main import create_service
from talent_policy.settings import PolicySettings
from talent_policy.worker import create_worker

worker.BATCH, worker.MANY = 10, 5


async def match(settings: PolicySettings) -> None:
    (matcher,) = create_worker(create_service(settings)).loops
    # In one piece, newline and all: two processes write to one pipe.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await matcher.run()


def fork_one(settings: PolicySettings) -> int:
    pid = os.fork()
    if pid == 0:
        asyncio.run(match(settings))
        os._exit(1)
    return pid


if __name__ == "__main__":
    settings = PolicySettings.model_validate_json(Path(sys.argv[1]).read_text())
    for _ in sys.stdin:
        pids = [fork_one(settings) for _ in range(2)]
        print(*pids, flush=True)
        for pid in pids:
            os.waitpid(pid, 0)
        print("gone", flush=True)
