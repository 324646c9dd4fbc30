"""Telling the merchant of payments, again and again until it answers that it knows."""

import hmac
from datetime import timedelta

import httpx2
from sqlmodel import col, select
from talent_kit.calls import trusted
from talent_kit.clock import Clock
from talent_kit.database import Database
from talent_kit.loops import Loop

from . import service
from .models import Notice

_MOST_TRIES = 15
_LONGEST_PAUSE = 60
_SOME = 20


def signature(key: bytes, at: int, body: bytes) -> str:
    """Return what goes into `Payments-Signature` at an instant in Unix seconds."""
    digest = hmac.digest(key, f"notice\n{at}\n".encode() + body, "sha256")
    return f"t={at},v1={digest.hex()}"


class Notices(Loop):
    """Sends what is due; a merchant that does not answer is told again, less and less often."""

    name = "notices"
    poll = 1.0

    def __init__(self, database: Database, clock: Clock, key: bytes, url: str) -> None:
        super().__init__()
        self._database, self._clock, self._key, self._url = database, clock, key, url
        self._http = httpx2.AsyncClient(timeout=5, verify=trusted())

    async def step(self) -> int:
        """Send what is due; the rows stay locked meanwhile, so that two processes share the work.

        A crash sends again what was sent: notices come at least once.
        """
        async with self._database.transaction() as session:
            query = select(Notice).where(col(Notice.due) <= self._clock.now())
            query = query.order_by(col(Notice.due)).limit(_SOME).with_for_update(skip_locked=True)
            notices = (await session.exec(query)).all()
            for notice in notices:
                state = await service.state_of(session, notice.number)
                if await self._sent(state.model_dump_json().encode()):
                    await session.delete(notice)
                    continue
                notice.tries += 1
                pause = min(2**notice.tries, _LONGEST_PAUSE)
                notice.due = self._clock.now() + timedelta(seconds=pause)
                if notice.tries >= _MOST_TRIES:
                    await session.delete(notice)
        return len(notices)

    async def _sent(self, body: bytes) -> bool:
        at = int(self._clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "Payments-Signature": signature(self._key, at, body),
        }
        try:
            answer = await self._http.post(self._url, content=body, headers=headers)
        except httpx2.HTTPError:
            return False
        return answer.status_code < 300

    async def close(self) -> None:
        await self._http.aclose()
