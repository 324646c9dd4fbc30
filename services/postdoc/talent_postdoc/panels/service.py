"""Panels: convened, changed, voted in, concluded; each act leaves its trace in the audit log."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.employers import acted_for
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring

from ..documents import service as documents
from ..models.panels import Panel, PanelMember, PanelVote
from ..models.parties import Organisation
from ..terms.rules import Terms
from ..terms.service import terms_at
from . import errors, repository, seats, subjects
from .rules import COMPOSITION, Ballot, Purpose, breaches, conflict, needed_for_quorum, passes
from .rules import result as result_of
from .schemas import NewMinutes, NewPanel, NewVote, PanelOut, Reasoned
from .showing import Context, shown


@dataclass(frozen=True)
class Conclusion:
    """What a panel came to; `score` in hundredths of a point, where members gave points."""

    grade: str
    passed: bool
    concluded_on: date
    score: int | None
    attempt: int


async def conclusion(
    session: AsyncSession, panel_id: UUID, purpose: Purpose | str, subject_id: UUID
) -> Conclusion:
    """Return what a panel concluded on a subject; raises PanelNotConcluded."""
    panel = await repository.by_id(session, panel_id)
    if panel is None or (panel.purpose, panel.subject_id) != (str(purpose), subject_id):
        raise errors.PanelNotConcluded
    return _concluded(panel)


async def conclusions(
    session: AsyncSession, purpose: Purpose, subject_ids: Collection[UUID]
) -> dict[UUID, Conclusion]:
    """Return what panels concluded on some subjects, leaving out the others."""
    rows = await repository.of_subjects(session, purpose, subject_ids)
    return {row.subject_id: _concluded(row) for row in rows if row.status == "concluded"}


def _concluded(panel: Panel) -> Conclusion:
    if panel.grade is None or panel.concluded_on is None:
        raise errors.PanelNotConcluded
    grade, on = panel.grade, panel.concluded_on
    return Conclusion(grade, passes([grade]), on, panel.score, panel.attempt)


async def convene(
    session: AsyncSession, clock: Clock, keyring: Keyring, who: Principal, given: NewPanel
) -> PanelOut:
    """Convene a panel; of each purpose and attempt a subject has one that is not dissolved."""
    subject = await subjects.find(session, given.purpose, given.subject_id)
    await _may_convene(session, clock, who, given.purpose, subject)
    convened = await repository.of_subjects(session, given.purpose, [subject.id])
    existing = [each for each in convened if each.attempt == subject.attempt]
    if existing:
        raise errors.PanelExists(panel_id=str(existing[0].id))
    now = clock.now()
    panel = Panel(
        id=new_id(),
        purpose=given.purpose,
        subject_id=subject.id,
        attempt=subject.attempt,
        station_id=subject.station_id,
        unit_id=None if COMPOSITION[given.purpose].by_office else subject.unit_id,
        region=subject.region,
        status="open",
        convened_on=local_date(now),
        convened_by=who.subject,
        created_at=now,
        changed_at=now,
        version=1,
    )
    sitting = [seats.seat_of(each) for each in given.members]
    near = await subjects.interests(session, keyring, subject)
    terms = await terms_of(session, panel)
    seats.check(given.purpose, sitting, near, terms, "body.members")
    if reports := COMPOSITION[given.purpose].reports:
        await documents.require(session, "fellow", subject.id, reports)
    session.add(panel)
    await session.flush()
    session.add_all(seats.row_of(keyring, clock, panel.id, each) for each in sitting)
    await record(session, clock, who, panel, "convened", members=len(sitting))
    return await show(session, keyring, who, panel)


async def recuse(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    panel_id: UUID,
    given: Reasoned,
) -> PanelOut:
    """Leave a panel for a conflict of interest that one declares; their vote does not count."""
    panel, everybody, member = await _of_member(session, who, panel_id)
    leave(clock, keyring, member, "recused", given.reason)
    await record(session, clock, who, panel, "recused", member=str(member.id))
    return await show(session, keyring, who, panel, everybody)


async def vote(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    panel_id: UUID,
    given: NewVote,
) -> PanelOut:
    """Cast a vote, or another in its place until the panel concludes."""
    panel, everybody, member = await _of_member(session, who, panel_id)
    purpose = Purpose(panel.purpose)
    terms = await terms_of(session, panel)
    ballot = _ballot(purpose, given, terms)
    await _none_too_near(session, keyring, panel, [member])
    before = (await repository.last_votes(session, panel.id)).get(member.id)
    identifier = new_id()
    session.add(
        PanelVote(
            id=identifier,
            panel_id=panel.id,
            member_id=member.id,
            number=1 if before is None else before.number + 1,
            grade=ballot.grade,
            score=ballot.score,
            reason_sealed=seats.sealed(keyring, given.reason, "panel_vote", "reason", identifier),
            cast_at=clock.now(),
        )
    )
    await record(session, clock, who, panel, "voted", member=str(member.id), vote=str(identifier))
    return await show(session, keyring, who, panel, everybody)


def _ballot(purpose: Purpose, given: NewVote, terms: Terms) -> Ballot:
    asked = COMPOSITION[purpose]
    if asked.scored:
        if given.score is None or given.grade is not None:
            raise errors.VoteInvalid(field="body.score", allowed=[])
        return Ballot(result_of(purpose, [Ballot("", given.score)], terms).grade, given.score)
    if given.grade not in asked.grades:
        raise errors.VoteInvalid(field="body.grade", allowed=list(asked.grades))
    if given.score is not None and purpose is not Purpose.GRANT:
        raise errors.VoteInvalid(field="body.score", allowed=list(asked.grades))
    return Ballot(str(given.grade), given.score)


async def conclude(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    panel_id: UUID,
    given: NewMinutes,
) -> PanelOut:
    """Conclude as the chair: the grade follows from the votes, and nothing changes it any more."""
    panel, everybody, member = await _of_member(session, who, panel_id)
    if not member.chair:
        raise errors.NotTheChair
    purpose = Purpose(panel.purpose)
    sitting = sitting_of(everybody)
    terms = await terms_of(session, panel)
    broken = breaches(purpose, seats.opened(keyring, sitting), terms)
    if broken:
        raise errors.PanelIncomplete(breaches=seats.shown(broken))
    await _none_too_near(session, keyring, panel, sitting)
    votes = await repository.last_votes(session, panel.id)
    ballots = [
        Ballot(votes[row.id].grade, votes[row.id].score) for row in sitting if row.id in votes
    ]
    needed = needed_for_quorum(len(sitting), terms)
    if len(ballots) < max(needed, 1):
        raise errors.NoQuorum(needed=needed, voted=len(ballots))
    result = result_of(purpose, ballots, terms)
    panel.grade, panel.score = result.grade, result.score
    panel.status, panel.concluded_on = "concluded", local_date(clock.now())
    panel.minutes_sealed = seats.sealed(keyring, given.minutes, "panel", "minutes", panel.id)
    await record(session, clock, who, panel, "concluded", grade=panel.grade, votes=len(ballots))
    return await show(session, keyring, who, panel, everybody)


async def show(
    session: AsyncSession,
    keyring: Keyring,
    who: Principal,
    panel: Panel,
    everybody: Collection[PanelMember] | None = None,
) -> PanelOut:
    """Return a panel as the caller sees it."""
    if everybody is None:
        everybody = await repository.members(session, panel.id)
    votes = await repository.last_votes(session, panel.id)
    terms = await terms_of(session, panel)
    return shown(keyring, panel, Context(who.subject, everybody, votes, terms))


async def _may_convene(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    purpose: Purpose,
    subject: subjects.Subject,
) -> None:
    if COMPOSITION[purpose].by_office:
        if Role.STATION_ADMIN not in who.roles or not who.oversees(subject.region, clock):
            raise OutsideRegion(field="body.subject_id")
    elif await acted_for(session, who, Organisation) != subject.unit_id:
        raise errors.PanelSubjectNotFound(field="body.subject_id")


async def convenes(session: AsyncSession, clock: Clock, who: Principal, panel: Panel) -> bool:
    """Tell whether a panel is of the unit that the caller acts for, or of their office."""
    if panel.unit_id is None:
        return Role.STATION_ADMIN in who.roles and who.oversees(panel.region, clock)
    return await acted_for(session, who, Organisation) == panel.unit_id


async def _of_member(
    session: AsyncSession, who: Principal, panel_id: UUID
) -> tuple[Panel, Collection[PanelMember], PanelMember]:
    """Return an open panel, all of its members and the caller; it is locked."""
    panel = await repository.by_id(session, panel_id, for_update=True)
    everybody = () if panel is None else await repository.members(session, panel.id)
    own = [row for row in sitting_of(everybody) if row.login == who.subject]
    if panel is None or not own:
        raise errors.PanelNotFound
    return still_open(panel), everybody, own[0]


def still_open(panel: Panel) -> Panel:
    """Return a panel that has not concluded; raises PanelState."""
    if panel.status != "open":
        raise errors.PanelState(state=panel.status)
    return panel


def sitting_of(members: Collection[PanelMember]) -> list[PanelMember]:
    """Return who has not left."""
    return [row for row in members if row.left_at is None]


def leave(clock: Clock, keyring: Keyring, member: PanelMember, how: str, reason: str) -> None:
    """Let a member leave, for a reason that is sealed."""
    member.left_at, member.left_as = clock.now(), how
    member.reason_sealed = seats.sealed(keyring, reason, "panel_member", "reason", member.id)


async def _none_too_near(
    session: AsyncSession, keyring: Keyring, panel: Panel, members: Collection[PanelMember]
) -> None:
    """Raise MustRecuse where something that came up since makes a member's interests clash."""
    purpose = Purpose(panel.purpose)
    subject = await subjects.find(session, purpose, panel.subject_id)
    near = await subjects.interests(session, keyring, subject)
    for row, seat in zip(members, seats.opened(keyring, members), strict=True):
        found = conflict(purpose, seat, near)
        if found is not None:
            raise errors.MustRecuse(conflict=found, member_id=str(row.id))


async def terms_of(session: AsyncSession, panel: Panel) -> Terms:
    """Return the figures by which it was convened."""
    return await terms_at(session, panel.region, panel.convened_on)


async def record(
    session: AsyncSession, clock: Clock, who: Principal, panel: Panel, act: str, **detail: Any
) -> None:
    """Note that a panel has changed, and who did what."""
    panel.changed_at = clock.now()
    panel.version += act != "convened"
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=f"panel.{act}",
        subject=f"panel:{panel.id}",
        region=panel.region,
        detail=detail,
    )
