"""Showing and exporting what is held of a talent."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from ..curricula import service as curricula
from ..files.schemas import FileOut
from ..payments import service as payments
from ..people import repository as people
from ..people.repository import Known
from ..registrations import answers, seating
from . import repository
from .schemas import (
    EmploymentHeld,
    PersonalData,
    PersonalDataExport,
    RegistrationHeld,
    RoomEntryHeld,
    ScanHeld,
    WrongCodes,
)


async def show(session: AsyncSession, vault: Vault, who: Principal, person: Known) -> PersonalData:
    """Show the caller everything held of them."""
    return PersonalData(**await _held(session, vault, who, person))


async def export(
    session: AsyncSession, clock: Clock, vault: Vault, who: Principal, person: Known
) -> PersonalDataExport:
    """Hand the caller everything held of them; an audited act."""
    held = await _held(session, vault, who, person)
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="personal-data.exported",
        subject=f"talent:{person.talent_id}",
        region=person.region,
    )
    return PersonalDataExport(**held, exported_at=clock.now())


async def _held(
    session: AsyncSession, vault: Vault, who: Principal, person: Known
) -> dict[str, Any]:
    standing = (await people.standings(session, [person.talent_id])).get(person.talent_id)
    rows = await repository.registrations(session, person.talent_id)
    ids = [row.id for row in rows]
    sheets = await answers.read(session, vault, ids)
    attended = await repository.attended(session, ids)
    scans = await repository.scans(session, ids)
    certificates = await repository.certificates(session, ids)
    paid = await payments.held(session, ids)
    readings = await audit.readings(session, [f"talent:{person.talent_id}"], but_by=who.subject)
    return {
        "talent_id": person.talent_id,
        "region": person.region,
        "degree": standing.degree if standing else None,
        "talent_classes": standing.talent_classes if standing else [],
        "employments": [
            EmploymentHeld.model_validate(each, from_attributes=True)
            for each in await repository.employments(session, person.talent_id)
        ],
        "registrations": [
            RegistrationHeld(
                **seating.shown(row).model_dump(),
                answers=sheets.get(row.id),
                attended_on=attended.get(row.id),
                scans=[
                    ScanHeld.model_validate(each, from_attributes=True)
                    for each in scans.get(row.id, ())
                ],
                certificate=certificates.get(row.id),
                paid=paid.get(row.id),
            )
            for row in rows
        ],
        "waiting_rooms": [
            RoomEntryHeld.model_validate(row, from_attributes=True)
            for row in await repository.room_entries(session, person.talent_id)
        ],
        "code_serials": await repository.code_serials(session, person.talent_id),
        "calendar_feed_made_at": await repository.feed_made_at(session, person.talent_id),
        "wrong_codes": [
            WrongCodes.model_validate(each, from_attributes=True)
            for each in await repository.wrong_codes(session, person.talent_id)
        ],
        "files": [
            FileOut.model_validate(each, from_attributes=True)
            for each in await repository.files(session, person.talent_id)
        ],
        "curricula": await curricula.held(session, vault, person),
        "readings": readings,
    }
