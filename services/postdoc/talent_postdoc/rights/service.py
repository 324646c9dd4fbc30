"""Showing and exporting what is held of a talent."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from ..candidacies import texts
from ..models.candidacies import Candidacy
from ..models.deadlines import Deadline
from ..models.documents import Document
from ..models.fellows import Fellow
from ..models.grants import Grant
from ..models.parties import Person
from . import repository
from .schemas import (
    CandidacyHeld,
    DeadlineHeld,
    DocumentHeld,
    EntryHeld,
    FellowHeld,
    GrantHeld,
    PersonalData,
    PersonalDataExport,
    Reading,
)


async def show(session: AsyncSession, vault: Vault, who: Principal, person: Person) -> PersonalData:
    """Show the caller everything held of them."""
    return PersonalData(**await _held(session, vault, who, person))


async def export(
    session: AsyncSession, clock: Clock, vault: Vault, who: Principal, person: Person
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
    session: AsyncSession, vault: Vault, who: Principal, person: Person
) -> dict[str, Any]:
    talent_id = person.talent_id

    async def rows(table: Any) -> Any:
        return await repository.of_talent(session, table, talent_id)

    fellows, candidacies, documents = (
        await rows(Fellow),
        await rows(Candidacy),
        await rows(Document),
    )
    histories = await repository.histories(session, [row.id for row in fellows])
    certificates = await repository.certificates(session, talent_id)
    written = await texts.read(session, vault, [row.id for row in candidacies])
    subjects = [f"talent:{talent_id}", *(f"fellow:{row.id}" for row in fellows)]
    subjects += [f"document:{row.id}" for row in documents]
    readings = await audit.readings(session, subjects, but_by=who.subject)
    return {
        **person.model_dump(include={"talent_id", "region", "birth_date", "foreign"}),
        "fellowships": [
            FellowHeld(
                **row.model_dump(include=set(FellowHeld.model_fields)),
                certificate=certificates.get(row.id),
                history=[
                    EntryHeld(**each.model_dump(include=set(EntryHeld.model_fields)))
                    for each in histories.get(row.id, ())
                ],
            )
            for row in fellows
        ],
        "candidacies": [
            CandidacyHeld(
                **row.model_dump(include=set(CandidacyHeld.model_fields)),
                written=written.get(row.id, {}),
            )
            for row in candidacies
        ],
        "documents": [_held_as(DocumentHeld, row) for row in documents],
        "grants": [_held_as(GrantHeld, row) for row in await rows(Grant)],
        "deadlines": [_held_as(DeadlineHeld, row) for row in await rows(Deadline)],
        "calendar_made_at": await repository.feed_made_at(session, talent_id),
        "readings": [Reading(**each._asdict()) for each in readings],
    }


def _held_as(kind: Any, row: Any) -> Any:
    return kind(**row.model_dump(include=set(kind.model_fields)))
