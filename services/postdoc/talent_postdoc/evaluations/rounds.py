"""Rounds: opened for all stations that are due, graded, published, and binding in the end."""

from datetime import date
from fractions import Fraction
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring
from talent_kit.pagination import Page, PageParams
from talent_kit.publications import Publication
from talent_kit.regions import region_and_below, regions
from talent_rules import WorkingCalendar

from ..deadlines.service import Due, Subject, meet_many, open_many
from ..documents.service import require_kind
from ..models.evaluations import Evaluation, EvaluationRound
from ..panels.rules import Grade, Purpose
from ..panels.schemas import NewPanel
from ..panels.service import conclusions, convene
from ..stations.repository import locked
from ..terms.errors import UnknownRegion
from ..terms.service import terms_at
from ..warnings.rules import Cause, remind_on
from ..warnings.service import warn
from ..warnings.telling import SYSTEM, happened
from . import errors, repository
from .rules import Scored, distribute, hundredths, is_due, points
from .schemas import NewPanels, NewRound, PanelsOut, ResultOut, RoundOut
from .showing import TOLD, counted, result_out, round_out, weighed

DECLARATION = "evaluation_declaration"


async def open_(session: AsyncSession, clock: Clock, who: Principal, given: NewRound) -> RoundOut:
    """Open a round: an evaluation for each station of the region that is due, in one go."""
    now, today = clock.now(), local_date(clock.now())
    if not regions().exists(given.region, today):
        raise UnknownRegion(field="body.region")
    if not who.oversees(given.region, clock):
        raise OutsideRegion(field="body.region")
    if given.submit_until < today:
        raise errors.SubmissionOver(field="body.submit_until")
    for number, indicator in enumerate(given.indicators):
        for kind in indicator.documents:
            require_kind(kind, f"body.indicators.{number}.documents")
    await repository.one_opens(session)
    terms = await terms_at(session, given.region, today)
    known = await repository.stations(session, region_and_below(given.region, today))
    due = [
        each
        for each in known
        if is_due(given.kind, each.approved_on, each.evaluated_on, today, terms)
    ]
    if not due:
        raise errors.NoStationsDue
    round_ = EvaluationRound(
        id=new_id(),
        title_zh=given.title.zh,
        title_en=given.title.en,
        status="collecting",
        stations=len(due),
        opened_on=today,
        opened_by=who.subject,
        changed_at=now,
        version=1,
        **given.model_dump(mode="json", include={"indicators", "caps"}),
        **given.model_dump(
            include={"region", "kind", "period_from", "period_until", "submit_until"}
        ),
    )
    session.add(round_)
    await session.flush()
    ids = [each.id for each in due]
    drawn = await repository.figures(session, ids, given.period_from, given.period_until)
    rows = [
        Evaluation(
            id=new_id(),
            round_id=round_.id,
            station_id=each.id,
            unit_id=each.unit_id,
            region=each.region,
            drawn=drawn[each.id],
            declared={},
            changed_at=now,
            version=1,
        )
        for each in due
    ]
    await repository.save(session, rows)
    reminded = remind_on(round_.submit_until, today, terms)
    wanted = Due(DECLARATION, round_.submit_until, reminded)
    await open_many(session, [(subject_of(row), wanted) for row in rows])
    subjects = [(f"evaluation:{row.id}", row.region) for row in rows]
    await audit.record_many(
        session, clock, actor=who.subject, action="evaluation.opened", subjects=subjects
    )
    await _record(session, clock, who.subject, round_, "opened")
    return round_out(round_)


def subject_of(row: Evaluation) -> Subject:
    """Return whose deadlines an evaluation's are."""
    return Subject("evaluation", row.id, row.region, station_id=row.station_id, unit_id=row.unit_id)


async def read(session: AsyncSession, round_id: UUID) -> RoundOut:
    """Return a round."""
    return round_out(await _round(session, round_id))


async def list_all(session: AsyncSession, page: PageParams) -> Page[RoundOut]:
    """List rounds, newest first."""
    rows, cursor = await repository.page_of_rounds(session, page)
    return Page(items=[round_out(row) for row in rows], next_cursor=cursor)


async def results(session: AsyncSession, round_id: UUID, page: PageParams) -> Page[ResultOut]:
    """List the grades of a round once they are published."""
    round_ = await _round(session, round_id)
    if round_.status not in TOLD:
        raise errors.RoundState(state=round_.status)
    rows, cursor = await repository.page_of_results(session, round_id, page)
    return Page(items=[result_out(*row) for row in rows], next_cursor=cursor)


async def convene_panels(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    round_id: UUID,
    given: NewPanels,
) -> PanelsOut:
    """Convene the same experts for each of some stations, or for none of them."""
    round_ = await of_office(session, clock, who, round_id, for_update=True)
    _in_state(round_, "collecting", "graded")
    panels = {}
    for evaluation_id in sorted(set(given.evaluation_ids)):
        found = await repository.by_id(session, evaluation_id)
        if found is None or found[0].round_id != round_.id:
            raise errors.EvaluationNotFound(field="body.evaluation_ids")
        body = NewPanel(purpose=Purpose.EVALUATION, subject_id=evaluation_id, members=given.members)
        panels[evaluation_id] = (await convene(session, clock, keyring, who, body)).id
    return PanelsOut(panels=panels)


async def grade(session: AsyncSession, clock: Clock, who: Principal, round_id: UUID) -> RoundOut:
    """Grade all stations of a round by their figures and panels, again until it is published."""
    round_ = await of_office(session, clock, who, round_id, for_update=True)
    _in_state(round_, "collecting", "graded")
    rows = await repository.of_round(session, round_id)
    today = local_date(clock.now())
    missing = sum(row.submitted_at is None for row in rows)
    if missing and today <= round_.submit_until:
        until = round_.submit_until.isoformat()
        raise errors.SubmissionOpen(submit_until=until, missing=missing)
    table = weighed(round_)
    concluded = await conclusions(session, Purpose.EVALUATION, [row.id for row in rows])
    if any(each.source == "experts" for each in table) and len(concluded) < len(rows):
        raise errors.PanelsNotConcluded(missing=len(rows) - len(concluded))
    scored = []
    for row in rows:
        panel = concluded[row.id].score if row.id in concluded else None
        earned = points(table, row.drawn, counted(row), panel)
        scored.append(Scored(row.id, hundredths(sum(earned.values(), start=_ZERO)), panel or 0))
    terms = await terms_at(session, round_.region, round_.opened_on)
    grades = distribute(scored, round_.caps, terms)
    given = {
        "ids": [each.id for each in scored],
        "scores": [each.score for each in scored],
        "panel_scores": [each.panel_score for each in scored],
        "grades": [str(grades[each.id]) for each in scored],
        "now": clock.now(),
    }
    await repository.grade(session, given)
    await meet_many(session, clock, [row.id for row in rows])
    round_.status = "graded"
    await _record(session, clock, who.subject, round_, "graded")
    return round_out(round_)


_ZERO = Fraction(0)


async def publish(session: AsyncSession, clock: Clock, who: Principal, round_id: UUID) -> RoundOut:
    """Publish the grades of a round for objections (公示)."""
    round_ = await of_office(session, clock, who, round_id, for_update=True)
    _in_state(round_, "graded")
    today = local_date(clock.now())
    round_.status, round_.published_on = "published", today
    terms = await terms_at(session, round_.region, today)
    published = Publication.begun(today, terms["PUBLICATION"], WorkingCalendar())
    round_.objections_until = published.until
    await _record(session, clock, who.subject, round_, "published")
    return round_out(round_)


async def bind_due(session: AsyncSession, clock: Clock) -> int:
    """Bind rounds whose publication is over without a standing objection; return how many."""
    today, done = local_date(clock.now()), 0
    for round_ in await repository.published(session):
        published = (await published_as(session, round_)).dated(WorkingCalendar())
        round_.objections_until = published.until
        if not published.binds(today):
            continue
        await _bind(session, clock, round_, today)
        done += 1
    return done


async def published_as(session: AsyncSession, round_: EvaluationRound) -> Publication:
    """Return the publication of a round's grades, with the objections that stand."""
    since = round_.published_on or round_.opened_on
    terms = await terms_at(session, round_.region, since)
    standing = await repository.standing_objections(session, round_.id)
    return Publication(since, terms["PUBLICATION"], round_.objections_until, standing)


async def _bind(session: AsyncSession, clock: Clock, round_: EvaluationRound, today: date) -> None:
    rows = {row.station_id: row for row in await repository.of_round(session, round_.id)}
    stations = await locked(session, rows.keys())
    details = {
        station: {"grade": row.grade, "evaluation": str(row.id)} for station, row in rows.items()
    }
    await happened(session, clock, SYSTEM, "evaluated", today, details, stations)
    failed = {
        station: row.id
        for station, row in rows.items()
        if row.grade == Grade.FAILED and stations[station].status not in ("merged", "revoked")
    }
    if failed:
        warned = {station: stations[station] for station in failed}
        await warn(session, clock, SYSTEM, Cause.EVALUATION, warned, failed)
    round_.status, round_.bound_on = "bound", today
    await _record(session, clock, SYSTEM, round_, "bound")


async def of_office(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    round_id: UUID,
    *,
    for_update: bool = False,
) -> EvaluationRound:
    """Return a round of a region that the caller oversees; raises RoundNotFound."""
    round_ = await repository.round_by_id(session, round_id, for_update=for_update)
    if round_ is None or not who.oversees(round_.region, clock):
        raise errors.RoundNotFound
    return round_


async def _round(session: AsyncSession, round_id: UUID) -> EvaluationRound:
    round_ = await repository.round_by_id(session, round_id)
    if round_ is None:
        raise errors.RoundNotFound
    return round_


def _in_state(round_: EvaluationRound, *states: str) -> None:
    if round_.status not in states:
        raise errors.RoundState(state=round_.status)


async def _record(
    session: AsyncSession, clock: Clock, who: str, round_: EvaluationRound, act: str
) -> None:
    round_.changed_at = clock.now()
    round_.version += act != "opened"
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who,
        action=f"evaluation-round.{act}",
        subject=f"evaluation-round:{round_.id}",
        region=round_.region,
        detail={"stations": round_.stations},
    )
