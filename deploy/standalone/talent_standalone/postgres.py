"""PostgreSQL beside the platform: started again whenever it dies."""

import asyncio
import logging

from talent_kit.embedded_postgres import EmbeddedPostgres

log = logging.getLogger(__name__)

DATABASES = ("bus", "identity", "policy", "postdoc", "registration", "bank")
_LOOK_EVERY = 0.2
_LONGEST_PAUSE = 10.0


async def keep_running(postgres: EmbeddedPostgres) -> None:
    """Watch the server until cancelled; its address stays, so pools find it again."""
    pause = _LOOK_EVERY
    while True:
        await asyncio.sleep(pause)
        if postgres.running:
            pause = _LOOK_EVERY
            continue
        log.warning("PostgreSQL has ended: starting it again")
        try:
            await asyncio.to_thread(postgres.start)
        except Exception as error:
            log.exception("PostgreSQL does not start", exc_info=error)
            pause = min(pause * 2, _LONGEST_PAUSE)
