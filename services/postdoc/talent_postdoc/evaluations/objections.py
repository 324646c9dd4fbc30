"""Objections to published grades (异议): lodged by anybody signed in, answered by the office."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring
from talent_kit.pagination import Page, PageParams
from talent_kit.reviews.errors import AlreadyObjected

from ..models.evaluations import Evaluation, EvaluationObjection, EvaluationRound
from . import errors, repository
from .rounds import published_as
from .schemas import Answer, NewObjection, ObjectionOut
from .showing import TOLD

_TABLE = "evaluation_objection"


async def lodge(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    evaluation_id: UUID,
    given: NewObjection,
) -> ObjectionOut:
    """Object to a grade while it is published; one at a time of each person."""
    found = await repository.by_id(session, evaluation_id, for_update=True)
    if found is None or found[1].status not in TOLD:
        raise errors.EvaluationNotFound
    row, round_ = found
    published = await published_as(session, round_)
    if round_.status != "published" or not published.takes_objections(local_date(clock.now())):
        raise errors.NotOpenToObjection
    if await repository.objected(session, row.id, who.subject):
        raise AlreadyObjected
    identifier = new_id()
    objection = EvaluationObjection(
        id=identifier,
        evaluation_id=row.id,
        text_sealed=keyring.seal(given.text.encode(), _place("text", identifier)),
        lodged_by=who.subject,
        lodged_at=clock.now(),
    )
    session.add(objection)
    await _record(session, clock, who, row, "objected", objection)
    return _shown(keyring, objection)


async def list_of(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    evaluation_id: UUID,
    page: PageParams,
) -> Page[ObjectionOut]:
    """List the objections to an evaluation."""
    await _of_office(session, clock, who, evaluation_id)
    rows, cursor = await repository.page_of_objections(session, evaluation_id, page)
    return Page(items=[_shown(keyring, row) for row in rows], next_cursor=cursor)


async def answer(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    evaluation_id: UUID,
    objection_id: UUID,
    given: Answer,
) -> ObjectionOut:
    """Answer an objection; one that is upheld corrects the grade, and the score stays on record."""
    row, _ = await _of_office(session, clock, who, evaluation_id, for_update=True)
    objection = await repository.objection(session, row.id, objection_id)
    if objection is None:
        raise errors.ObjectionNotFound
    if objection.upheld is not None:
        raise errors.ObjectionDecided
    objection.upheld, objection.grade = given.upheld, given.grade
    objection.answer_sealed = keyring.seal(given.text.encode(), _place("answer", objection.id))
    objection.decided_by, objection.decided_at = who.subject, clock.now()
    if given.grade is not None:
        row.grade = given.grade
        row.changed_at, row.version = clock.now(), row.version + 1
    await _record(session, clock, who, row, "objection-answered", objection)
    return _shown(keyring, objection)


async def lodged_by(
    session: AsyncSession, keyring: Keyring, login: str
) -> list[tuple[datetime, str]]:
    """Return when somebody objected to grades, and their words, for themselves."""
    rows = await repository.objections_by(session, login)
    return [(row.lodged_at, _shown(keyring, row).text) for row in rows]


async def _of_office(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    evaluation_id: UUID,
    *,
    for_update: bool = False,
) -> tuple[Evaluation, EvaluationRound]:
    found = await repository.by_id(session, evaluation_id, for_update=for_update)
    if found is None or not who.oversees(found[1].region, clock):
        raise errors.EvaluationNotFound
    return found


def _place(column: str, row: UUID) -> bytes:
    return f"{_TABLE}.{column}:{row}".encode()


def _shown(keyring: Keyring, row: EvaluationObjection) -> ObjectionOut:
    sealed = row.answer_sealed
    return ObjectionOut(
        **row.model_dump(include={"id", "evaluation_id", "lodged_at", "upheld", "grade"}),
        text=keyring.open(row.text_sealed, _place("text", row.id)).decode(),
        answer=None if sealed is None else keyring.open(sealed, _place("answer", row.id)).decode(),
    )


async def _record(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    row: Evaluation,
    act: str,
    objection: EvaluationObjection,
) -> None:
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=f"evaluation.{act}",
        subject=f"evaluation:{row.id}",
        region=row.region,
        detail={"objection": str(objection.id), "upheld": objection.upheld},
    )
