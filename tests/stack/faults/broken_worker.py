"""The identity service's worker with a relay that loses: it commits, and sends only then."""

import runpy
from collections import Counter

import talent_kit.worker
from talent_kit.bus import Message
from talent_kit.outbox import Relay, add_to_count


class BrokenRelay(Relay):
    """What a relay must not do; it counts what it takes as sent."""

    async def step(self) -> int:
        async with self._database.transaction() as session:
            rows = await self._take(session)
            if rows:
                await add_to_count(session, "published", Counter(row.type for row in rows))
        if rows:
            await self._bus.publish([Message(row.topic, row.key, row.value) for row in rows])
        return len(rows)


talent_kit.worker.Relay = BrokenRelay  # type: ignore[misc]
runpy.run_module("talent_identity", run_name="__main__")
