"""Reading what was shown, having it decided, and showing what came of it."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_code import ErrorCode, KeySet, TalentCodeError, decode, number_digest
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.pagination import Page, PageParams
from talent_kit.service import Service

from ..activities import repository as activities
from ..activities import service as activity_service
from ..gates import repository as gate_repository
from ..gates import service as gates
from ..gates.access import Doorkeeper
from ..gates.code_keys import CodeKeys
from ..models.gates import ScanBatch
from ..together import Together
from . import repository
from .deciding import decide
from .errors import TooManyScans
from .repository import Plans
from .scans import Scanned, Shown
from .schemas import (
    BatchContent,
    BatchOut,
    ConflictLine,
    MeetingPresence,
    Presence,
    ScanContent,
    Verdict,
)

_AT_ONCE = 100
"""Scans of a batch that a thread reads before others get their turn."""
_GATHER = 0.003
"""Seconds in which scans gather where several come at once: nobody at a door notices."""


class CheckIn:
    """Where the scans of one process are decided."""

    def __init__(
        self, parts_of: Service, code_keys: CodeKeys, *, together: int, waiting: int
    ) -> None:
        self._service = parts_of
        self._code_keys = code_keys
        self._scans: Together[Scanned, Verdict] = Together(
            parts_of,
            partial(decide, Plans()),
            together=together,
            waiting=waiting,
            too_many=TooManyScans,
            gather=_GATHER,
            short=True,
        )

    async def scan(
        self,
        door: Doorkeeper,
        activity_id: UUID,
        gate_id: UUID,
        scan_id: UUID,
        content: ScanContent,
    ) -> Verdict:
        """Decide a scan now."""
        now = self._service.clock.now()
        (shown,) = await self._shown([content], [now])
        out = content.direction == "out"
        return await self.decide(Scanned(door, activity_id, gate_id, scan_id, shown, out))

    async def decide(self, scanned: Scanned) -> Verdict:
        """Decide a scan whose code was read."""
        return await self._scans.decide(scanned)

    async def bring(
        self,
        door: Doorkeeper,
        activity_id: UUID,
        gate_id: UUID,
        batch_id: UUID,
        content: BatchContent,
    ) -> BatchOut:
        """Take what a device recorded without a network, at the instants that its clock meant.

        Whatever a crash interrupts is brought again, and what was stored is not stored twice.
        """
        # Before a thousand signatures are checked for somebody who may not scan here.
        async with self._service.database.transaction() as session:
            _, sent_by = await gates.at_gate(session, door, activity_id, gate_id)
        now = self._service.clock.now()
        behind = now - content.sent_at
        read: list[Scanned] = []
        for start in range(0, len(content.scans), _AT_ONCE):
            some = content.scans[start : start + _AT_ONCE]
            # None is later than now, whatever the device's clock has done in between.
            instants = [min(each.at + behind, now) for each in some]
            all_shown = await self._shown(some, instants)
            for each, at, shown in zip(some, instants, all_shown, strict=True):
                scanned = Scanned(
                    door,
                    activity_id,
                    gate_id,
                    each.scan_id,
                    shown,
                    each.direction == "out",
                    at=at,
                    device_at=each.at,
                    let_in=each.admitted,
                    turned_away=None if each.admitted else each.reason or "refused",
                )
                read.append(scanned)
        verdicts = await self._scans.decide_all(read)
        behind_ms = round(behind / timedelta(milliseconds=1))
        async with self._service.database.transaction() as session:
            batch = ScanBatch(
                gate_id=gate_id,
                id=batch_id,
                sent_by=sent_by,
                scans=len(read),
                behind_ms=behind_ms,
                received_at=now,
            )
            await repository.add_batch(session, batch)
        return BatchOut(behind_ms=behind_ms, scans=verdicts)

    async def _shown(
        self, contents: Sequence[ScanContent], instants: Sequence[datetime]
    ) -> list[Shown]:
        """Return what was shown; a signature takes 0.2 ms, so many are a thread's work."""

        async def read() -> list[Shown]:
            given = contents, await self._code_keys.keys(), instants
            return await asyncio.to_thread(_read, *given) if len(contents) > 1 else _read(*given)

        found = await read()
        unknown = any(each.fault == ErrorCode.UNKNOWN_KEY for each in found)
        return await read() if unknown and await self._code_keys.renew() else found


async def list_conflicts(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, page: PageParams
) -> Page[ConflictLine]:
    """List who was let in at an activity although they should not, or is not known."""
    shown = await activity_service.read_as_staff(session, clock, who, activity_id)
    names = {each.id: each.name for each in shown.meetings}
    gate_names = {
        each.id: each.name for each in await gate_repository.of_activity(session, activity_id)
    }
    rows, cursor = await repository.page_of_conflicts(session, activity_id, page)
    lines = [
        ConflictLine(
            id=row.id,
            scan_id=row.scan_id,
            gate=gate_names[row.gate_id],
            scanned_by=row.scanned_by,
            registration_id=row.registration_id,
            meeting=None if row.meeting_id is None else names[row.meeting_id],
            reason=str(row.reason),
            at=row.at,
            device_at=row.device_at,
        )
        for row in rows
    ]
    return Page(items=lines, next_cursor=cursor)


async def presence(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID
) -> Presence:
    """Return how many are where at this moment."""
    await activity_service.read_as_staff(session, clock, who, activity_id)
    figures, by_meeting = await repository.presence(session, activity_id)
    parts = await activities.parts_of(session, activity_id)
    now = clock.now()
    return Presence(
        **figures._mapping,
        meetings=[
            MeetingPresence(
                meeting=each.name,
                # Who leaves with the session is not scanned: nobody is in one that is over.
                inside=by_meeting[each.id].inside
                if each.id in by_meeting and now < each.ends_at
                else 0,
                entered=by_meeting[each.id].entered if each.id in by_meeting else 0,
            )
            for each in sorted(parts.meetings, key=lambda meeting: meeting.starts_at)
        ],
    )


def _read(
    contents: Sequence[ScanContent], keys: KeySet, instants: Sequence[datetime]
) -> list[Shown]:
    found = []
    for content, at in zip(contents, instants, strict=True):
        if content.payload is None:
            found.append(Shown(registration_id=content.registration_id))
            continue
        try:
            claims = decode(content.payload, keys, at)
        except TalentCodeError as refusal:
            found.append(Shown(fault=refusal.code.value))
        else:
            found.append(Shown(digest=number_digest(claims.number)))
    return found
