"""Showing and exporting what is held of a talent."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal

from ..applications import deciding
from ..disbursements import reading as disbursements
from ..entitlements.schemas import EntitlementRead
from ..facts.stored import stored_value
from ..library.parts import Parts
from ..matters.schemas import MatterRead
from ..models.applications import Application
from ..models.money import Payment
from ..offers import service as offers
from ..packs.records import DecisionRecord
from ..payees import service as payees
from ..payees.errors import NoPayee
from . import repository
from .schemas import (
    AccountInClear,
    ApplicationHeld,
    DecisionHeld,
    FactHeld,
    PersonalData,
    PersonalDataExport,
)


async def show(
    session: AsyncSession, parts: Parts, who: Principal, talent_id: UUID
) -> PersonalData:
    """Show the caller everything held of them, the account masked."""
    return PersonalData(**await _held(session, parts, who, talent_id))


async def export(
    session: AsyncSession, parts: Parts, who: Principal, talent_id: UUID
) -> PersonalDataExport:
    """Hand the caller everything held of them, the account in clear; an audited act."""
    held = await _held(session, parts, who, talent_id)
    account = await payees.own_account(session, parts.vault, talent_id)
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="personal-data.exported",
        subject=f"person:{talent_id}",
        region=held["region"],
    )
    clear = None if account is None else AccountInClear(**account._asdict())
    return PersonalDataExport(**held, exported_at=parts.clock.now(), account=clear)


async def _held(
    session: AsyncSession, parts: Parts, who: Principal, talent_id: UUID
) -> dict[str, Any]:
    person = await repository.person(session, talent_id)
    applications = await repository.applications(session, talent_id)
    payments = await repository.payments(session, [row.id for row in applications])
    facts = await _facts(session, parts, talent_id)
    matters = await repository.matters(session, talent_id)
    subjects = {talent_id, *(fact.subject_id for fact in facts), *(row.id for row in matters)}
    try:
        payee = await payees.read(session, parts.vault, ("person", talent_id))
    except NoPayee:
        payee = None
    return {
        "talent_id": talent_id,
        "region": person.region if person else "",
        "facts": facts,
        "payee": payee,
        "matters": [MatterRead.model_validate(row, from_attributes=True) for row in matters],
        "found": [
            EntitlementRead(**row.model_dump() | {"pack": row.pack_name})
            for row in await repository.found(session, subjects)
        ],
        "offers": [offers.shown(row) for row in await repository.offers(session, talent_id)],
        "applications": [
            ApplicationHeld(**row.model_dump() | {"pack": row.pack_name}) for row in applications
        ],
        "decisions": await _decisions(session, parts, applications),
        "payments": [
            disbursements.payment(row) for row in payments if row.payee_owner == talent_id
        ],
        "readings": await _readings(session, who, talent_id, applications, payments),
    }


async def _facts(session: AsyncSession, parts: Parts, talent_id: UUID) -> list[FactHeld]:
    rows = await repository.facts(session, talent_id)
    key = await parts.vault.data_key(session, talent_id)
    return [FactHeld(**row.model_dump() | {"value": stored_value(row, key)}) for row in rows]


async def _decisions(
    session: AsyncSession, parts: Parts, applications: Sequence[Application]
) -> list[DecisionHeld]:
    paid = {row.id: row.payee_kind for row in applications}
    held = []
    for row in await repository.decisions(session, list(paid)):
        grounds = await deciding.grounds_of(session, parts, row)
        own = paid[row.application_id] == "person"
        content = {
            "reason": grounds.reason,
            "determinations": list(grounds.determinations),
            "record": grounds.record if own else _without_employer(grounds.record),
        }
        held.append(DecisionHeld(**row.model_dump() | content))
    return held


def _without_employer(record: DecisionRecord) -> DecisionRecord:
    """Take the values of an employer's facts out of a decision on its own application."""
    facts = tuple(
        fact.model_copy(update={"value": None}) if fact.name.startswith("employer.") else fact
        for fact in record.facts
    )
    return record.model_copy(update={"facts": facts})


async def _readings(
    session: AsyncSession,
    who: Principal,
    talent_id: UUID,
    applications: Sequence[Application],
    payments: Sequence[Payment],
) -> list[audit.Reading]:
    employments = await repository.employment_ids(session, talent_id)
    subjects = {f"person:{talent_id}", str(talent_id)}
    subjects |= {f"employment:{identifier}" for identifier in employments}
    subjects |= {f"{row.subject_kind}:{row.subject_id}" for row in applications}
    subjects |= {str(row.id) for row in applications} | {str(row.id) for row in payments}
    return await audit.readings(session, subjects, but_by=who.subject)
