"""Giving certificates, and showing them: to whoever has the number, to their holders on paper."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_code import TalentCodeError, new_number, parse_number
from talent_contracts import CertificateIssued, CertificateRevoked, CertificateState
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.outbox import save_events
from talent_kit.pagination import Page, PageParams
from talent_kit.texts import Bilingual
from talent_kit.timers import set_timers

from ..models import Activity
from ..models.certificates import Certificate
from ..models.gates import Attendance, Fact
from ..people import repository as people
from ..people.errors import NotRegistered
from . import errors, repository
from .schemas import CertificateOut, CertificateRead

TELL_TIMER = "certificates-told"
"""An activity is over, or a certificate changed after that. Key: the activity's id."""
_SOME = 500


async def follow(
    session: AsyncSession, clock: Clock, attended: Sequence[Attendance | Fact]
) -> None:
    """Give a certificate for each attendance at what gives any; who was not there loses it.

    A certificate keeps its number, and a revoked one says so. It is told of when it is due.
    """
    if not attended:
        return
    terms = await repository.terms_of(session, {row.activity_id for row in attended})
    rows = [
        Certificate(
            id=row.id,
            registration_id=row.registration_id,
            activity_id=row.activity_id,
            talent_id=row.talent_id,
            attended_on=row.attended_on,
            number=new_number(),
            hours=terms[row.activity_id].hours,
            due_at=terms[row.activity_id].over_at,
            revoked=row.revoked_at is not None,
            version=row.version,
        )
        for row in attended
        if row.activity_id in terms
    ]
    await repository.keep(session, rows)
    dues = {str(row.activity_id): max(row.due_at, clock.now()) for row in rows}
    await set_timers(session, TELL_TIMER, dues)


async def tell(session: AsyncSession, clock: Clock, activity_id: UUID) -> None:
    """Tell of an activity's certificates that are due and new or changed, some at a time."""
    rows = await repository.untold(session, activity_id, clock.now(), _SOME)
    await save_events(session, clock, [state(row) for row in rows])
    for row in rows:
        row.told = row.version
    if len(rows) == _SOME:
        await set_timers(session, TELL_TIMER, {str(activity_id): clock.now()})


def state(row: Certificate) -> CertificateState:
    """Return a certificate's state as an event; without its number, by which anybody reads it."""
    kind = CertificateRevoked if row.revoked else CertificateIssued
    return kind(
        certificate_id=row.id,
        registration_id=row.registration_id,
        activity_id=row.activity_id,
        talent_id=row.talent_id,
        hours=row.hours,
        attended_on=row.attended_on,
        version=row.version,
    )


async def verify(session: AsyncSession, clock: Clock, typed: str) -> CertificateRead:
    """Return what a certificate says, by its number as people type it."""
    try:
        number = parse_number(typed)
    except TalentCodeError:
        raise errors.CertificateNotFound from None
    found = await repository.by_number(session, number, clock.now())
    if found is None:
        raise errors.CertificateNotFound
    return CertificateRead(**_said(*found))


async def own(
    session: AsyncSession, clock: Clock, who: Principal, registration_id: UUID
) -> CertificateOut:
    """Return the caller's certificate for a registration, once the activity is over."""
    talent_id = await _talent(session, who)
    found = await repository.by_registration(session, talent_id, registration_id, clock.now())
    if found is None:
        raise errors.CertificateNotFound
    if found[0].revoked:
        raise errors.CertificateRevoked
    return _out(*found)


async def list_own(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[CertificateOut]:
    """List the caller's certificates."""
    talent_id = await _talent(session, who)
    rows, cursor = await repository.page_of_talent(session, talent_id, clock.now(), page)
    activities = await repository.activities_of(session, rows)
    items = [_out(row, activities[row.activity_id]) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def _talent(session: AsyncSession, who: Principal) -> UUID:
    found = await people.by_logins(session, [who.subject])
    if who.subject not in found:
        raise NotRegistered
    return found[who.subject].talent_id


def _out(row: Certificate, activity: Activity) -> CertificateOut:
    return CertificateOut(registration_id=row.registration_id, **_said(row, activity))


def _said(row: Certificate, activity: Activity) -> dict[str, Any]:
    return {
        **row.model_dump(include={"number", "activity_id", "attended_on", "hours"}),
        **activity.model_dump(include={"kind", "host", "region"}),
        "standing": "revoked" if row.revoked else "valid",
        "title": Bilingual(zh=activity.title_zh, en=activity.title_en),
    }
