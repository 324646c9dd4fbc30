"""Files that questions ask for: brought by who answers, and read by the organiser."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.clock import Clock

from ..activities.questions import Fault
from ..files import repository as files
from ..files import service as file_service
from ..models import Registration
from ..models.files import AnswerFile, File

Named = Mapping[str, UUID]
"""Files by the names of the questions that they answer."""


async def owners(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, str]:
    """Return who brought some files; they stay until this transaction ends."""
    return await files.owners(session, ids) if ids else {}


def faults(named: Named, owned: Mapping[UUID, str], login: str) -> list[Fault]:
    """Return which answers name no file of whoever answers."""
    return [
        Fault(question, "answer-no-file")
        for question, file_id in named.items()
        if owned.get(file_id) != login
    ]


async def put(session: AsyncSession, clock: Clock, given: Mapping[UUID, Named]) -> None:
    """Note the files that answer, by registration, in the place of those that did before."""
    former = await take_away(session, list(given))
    rows = [
        {"registration_id": registration_id, "question": question, "file_id": file_id}
        for registration_id, named in given.items()
        for question, file_id in named.items()
    ]
    await insert_many(session, AnswerFile.__table__, rows)  # type: ignore[attr-defined]
    await file_service.let_go(session, clock, former - {row["file_id"] for row in rows})


async def take_away(session: AsyncSession, registration_ids: Any) -> set[UUID]:
    """Take the files from the answers of registrations, of ids or a query; return which it was."""
    gone = delete(AnswerFile).where(col(AnswerFile.registration_id).in_(registration_ids))
    return set((await session.execute(gone.returning(col(AnswerFile.file_id)))).scalars())


async def answering(
    session: AsyncSession, activity_id: UUID, registration_id: UUID, question: str
) -> tuple[File, UUID] | None:
    """Return the file that answers a question at an activity, and whose registration it is."""
    query = (
        select(File, Registration.talent_id)
        .join(AnswerFile, col(AnswerFile.file_id) == col(File.id))
        .join(Registration, col(Registration.id) == col(AnswerFile.registration_id))
        .where(
            Registration.activity_id == activity_id,
            AnswerFile.registration_id == registration_id,
            AnswerFile.question == question,
        )
    )
    return (await session.exec(query)).one_or_none()
