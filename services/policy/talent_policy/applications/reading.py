"""What applications look like from outside."""

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal, Role
from talent_kit.clock import Clock
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import Erased
from talent_kit.problems import Forbidden

from ..callers import acts_for_employer, employer_of, talent_of
from ..disbursements import reading as disbursements
from ..disbursements.repository import payments_of
from ..library.parts import Parts
from ..models.applications import Application
from ..packs.records import DecisionRecord
from . import deciding, numbers, repository
from . import service as applications_service
from .errors import NoApplication, NoDecision, NumberInvalid
from .schemas import ApplicationLine, ApplicationRead, AssessmentRead, DecisionRead


async def application(session: AsyncSession, row: Application) -> ApplicationRead:
    """Return one application with its payments as they stand now."""
    payments = await payments_of(session, row.id)
    return ApplicationRead(
        **row.model_dump(exclude={"pack_name"}) | {"pack": row.pack_name},
        payments=[disbursements.payment(payment) for payment in payments],
    )


async def applications(
    session: AsyncSession, clock: Clock, who: Principal, status: str | None, page: PageParams
) -> Page[ApplicationLine]:
    """List those of the caller's regions for staff, else those in which the caller is paid.

    Raises Forbidden for staff whose token names no region, and what finding the caller does.
    """
    if Role.TALENT not in who.roles and Role.EMPLOYER not in who.roles:
        if who.region is None:
            raise Forbidden(field="token.region")
        rows, following = await repository.of_regions(session, who.regions(clock), status, page)
    elif acts_for_employer(who):
        rows, following = await repository.of_employer(
            session, await employer_of(session, who), status, page
        )
    else:
        rows, following = await repository.of_talent(
            session, await talent_of(session, who), status, page
        )
    lines = [ApplicationLine.model_validate(row.model_dump()) for row in rows]
    return Page(items=lines, next_cursor=following)


async def numbered(
    session: AsyncSession, clock: Clock, who: Principal, number: str
) -> Page[ApplicationLine]:
    """Find an application by its number: nothing where there is none, or none for this caller.

    Raises NumberInvalid for what is no number, or a mistyped one.
    """
    parsed = numbers.parse(number)
    if parsed is None:
        raise NumberInvalid(field="query.number")
    row = await repository.by_number(session, parsed)
    if row is None:
        return Page(items=[])
    try:
        await applications_service.require_visible(session, clock, who, row)
    except (NoApplication, OutsideRegion):
        return Page(items=[])
    return Page(items=[ApplicationLine.model_validate(row.model_dump())])


async def assessment(
    session: AsyncSession, parts: Parts, who: Principal, row: Application
) -> AssessmentRead:
    """Return what the rules say now; looking at it is an audited act of staff."""
    _, decision = await deciding.reassess(session, parts, row)
    await _looked(session, parts, who, row, "application.assessment-read")
    found = decision.record.result
    return AssessmentRead(
        outcome=found.outcome.value,
        amount_fen=found.amount_fen,
        uncut_fen=found.uncut_fen,
        requirements=list(found.requirements),
        missing=list(found.missing),
        unverified=deciding.unverified(decision),
    )


async def decision(
    session: AsyncSession, parts: Parts, who: Principal, row: Application
) -> DecisionRead:
    """Return the last decision, opened and replayed; raises NoDecision."""
    found = await repository.last_decision(session, row.id)
    if found is None:
        raise NoDecision
    await _looked(session, parts, who, row, "application.decision-read")
    read = DecisionRead(
        application_id=row.id,
        number=found.number,
        result=found.result,
        decided_at=found.decided_at,
        amount_fen=found.amount_fen,
        as_of=found.as_of,
        pack_digest=found.pack_digest,
    )
    try:
        grounds = await deciding.grounds_of(session, parts, found)
    except Erased:
        return read
    read.reason, read.determinations = grounds.reason, list(grounds.determinations)
    read.record = grounds.record if _may_see_person(who, row) else _without_person(grounds.record)
    same = await deciding.replays(session, parts, row, grounds)
    read.replay = "same" if same else "different"
    return read


async def _looked(
    session: AsyncSession, parts: Parts, who: Principal, row: Application, action: str
) -> None:
    if who.subject != row.login:
        await audit.record(
            session,
            parts.clock,
            actor=who.subject,
            action=action,
            subject=str(row.id),
            region=row.region,
        )


def _may_see_person(who: Principal, row: Application) -> bool:
    """Tell whether a viewer is the person paid, or staff: an employer's agent is neither."""
    return row.payee_kind == "person" or who.region is not None


def _without_person(record: DecisionRecord) -> DecisionRecord:
    """Take the values of personal facts out; that they were known, and whence, stays."""
    facts = tuple(
        fact.model_copy(update={"value": None}) if fact.name.startswith("person.") else fact
        for fact in record.facts
    )
    return record.model_copy(update={"facts": facts})
