"""Whom a ticket admits: its window, regions, employers, degrees and classes, and its codes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import local_date
from talent_kit.problems import Problem
from talent_kit.regions import regions

from ..activities.questions import Question, Value, checked, files_named, is_id
from ..activities.repository import questions_of
from ..employers import repository as employers
from ..models import Activity, Standing, Ticket
from ..models.admission import CodeTries, Hold, Invitation
from ..models.gates import TalentCode
from ..people import repository as people
from ..people.repository import Known
from . import attached, errors, repository
from .answers import Sheet
from .repository import Hall
from .rules import barred_until, rank, schemes, window

MOST_TRIES = 10
"""Wrong codes of one person for one activity, within TRIES_COUNT_FOR of the first."""
TRIES_COUNT_FOR = timedelta(hours=1)
_FRESH = {"populate_existing": True}


@dataclass
class Doors:
    """What the codes of a batch of claims are compared with, read while the seats are held."""

    invitations: Mapping[tuple[UUID, bytes], Invitation] = field(default_factory=dict)
    guests: Mapping[tuple[UUID, UUID], Invitation] = field(default_factory=dict)
    """Who is invited by name, by ticket and talent."""
    holds: Mapping[UUID, Hold] = field(default_factory=dict)
    tries: dict[tuple[UUID, UUID], CodeTries] = field(default_factory=dict)
    questions: Mapping[UUID, Sequence[Question]] = field(default_factory=dict)
    owners: Mapping[UUID, str] = field(default_factory=dict)
    """Who brought the files that answers name."""
    refused: frozenset[tuple[UUID, UUID]] = frozenset()
    """Whom the organiser has refused, by ticket and talent."""
    turns: Mapping[tuple[UUID, UUID], Problem] = field(default_factory=dict)
    """Who may not claim yet, by activity and talent, and what their waiting room says."""
    employers: Mapping[UUID, set[UUID]] = field(default_factory=dict)
    """By whom talents are employed, where a ticket asks for it."""
    of_employer: dict[tuple[UUID, UUID], int] = field(default_factory=dict)
    """How many of an employer's employees have, wait or ask for a ticket."""
    standings: Mapping[UUID, Standing] = field(default_factory=dict)
    """What is verified of talents, where a ticket asks for it."""
    missed: Mapping[UUID, Sequence[datetime]] = field(default_factory=dict)
    """When talents did not come, where an activity asks for it."""
    sheets: list[Sheet] = field(default_factory=list)
    """What those answered who were let in."""

    def admit(
        self, hall: Hall, person: Known, ticket: Ticket, given: bytes | None, now: datetime
    ) -> Invitation | None:
        """Return the invitation that a newcomer comes with, if any; raise why they may not come.

        `given` is the keyed hash of their code.
        """
        opens_at, closes_at = window(hall.activity, ticket)
        if not opens_at <= now < closes_at:
            raise errors.NotOpen(opens_at=opens_at.isoformat(), closes_at=closes_at.isoformat())
        for audience in (hall.activity.regions, ticket.regions):
            if audience and not _within(person.region, audience, now):
                raise errors.NotAdmitted
        if (ticket.id, person.talent_id) in self.refused:
            raise errors.Refused
        if ticket.employers or ticket.per_employer is not None:
            self._check_employers(ticket, person)
        if ticket.degrees or ticket.talent_classes:
            self._check_standing(ticket, person)
        invitation = self._invitation(person, ticket, given, now)
        if invitation is None and hall.activity.no_show is not None:
            self._check_missed(hall.activity.no_show, person, now)
        return invitation

    def _invitation(
        self, person: Known, ticket: Ticket, given: bytes | None, now: datetime
    ) -> Invitation | None:
        if given is not None:
            return self._by_code(person, ticket, given, now)
        named = self.guests.get((ticket.id, person.talent_id))
        if named is not None and _good(named, ticket, now):
            return named
        if ticket.admission != "open":
            raise errors.CodeRequired(field="body.code")
        return None

    def _check_missed(self, rule: Mapping[str, int], person: Known, now: datetime) -> None:
        missed = self.missed.get(person.talent_id, ())
        until = barred_until(missed, rule["missed"], timedelta(days=rule["days"]), now)
        if until is not None:
            raise errors.MissedTooOften(until=until.isoformat())

    def _by_code(
        self, person: Known, ticket: Ticket, given: bytes, now: datetime
    ) -> Invitation | None:
        pair = (ticket.activity_id, person.talent_id)
        tries = self.tries.get(pair)
        if tries is not None and tries.since + TRIES_COUNT_FOR <= now:
            tries.tries, tries.since = 0, now
        if tries is not None and tries.tries >= MOST_TRIES:
            wait = tries.since + TRIES_COUNT_FOR - now
            raise errors.TooManyTries(headers={"Retry-After": str(int(wait.total_seconds()) + 1)})
        invitation = self.invitations.get((ticket.activity_id, given))
        if invitation is not None and _good(invitation, ticket, now):
            if invitation.registration_id is not None:
                raise errors.InvitationSpent(field="body.code")
            return invitation
        if ticket.admission == "code" and compare_digest(ticket.access_code or b"", given):
            return None
        if tries is None:
            tries = CodeTries(activity_id=pair[0], talent_id=pair[1], tries=0, since=now)
            self.tries[pair] = tries
        tries.tries += 1
        raise errors.WrongCode(field="body.code")

    def _check_employers(self, ticket: Ticket, person: Known) -> None:
        theirs = self.employers.get(person.talent_id, set())
        if ticket.employers and theirs.isdisjoint(ticket.employers):
            raise errors.OfOtherEmployers
        most = ticket.per_employer
        if most is not None and any(
            self.of_employer.get((ticket.id, each), 0) >= most for each in theirs
        ):
            raise errors.EmployerLimit(most=most)

    def _check_standing(self, ticket: Ticket, person: Known) -> None:
        standing = self.standings.get(person.talent_id)
        degree = standing.degree if standing else None
        if ticket.degrees and degree not in ticket.degrees:
            raise errors.OfOtherDegrees if degree else errors.DegreeUnverified
        classes = set(standing.talent_classes) if standing else set()
        if ticket.talent_classes and classes.isdisjoint(ticket.talent_classes):
            unknown = schemes(ticket.talent_classes) - schemes(classes)
            raise errors.ClassUnverified(unknown) if unknown else errors.OfOtherClasses

    def count(self, ticket: Ticket, person: Known) -> None:
        """Note that somebody has got a ticket, or waits or asks for it."""
        if ticket.per_employer is not None:
            for each in self.employers.get(person.talent_id, set()):
                key = (ticket.id, each)
                self.of_employer[key] = self.of_employer.get(key, 0) + 1

    def check_turn(self, activity: Activity, person: Known) -> None:
        """Raise what the waiting room says, where it does not let a newcomer in yet."""
        problem = self.turns.get((activity.id, person.talent_id))
        if problem is not None:
            raise problem

    def answered(
        self, ticket: Ticket, given: Mapping[str, Value], login: str
    ) -> tuple[dict[str, Value], attached.Named]:
        """Return the answers that count for a ticket, and the files that they name.

        Raises AnswersWrong, also where somebody else brought the file.
        """
        if not ticket.asks and not given:
            return {}, {}
        questions = self.questions.get(ticket.activity_id, ())
        good, faults = checked(questions, ticket.name, given)
        named = files_named(questions, good)
        if faults := faults or attached.faults(named, self.owners, login):
            raise errors.AnswersWrong(faults)
        return good, named

    def held(self, invitation: Invitation | None) -> bool:
        """Take the seat that is kept for an invitation; tell whether there is one."""
        if invitation is None or invitation.hold_id is None:
            return False
        hold = self.holds[invitation.hold_id]
        if hold.seats < 1:
            return False
        hold.seats -= 1
        hold.version += 1
        return True


async def read_doors(
    session: AsyncSession,
    now: datetime,
    halls: Collection[Hall],
    codes: Collection[tuple[UUID, bytes]],
    pairs: Collection[tuple[UUID, UUID]],
    given: Collection[Mapping[str, Value]] = (),
) -> Doors:
    """Read what activities ask, and whose files answer it; what stands behind codes, and who tried.

    The seats are held. Where nothing is asked and no code given, nothing is read.
    """
    asking = [
        hall.activity.id for hall in halls if any(each.asks for each in hall.tickets.values())
    ]
    doors = Doors(questions=await questions_of(session, asking) if asking else {})
    if any(one.kind == "file" for asked in doors.questions.values() for one in asked):
        asked = [one for some in doors.questions.values() for one in some]
        named = {each for one in given for each in _ids(asked, one)}
        doors.owners = await attached.owners(session, named)
    if any(each.approval for hall in halls for each in hall.tickets.values()):
        doors.refused = await repository.refused_among(session, pairs)
    if codes:
        await _read_codes(session, doors, codes, pairs)
    if any(each.names_guests for hall in halls for each in hall.tickets.values()):
        doors.guests = await _guests_among(session, pairs)
    tickets = [each for hall in halls for each in hall.tickets.values()]
    if any(each.employers or each.per_employer is not None for each in tickets):
        today = local_date(now)
        doors.employers = await employers.employers_of(session, {one for _, one in pairs}, today)
        limited = [each.id for each in tickets if each.per_employer is not None]
        theirs = {each for found in doors.employers.values() for each in found}
        if limited and theirs:
            doors.of_employer = await employers.counts(session, limited, theirs, today)
    if any(each.degrees or each.talent_classes for each in tickets):
        doors.standings = await people.standings(session, {one for _, one in pairs})
    if lengths := [hall.activity.no_show["days"] for hall in halls if hall.activity.no_show]:
        since = now - timedelta(days=max(lengths))
        doors.missed = await repository.missed_by(session, {one for _, one in pairs}, since)
    invitations = [*doors.invitations.values(), *doors.guests.values()]
    if kept := {each.hold_id for each in invitations if each.hold_id is not None}:
        holds = select(Hold).where(col(Hold.id).in_(kept)).execution_options(**_FRESH)
        doors.holds = {row.id: row for row in (await session.exec(holds)).all()}
    return doors


def _ids(questions: Collection[Question], given: Mapping[str, Value]) -> set[UUID]:
    """Return what may be the id of a file among answers that nobody has looked at yet."""
    return set(
        files_named(questions, {name: one for name, one in given.items() if is_id(one)}).values()
    )


async def _guests_among(
    session: AsyncSession, pairs: Collection[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], Invitation]:
    """Return who of some activities and talents is invited by name, by ticket and talent."""
    query = (
        select(Invitation, TalentCode.talent_id)
        .join(TalentCode, col(TalentCode.digest) == Invitation.digest)
        .where(
            col(TalentCode.talent_id).in_({talent for _, talent in pairs}),
            col(Invitation.activity_id).in_({activity for activity, _ in pairs}),
            col(Invitation.named),
        )
    )
    found = await session.exec(query.execution_options(**_FRESH))
    return {(row.ticket_id, talent_id): row for row, talent_id in found}


async def _read_codes(
    session: AsyncSession,
    doors: Doors,
    codes: Collection[tuple[UUID, bytes]],
    pairs: Collection[tuple[UUID, UUID]],
) -> None:
    query = select(Invitation).where(
        col(Invitation.activity_id).in_({activity for activity, _ in codes}),
        col(Invitation.digest).in_({digest for _, digest in codes}),
    )
    found = (await session.exec(query.execution_options(**_FRESH))).all()
    tried = select(CodeTries).where(
        col(CodeTries.activity_id).in_({activity for activity, _ in pairs}),
        col(CodeTries.talent_id).in_({talent for _, talent in pairs}),
    )
    doors.invitations = {(row.activity_id, row.digest): row for row in found}
    doors.tries = {
        (row.activity_id, row.talent_id): row
        for row in (await session.exec(tried.execution_options(**_FRESH))).all()
    }


def _good(invitation: Invitation, ticket: Ticket, now: datetime) -> bool:
    in_time = invitation.until is None or now < invitation.until
    return invitation.ticket_id == ticket.id and invitation.revoked_at is None and in_time


def _within(region: str, audience: Collection[str], now: datetime) -> bool:
    today = local_date(now)
    return any(regions().within(region, one, today) for one in audience)


def rank_of(hall: Hall, person: Known, now: datetime) -> int:
    """Return somebody's rank among those who wait for an activity."""
    today = local_date(now)
    return rank(
        person.region,
        hall.activity.priority,
        lambda region, one: regions().within(region, one, today),
    )
