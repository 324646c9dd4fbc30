"""A worker to kill: does the lists of a database until someone ends it."""

import asyncio
import sys

from talent_identity.main import create_service
from talent_identity.settings import IdentitySettings
from talent_identity.worker import create_worker


async def run(settings: str) -> None:
    worker = create_worker(create_service(IdentitySettings.model_validate_json(settings)))
    commit = worker.jobs._commit

    async def announced(*given: object) -> None:
        print("step", flush=True)
        await commit(*given)  # type: ignore[arg-type]

    worker.jobs._commit = announced  # type: ignore[assignment, method-assign]
    await worker.jobs.run()


if __name__ == "__main__":
    asyncio.run(run(sys.stdin.readline()))
