"""Showing and exporting what is held of a talent."""

from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.keyring import Keyring
from talent_kit.personal import Vault
from talent_kit.reviews import Reviews

from ..candidacies import texts
from ..evaluations.objections import lodged_by
from ..models.candidacies import Candidacy
from ..models.deadlines import Deadline
from ..models.documents import Document
from ..models.fellows import Fellow
from ..models.grants import Grant
from ..models.parties import Person
from ..panels import repository as panels
from ..panels.seats import name_of
from . import repository
from .schemas import (
    CandidacyHeld,
    DeadlineHeld,
    DocumentHeld,
    EntryHeld,
    FellowHeld,
    GrantHeld,
    ObjectionHeld,
    PersonalData,
    PersonalDataExport,
    SeatHeld,
)


async def show(
    session: AsyncSession, reviews: Reviews, vault: Vault, who: Principal, person: Person
) -> PersonalData:
    """Show the caller everything held of them."""
    return PersonalData(**await _held(session, reviews, vault, who, person))


async def export(
    session: AsyncSession, reviews: Reviews, vault: Vault, who: Principal, person: Person
) -> PersonalDataExport:
    """Hand the caller everything held of them; an audited act."""
    held, clock = await _held(session, reviews, vault, who, person), reviews.clock
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
    session: AsyncSession, reviews: Reviews, vault: Vault, who: Principal, person: Person
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
        "seats": await _seats(session, reviews.keyring, who.subject),
        "objections": await _objections(session, reviews, who.subject),
        "calendar_made_at": await repository.feed_made_at(session, talent_id),
        "readings": readings,
    }


def _held_as(kind: Any, row: Any) -> Any:
    return kind(**row.model_dump(include=set(kind.model_fields)))


async def _seats(session: AsyncSession, keyring: Keyring, login: str) -> list[SeatHeld]:
    seats = await panels.seats_of(session, [login])
    of = await panels.by_ids(session, {seat.panel_id for seat in seats})
    return [
        SeatHeld(
            purpose=of[seat.panel_id].purpose,
            name=name_of(keyring, seat) or "",
            **seat.model_dump(include=set(SeatHeld.model_fields) - {"purpose", "name"}),
        )
        for seat in seats
    ]


async def _objections(session: AsyncSession, reviews: Reviews, login: str) -> list[ObjectionHeld]:
    lodged = await reviews.objections_of(session, login)
    lodged += await lodged_by(session, reviews.keyring, login)
    return [ObjectionHeld(at=at, words=words) for at, words in sorted(lodged)]
