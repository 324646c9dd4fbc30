"""Identity's events of codes: whose they are, and who was let in before that was known."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import CodeIssued
from talent_kit.clock import Clock

from ..models.gates import TalentCode
from ..people import repository as people
from . import repository
from .deciding import decide_again


async def on_codes(clock: Clock, session: AsyncSession, events: Sequence[CodeIssued]) -> None:
    """Keep whose codes are whose, and decide scans that waited to know it."""
    rows = [
        TalentCode(
            digest=bytes.fromhex(event.code_digest),
            talent_id=event.talent_id,
            serial=event.serial,
        )
        for event in events
        if event.code_digest is not None
    ]
    await people.keep_codes(session, rows)
    waiting = await repository.unknown(session, [row.digest for row in rows])
    if waiting:
        await decide_again(session, clock, waiting)
