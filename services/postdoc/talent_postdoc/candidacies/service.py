"""Candidacies: doctors apply and withdraw, units screen, interview and decide."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.employers import NotAnAgent, acted_for
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import Vault

from ..models.candidacies import Candidacy
from ..models.parties import Organisation, Person
from ..models.positions import Position
from ..parties import service as parties
from ..parties.errors import NotRegistered
from ..positions import lifecycle as positions
from ..positions import repository as position_repository
from ..positions.errors import PositionNotFound
from ..positions.states import Act as PositionAct
from ..positions.states import Status as PositionStatus
from ..positions.states import after as position_after
from ..stations.states import RECRUITING
from ..stations.states import Status as StationStatus
from . import errors, keeping, repository, texts
from .schemas import (
    CandidacyContent,
    CandidacyHeld,
    CandidacyOut,
    InterviewResult,
    Invitation,
)
from .states import OPEN, Act, Status, after

_TEXTS = ("statement", "answers", "place", "notes", "reason")


async def apply(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    person: Person,
    position_id: UUID,
    given: CandidacyContent,
) -> CandidacyOut:
    """Apply for a position, or say something else while nobody has looked at it yet."""
    # Locked first, here and everywhere: it orders those who apply, decide and withdraw.
    position = await position_repository.by_id(session, position_id, for_update=True)
    if position is None or position.published_at is None:
        raise PositionNotFound
    candidacy = await repository.of_talent_for(session, person.talent_id, position_id)
    if candidacy is not None and after(candidacy.status, Act.APPLY) is None:
        raise errors.CandidacyState(state=candidacy.status)
    await _require_open(session, clock, position)
    _require_answers(position, given)
    if candidacy is None:
        candidacy = Candidacy(
            id=new_id(),
            position_id=position.id,
            station_id=position.station_id,
            unit_id=position.unit_id,
            region=position.region,
            talent_id=person.talent_id,
            status=Status.APPLIED,
            applied_at=clock.now(),
            changed_at=clock.now(),
            version=1,
        )
        session.add(candidacy)
    elif (await _written(session, vault, candidacy)) == given.model_dump() and (
        candidacy.status == Status.APPLIED
    ):
        return shown(candidacy)
    else:
        if candidacy.status == Status.WITHDRAWN:
            candidacy.applied_at = clock.now()
            candidacy.interview_at = candidacy.passed = candidacy.ended_at = None
            await texts.remove(session, candidacy.id)
        _to(candidacy, clock, Status.APPLIED)
    await session.flush()
    await texts.write(session, vault, clock, candidacy, "statement", given.model_dump())
    await keeping.see_to(session, clock, candidacy, position)
    await _record(session, clock, f"talent:{person.talent_id}", candidacy, "applied")
    return shown(candidacy)


async def withdraw(
    session: AsyncSession, clock: Clock, person: Person, candidacy_id: UUID
) -> CandidacyOut:
    """Withdraw one's candidacy; of one that was accepted the place is free again."""
    found = await repository.by_id(session, candidacy_id)
    if found is None or found.talent_id != person.talent_id:
        raise errors.CandidacyNotFound
    candidacy, position = await _locked(session, found)
    await _leave(session, clock, f"talent:{person.talent_id}", candidacy, position)
    return shown(candidacy)


async def shortlist(
    session: AsyncSession, clock: Clock, who: Principal, candidacy_id: UUID
) -> CandidacyOut:
    """Let a candidate pass the screening."""
    candidacy, _ = await of_unit(session, who, candidacy_id)
    _to(candidacy, clock, _after(candidacy, Act.SHORTLIST))
    await session.flush()
    await _record(session, clock, who.subject, candidacy, "shortlisted")
    return shown(candidacy)


async def invite(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    candidacy_id: UUID,
    given: Invitation,
) -> CandidacyOut:
    """Invite a candidate to an interview, or to another day or place."""
    candidacy, _ = await of_unit(session, who, candidacy_id)
    status = _after(candidacy, Act.INVITE)
    if given.at <= clock.now():
        raise errors.InterviewPast(field="body.at")
    candidacy.interview_at = given.at
    _to(candidacy, clock, status)
    await session.flush()
    await texts.write(session, vault, clock, candidacy, "interview", {"place": given.place})
    await _record(session, clock, who.subject, candidacy, "invited")
    return shown(candidacy)


async def record_interview(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    candidacy_id: UUID,
    given: InterviewResult,
) -> CandidacyOut:
    """Keep what came of an interview that has begun."""
    candidacy, _ = await of_unit(session, who, candidacy_id)
    status = _after(candidacy, Act.RECORD)
    if candidacy.interview_at is None or clock.now() < candidacy.interview_at:
        raise errors.InterviewToCome
    candidacy.passed = given.passed
    _to(candidacy, clock, status)
    await session.flush()
    await texts.write(session, vault, clock, candidacy, "result", {"notes": given.notes})
    await _record(session, clock, who.subject, candidacy, "interviewed")
    return shown(candidacy)


async def accept(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    candidacy_id: UUID,
    reason: str,
) -> CandidacyOut:
    """Accept a candidate who passed; where that fills the position, the others lapse."""
    candidacy, _ = await of_unit(session, who, candidacy_id)
    status = _after(candidacy, Act.ACCEPT)
    if not candidacy.passed:
        raise errors.InterviewFailed
    position = await positions.accept_one(session, clock, who.subject, candidacy.position_id)
    await _end(session, clock, candidacy, position, status)
    await texts.write(session, vault, clock, candidacy, "reason", {"reason": reason})
    await _record(session, clock, who.subject, candidacy, "accepted")
    if position.status == PositionStatus.FILLED:
        for other in await repository.undecided(session, position.id):
            await _end(session, clock, other, position, Status.LAPSED)
            await _record(session, clock, who.subject, other, "lapsed")
    return shown(candidacy)


async def refuse(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    candidacy_id: UUID,
    reason: str,
) -> CandidacyOut:
    """Refuse a candidate, who reads the reason."""
    candidacy, position = await of_unit(session, who, candidacy_id)
    await _end(session, clock, candidacy, position, _after(candidacy, Act.REFUSE))
    await texts.write(session, vault, clock, candidacy, "reason", {"reason": reason})
    await _record(session, clock, who.subject, candidacy, "refused")
    return shown(candidacy)


async def of_unit(
    session: AsyncSession, who: Principal, candidacy_id: UUID
) -> tuple[Candidacy, Position]:
    """Return a candidacy for a position of the caller's unit, both locked."""
    unit_id = await acted_for(session, who, Organisation)
    found = await repository.by_id(session, candidacy_id)
    if found is None or found.unit_id != unit_id:
        raise errors.CandidacyNotFound
    return await _locked(session, found)


async def accepted(session: AsyncSession, talent_id: UUID, candidacy_id: UUID) -> Candidacy:
    """Return a doctor's accepted candidacy, locked, from which an entry may start.

    Raises CandidacyNotFound and CandidacyState.
    """
    found = await repository.by_id(session, candidacy_id, for_update=True)
    if found is None or found.talent_id != talent_id:
        raise errors.CandidacyNotFound
    if found.status != Status.ACCEPTED:
        raise errors.CandidacyState(state=found.status)
    return found


async def read(
    session: AsyncSession, vault: Vault, clock: Clock, who: Principal, candidacy_id: UUID
) -> CandidacyHeld:
    """Return a candidacy with its texts to its doctor, or to the unit, which is audited."""
    found = await repository.by_id(session, candidacy_id)
    if found is None:
        raise errors.CandidacyNotFound
    if not await _is_own(session, who, found):
        await _require_unit(session, who, found)
        await audit.record(
            session,
            clock,
            actor=who.subject,
            action="candidacy.read",
            subject=f"talent:{found.talent_id}",
            region=found.region,
            purpose="recruit",
            detail={"candidacy": str(found.id)},
        )
    written = (await texts.read(session, vault, [found.id])).get(found.id, {})
    return CandidacyHeld(
        **shown(found).model_dump(), **{name: written.get(name) for name in _TEXTS}
    )


async def list_own(session: AsyncSession, person: Person, page: PageParams) -> Page[CandidacyOut]:
    """List one's own candidacies, newest first."""
    rows, cursor = await repository.page_of_talent(session, person.talent_id, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def list_of_unit(
    session: AsyncSession, who: Principal, position_id: UUID | None, page: PageParams
) -> Page[CandidacyOut]:
    """List the candidacies for positions of the caller's unit, newest first."""
    unit_id = await acted_for(session, who, Organisation)
    rows, cursor = await repository.page_of_unit(session, unit_id, position_id, page)
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def forget(session: AsyncSession, clock: Clock, talent_ids: list[UUID]) -> None:
    """Withdraw the candidacies of who was erased, and remove what was written of them."""
    live = (*OPEN, Status.ACCEPTED)
    for row in await repository.live_of_talents(session, talent_ids, live):
        candidacy, position = await _locked(session, row)
        entered = await repository.entered_upon(session, candidacy)
        if after(candidacy.status, Act.WITHDRAW) is not None and not entered:
            await _leave(session, clock, positions.CLOCK, candidacy, position)
    await texts.forget(session, talent_ids)


def shown(candidacy: Candidacy) -> CandidacyOut:
    """Return a candidacy without a word of it."""
    return CandidacyOut.model_validate(candidacy.model_dump())


async def _leave(
    session: AsyncSession, clock: Clock, who: str, candidacy: Candidacy, position: Position
) -> None:
    status = _after(candidacy, Act.WITHDRAW)
    if candidacy.status == Status.ACCEPTED:
        if await repository.entered_upon(session, candidacy):
            raise errors.FellowshipBegun
        await positions.release_one(session, clock, who, position.id)
    await _end(session, clock, candidacy, position, status)
    await _record(session, clock, who, candidacy, "withdrawn")


async def _end(
    session: AsyncSession, clock: Clock, candidacy: Candidacy, position: Position, status: Status
) -> None:
    candidacy.ended_at = clock.now()
    _to(candidacy, clock, status)
    await session.flush()
    await keeping.see_to(session, clock, candidacy, position)


async def _locked(session: AsyncSession, found: Candidacy) -> tuple[Candidacy, Position]:
    position = await position_repository.by_id(session, found.position_id, for_update=True)
    candidacy = await repository.by_id(session, found.id, for_update=True)
    if position is None or candidacy is None:
        raise errors.CandidacyNotFound
    return candidacy, position


async def _require_open(session: AsyncSession, clock: Clock, position: Position) -> None:
    """Raise PositionNotOpen unless one can apply today."""
    today = local_date(clock.now())
    station = await position_repository.station(session, position.station_id)
    recruits = station is not None and StationStatus(station.status) in RECRUITING
    published = position_after(position.status, PositionAct.APPLY) is not None
    if not (published and recruits and position.opens_on <= today <= position.closes_on):
        raise errors.PositionNotOpen(
            opens_on=position.opens_on.isoformat(), closes_on=position.closes_on.isoformat()
        )


def _require_answers(position: Position, given: CandidacyContent) -> None:
    asked = {each["name"]: each for each in position.questions}
    if given.answers.keys() - asked.keys():
        raise errors.QuestionUnknown(field="body.answers")
    for name, question in asked.items():
        if question["required"] and name not in given.answers:
            raise errors.AnswerMissing(field="body.answers", question=name)


async def _written(session: AsyncSession, vault: Vault, candidacy: Candidacy) -> dict[str, Any]:
    found = (await texts.read(session, vault, [candidacy.id])).get(candidacy.id, {})
    return {name: found.get(name) for name in CandidacyContent.model_fields}


async def _is_own(session: AsyncSession, who: Principal, candidacy: Candidacy) -> bool:
    if Role.TALENT not in who.roles:
        return False
    try:
        person = await parties.registered(session, who)
    except NotRegistered:
        return False
    return person.talent_id == candidacy.talent_id


async def _require_unit(session: AsyncSession, who: Principal, candidacy: Candidacy) -> None:
    try:
        acts = Role.EMPLOYER in who.roles and await acted_for(session, who, Organisation)
    except NotAnAgent:
        acts = False
    if acts != candidacy.unit_id:
        raise errors.CandidacyNotFound


def _after(candidacy: Candidacy, act: Act) -> Status:
    status = after(candidacy.status, act)
    if status is None:
        raise errors.CandidacyState(state=candidacy.status)
    return status


def _to(candidacy: Candidacy, clock: Clock, status: Status) -> None:
    candidacy.status = status
    candidacy.changed_at = clock.now()
    candidacy.version += 1


async def _record(
    session: AsyncSession, clock: Clock, who: str, candidacy: Candidacy, act: str
) -> None:
    await audit.record(
        session,
        clock,
        actor=who,
        action=f"candidacy.{act}",
        subject=f"candidacy:{candidacy.id}",
        region=candidacy.region,
        detail={"version": candidacy.version},
    )
