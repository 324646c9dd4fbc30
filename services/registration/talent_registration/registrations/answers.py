"""What people answered, kept under their own keys."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.bulk import insert_many
from talent_kit.clock import Clock
from talent_kit.personal import DataKey, Vault
from talent_kit.timers import set_timer

from ..activities.questions import Value
from ..activities.timers import ANSWERS_TIMER
from ..files import service as files
from ..models import Activity, Meeting, Registration
from ..models.admission import AnswerSheet
from . import attached

_REPLACE = (
    "ON CONFLICT (registration_id) DO UPDATE "
    "SET sealed = excluded.sealed, version = answer_sheet.version + 1"
)


class Sheet(NamedTuple):
    """One person's answers, by the names of questions."""

    registration_id: UUID
    talent_id: UUID
    answers: Mapping[str, Value]
    files: attached.Named
    """Those that the answers name."""


async def write(session: AsyncSession, vault: Vault, clock: Clock, sheets: Sequence[Sheet]) -> None:
    """Keep answers, in the place of those that stood there; of who was erased none are kept."""
    if not sheets:
        return
    keys = await vault.keys_for(session, {sheet.talent_id for sheet in sheets})
    rows = [
        {
            "registration_id": sheet.registration_id,
            "talent_id": sheet.talent_id,
            "sealed": keys[sheet.talent_id].seal(
                json.dumps(sheet.answers, ensure_ascii=False), *_place(sheet.registration_id)
            ),
            "version": 1,
        }
        for sheet in sheets
        if sheet.talent_id in keys
    ]
    await insert_many(session, AnswerSheet.__table__, rows, _REPLACE)  # type: ignore[attr-defined]
    named = {sheet.registration_id: sheet.files for sheet in sheets if sheet.talent_id in keys}
    await attached.put(session, clock, named)


async def read(
    session: AsyncSession, vault: Vault, registration_ids: Collection[UUID]
) -> dict[UUID, dict[str, Value]]:
    """Return what was answered with some registrations, in clear."""
    query = select(AnswerSheet).where(col(AnswerSheet.registration_id).in_(registration_ids))
    rows = (await session.exec(query)).all()
    keys = await vault.data_keys(session, list({row.talent_id for row in rows}))
    return {
        row.registration_id: _opened(keys[row.talent_id], row)
        for row in rows
        if row.talent_id in keys
    }


async def read_one(
    session: AsyncSession, vault: Vault, registration_id: UUID
) -> tuple[dict[str, Value], int]:
    """Return one sheet and its version, locked; an empty one of version 0 where there is none."""
    query = select(AnswerSheet).where(AnswerSheet.registration_id == registration_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.exec(query)).one_or_none()
    if row is None:
        return {}, 0
    return _opened(await vault.data_key(session, row.talent_id), row), row.version


async def note_reading(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity: Activity,
    talent_ids: Collection[UUID],
) -> None:
    """Keep in the audit log whose answers the organiser saw."""
    await audit.record_many(
        session,
        clock,
        actor=who.subject,
        action="answers.read",
        subjects=[(f"talent:{talent_id}", activity.region) for talent_id in talent_ids],
        purpose="organise",
        detail={"activity": str(activity.id)},
    )


async def forget(session: AsyncSession, talent_ids: Collection[UUID]) -> None:
    """Remove what talents answered."""
    await session.execute(delete(AnswerSheet).where(col(AnswerSheet.talent_id).in_(talent_ids)))


def _opened(key: DataKey, row: AnswerSheet) -> dict[str, Value]:
    found: dict[str, Value] = json.loads(key.open(row.sealed, *_place(row.registration_id)))
    return found


def _place(registration_id: UUID) -> tuple[str, str, UUID]:
    return ("answer_sheet", "sealed", registration_id)


async def end(session: AsyncSession, clock: Clock, activity_id: UUID, kept: timedelta) -> None:
    """Remove what was answered for an activity that is over for so long, or see to it then."""
    over = await session.scalar(
        select(func.max(col(Meeting.ends_at))).where(col(Meeting.activity_id) == activity_id)
    )
    if over is None:
        return
    if clock.now() < over + kept:
        await set_timer(session, ANSWERS_TIMER, str(activity_id), over + kept)
        return
    theirs = select(Registration.id).where(col(Registration.activity_id) == activity_id)
    await files.let_go(session, clock, await attached.take_away(session, theirs))
    await session.execute(delete(AnswerSheet).where(col(AnswerSheet.registration_id).in_(theirs)))
