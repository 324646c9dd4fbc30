"""Talents who were erased: they are forgotten, and their seats are free."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import TalentErased
from talent_kit.blobs import Blobs
from talent_kit.clock import Clock
from talent_kit.idempotency import forget_answers
from talent_kit.personal import Vault

from ..employers import repository as employers
from ..files import service as files
from ..models import Registration
from ..people import repository as people
from ..waiting_rooms import repository as waiting_rooms
from . import answers, repository, seating
from .repository import Hall
from .rules import Status


async def on_erased(
    clock: Clock,
    vault: Vault,
    blobs: Blobs,
    session: AsyncSession,
    events: Sequence[TalentErased],
) -> None:
    """Give back the seats of who was erased, and forget their logins, answers and files."""
    gone = [event.talent_id for event in events]
    halls: dict[UUID, Hall] = {}
    rows = await repository.live_of_talents(session, gone)
    while missing := {row.activity_id for row in rows} - halls.keys():
        halls |= await repository.hold(session, missing)
        rows = await repository.live_of_talents(session, gone)
    held: dict[UUID, list[Registration]] = defaultdict(list)
    for row in rows:
        held[row.activity_id].append(row)
    for activity_id, theirs in held.items():
        await seating.leave(session, clock, halls[activity_id], theirs, Status.CANCELLED)
    await waiting_rooms.remove(session, gone)
    await repository.forget(session, gone)
    await answers.forget(session, gone)
    await files.forget(session, blobs, gone)
    await employers.forget(session, gone)
    for talent_id in gone:
        await vault.destroy(session, talent_id)
    for login in await people.logins_of(session, gone):
        await forget_answers(session, login)
    await people.remove(session, gone)
