"""Erasing a talent at their own wish (注销): what the law keeps stays, without the person."""

from datetime import timedelta
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import CloudEvent, TalentErased
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.bus import EventBus
from talent_kit.outbox import forget_unsent, save_event
from talent_kit.timers import TimerHandler, set_timer

from ..parts import IdentityService
from ..sessions import repository as session_repository
from ..talents import repository as talent_repository
from ..talents import service as talents
from . import repository
from .schemas import Erase, Erasure

FORGET_TIMER = "forget-on-bus"
"""Key: the erased talent, whose earlier events go from the bus."""
LEAVE_TIMER = "account-leaves"
"""Key: the erased talent's login, whose account goes from the directory."""
_TOKENS_LAST = timedelta(minutes=10)
"""Longer than any access token: who holds one might register anew under the login."""


async def erase(
    session: AsyncSession, parts: IdentityService, who: Principal, body: Erase
) -> Erasure:
    """Erase the caller: nothing is left that opens, finds or signs in as them.

    A marker of each document stays, so that who registers it again is not paid a second time.
    """
    talent = await talents.own(session, who, for_update=True)
    now = parts.clock.now()
    documents = (await talent_repository.documents_of(session, [talent.id]))[talent.id]
    markers = [talents.marker(parts, document.blind_index) for document in documents]
    await talent_repository.mark_erased(session, markers, [talent.id, *talent.formerly])
    await repository.remove(session, talent.id, talent.login, now)
    await session_repository.remove_all(session, who.subject)
    await set_timer(session, LEAVE_TIMER, who.subject, now + _TOKENS_LAST)
    await parts.vault.destroy(session, talent.id)
    talent.login, talent.sealed_profile, talent.formerly = None, b"", []
    talent.erased_at = now
    talent.version += 1
    await session.flush()
    await forget_unsent(session, str(talent.id))
    event = TalentErased(version=talent.version, talent_id=talent.id)
    await save_event(session, parts.clock, event)
    await set_timer(session, FORGET_TIMER, str(talent.id), now)
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="talent.erased",
        subject=f"talent:{talent.id}",
        region=talent.region,
        detail={"confirmation": body.confirmation},
    )
    return Erasure(talent_id=talent.id, erased_at=now)


def forget_handler(bus: EventBus) -> TimerHandler:
    """Return the timer's handler: it takes the talent's earlier events off the bus."""

    async def forget(key: str) -> None:
        await bus.forget(TalentErased.topic(), str(UUID(key)).encode(), _is_erasure)

    return forget


def leave_handler(parts: IdentityService) -> TimerHandler:
    """Return the timer's handler: it takes the account away, unless the login registered anew."""

    async def leave(key: str) -> None:
        async with parts.database.transaction() as session:
            anew = await talent_repository.by_login(session, key)
        if anew is None:
            await parts.accounts.directory.remove_talent(key)

    return leave


def _is_erasure(value: bytes) -> bool:
    return CloudEvent.model_validate_json(value).type == TalentErased.TYPE
