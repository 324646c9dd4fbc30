"""A worker to kill: does the jobs of a database until someone ends it."""

import asyncio
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from kit_sample import main


async def run(settings: str) -> None:
    service = main.create_service(main.SampleSettings.model_validate_json(settings))
    worker = main.create_worker(service)
    apply = worker.jobs._commit

    async def announced(*given: object) -> None:
        print("step", flush=True)
        await apply(*given)  # type: ignore[arg-type]
        print("done", flush=True)

    worker.jobs._commit = announced  # type: ignore[assignment, method-assign]
    print("ready", flush=True)
    await worker.jobs.run()


if __name__ == "__main__":
    asyncio.run(run(sys.stdin.readline()))
