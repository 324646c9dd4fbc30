"""The alarm where something granted turns out not to be due; a person ends it.

The same was granted to somebody twice, under two pseudonyms; attendance was revoked; a doctor left
the station early.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import among
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id

from ..models.applications import Application, ApplicationStatus
from ..models.money import Payment
from ..models.settling import Difference, DifferenceKind
from .repository import halted_subject
from .rules import TO_COME
from .service import stop

_NOTHING_TO_DOUBT = (
    ApplicationStatus.PENDING,
    ApplicationStatus.RETURNED,
    ApplicationStatus.REJECTED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.STOPPED,
    ApplicationStatus.RECOVERED,
)


async def raise_alarm(
    session: AsyncSession, clock: Clock, application_ids: Collection[UUID]
) -> None:
    """Stop what is not paid yet of applications that were granted a second time, and say so.

    What is at the bank is stopped when it comes back; what was paid a person may recover.
    """
    if not application_ids:
        return
    payments = await _payments(session, application_ids)
    for payment in payments:
        if payment.status in TO_COME:
            await stop(session, clock, payment)
    await _note(session, clock, application_ids, payments, DifferenceKind.GRANTED_TWICE)


async def doubt(
    session: AsyncSession, clock: Clock, subject_ids: Collection[UUID], why: DifferenceKind
) -> None:
    """Say that what was granted for some subjects rests on what is not so any more.

    Nothing more is paid while nobody has explained it; what was paid a person may recover.
    """
    query = select(Application.id).where(
        among(col(Application.subject_id), subject_ids),
        col(Application.status).not_in(_NOTHING_TO_DOUBT),
    )
    granted = (await session.exec(query)).all()
    if granted:
        payments = await _payments(session, granted)
        await _note(session, clock, granted, payments, why)


async def _note(
    session: AsyncSession,
    clock: Clock,
    application_ids: Collection[UUID],
    payments: Sequence[Payment],
    kind: DifferenceKind,
) -> None:
    query = select(Application).where(col(Application.id).in_(application_ids))
    for application in (await session.exec(query.order_by(col(Application.id)))).all():
        paid = sum(one.paid_fen for one in payments if one.application_id == application.id)
        values = {
            "id": new_id(),
            "region": application.region,
            "day": local_date(clock.now()),
            "kind": kind,
            "subject": halted_subject(application.id),
            "ours_fen": paid,
            "theirs_fen": 0,
            "state": "open",
            "found_at": clock.now(),
            "version": 1,
        }
        await session.execute(insert(Difference).values(values).on_conflict_do_nothing())


async def _payments(session: AsyncSession, application_ids: Collection[UUID]) -> list[Payment]:
    query = select(Payment).where(col(Payment.application_id).in_(application_ids))
    return list((await session.exec(query.order_by(col(Payment.id)).with_for_update())).all())
