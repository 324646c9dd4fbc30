"""Reading and writing evaluations; what the system knows of stations, in bulk."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import func, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.pagination import Each, PageParams, paginate

from ..models.evaluations import Evaluation, EvaluationObjection, EvaluationRound
from ..models.stations import Station
from .rules import Figure


class Known(NamedTuple):
    """A station that may be due."""

    id: UUID
    unit_id: UUID
    region: str
    approved_on: date
    evaluated_on: date | None


async def round_by_id(
    session: AsyncSession, round_id: UUID, *, for_update: bool = False
) -> EvaluationRound | None:
    """Return a round, locked where it is going to change."""
    query = select(EvaluationRound).where(EvaluationRound.id == round_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).one_or_none()


async def page_of_rounds(
    session: AsyncSession, page: PageParams
) -> tuple[Sequence[EvaluationRound], str | None]:
    """Return a page of rounds, newest first."""
    return await paginate(session, select(EvaluationRound), col(EvaluationRound.id), page)


async def one_opens(session: AsyncSession) -> None:
    """Let nobody else open a round until the end of the transaction."""
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtext('evaluation_round'))"))


_STATIONS = text("""
SELECT station.id, station.unit_id, station.region, station.approved_on, last.evaluated_on
FROM station LEFT JOIN (
    SELECT evaluation.station_id, max(began.opened_on) AS evaluated_on,
        bool_or(began.status <> 'bound') AS under_way
    FROM evaluation JOIN evaluation_round AS began ON began.id = evaluation.round_id
    GROUP BY evaluation.station_id
) AS last ON last.station_id = station.id
WHERE station.region = ANY(CAST(:regions AS varchar[]))
  AND station.status NOT IN ('merged', 'revoked') AND last.under_way IS NOT TRUE
ORDER BY station.id
""")


async def stations(session: AsyncSession, regions: Sequence[str]) -> Sequence[Known]:
    """Return the stations of regions that are in no evaluation now."""
    found = await session.execute(_STATIONS, {"regions": list(regions)})
    return [Known(*row) for row in found]


_FIGURES = text("""
WITH due AS (SELECT unnest(CAST(:ids AS uuid[])) AS id),
stays AS (
    SELECT station_id AS id, fellow.id AS fellow_id, status, entered_on, ended_on, false AS joint
    FROM fellow WHERE station_id = ANY(CAST(:ids AS uuid[]))
    UNION ALL
    SELECT joint_station_id, fellow.id, status, entered_on, ended_on, true
    FROM fellow WHERE joint_station_id = ANY(CAST(:ids AS uuid[]))
),
fellows AS (
    SELECT stays.id,
        count(*) FILTER (WHERE entered_on BETWEEN :since AND :until) AS recruited,
        count(*) FILTER (WHERE status = 'exited' AND ended_on BETWEEN :since AND :until
            AND NOT joint) AS exited,
        count(*) FILTER (WHERE status = 'exited' AND ended_on BETWEEN :since AND :until
            AND NOT joint AND panel.grade = 'excellent') AS exited_excellent,
        count(*) FILTER (WHERE status = 'left_early' AND ended_on BETWEEN :since AND :until
            AND NOT joint) AS left_early,
        count(*) FILTER (WHERE entered_on <= :until AND (ended_on IS NULL OR ended_on > :until)
            AND NOT joint) AS inside,
        max(entered_on) FILTER (WHERE entered_on <= :until) AS last_entry
    FROM stays LEFT JOIN LATERAL (
        SELECT grade FROM panel
        WHERE purpose = 'exit' AND subject_id = stays.fellow_id AND panel.status = 'concluded'
    ) AS panel ON true
    GROUP BY stays.id
),
offered AS (
    SELECT station_id AS id, count(*) AS positions FROM position
    WHERE station_id = ANY(CAST(:ids AS uuid[]))
      AND (published_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN :since AND :until
    GROUP BY station_id
),
guided AS (
    SELECT station_id AS id, count(*) AS advisors FROM advisor
    WHERE station_id = ANY(CAST(:ids AS uuid[]))
      AND from_on <= :until AND (until_on IS NULL OR until_on >= :until)
    GROUP BY station_id
)
SELECT due.id, coalesce(recruited, 0) AS recruited, coalesce(exited, 0) AS exited,
    coalesce(exited_excellent, 0) AS exited_excellent, coalesce(left_early, 0) AS left_early,
    coalesce(inside, 0) AS inside, coalesce(positions, 0) AS positions,
    coalesce(advisors, 0) AS advisors,
    greatest(0, extract(year FROM age(CAST(:until AS date),
        coalesce(last_entry, station.approved_on))))::int AS idle_years
FROM due JOIN station ON station.id = due.id
LEFT JOIN fellows ON fellows.id = due.id
LEFT JOIN offered ON offered.id = due.id
LEFT JOIN guided ON guided.id = due.id
""")


async def figures(
    session: AsyncSession, ids: Sequence[UUID], since: date, until: date
) -> dict[UUID, dict[str, int]]:
    """Return what the system knows of stations in a period, by figure."""
    found = await session.execute(_FIGURES, {"ids": list(ids), "since": since, "until": until})
    return {row.id: {each.value: row._mapping[each.value] for each in Figure} for row in found}


async def save(session: AsyncSession, rows: Sequence[Evaluation]) -> None:
    """Save new evaluations in one statement."""
    table: Any = cast("Any", Evaluation).__table__
    await insert_many(session, table, [row.model_dump() for row in rows])


async def of_round(session: AsyncSession, round_id: UUID) -> Sequence[Evaluation]:
    """Return all evaluations of a round, locked."""
    query = select(Evaluation).where(Evaluation.round_id == round_id).order_by(col(Evaluation.id))
    query = query.with_for_update().execution_options(populate_existing=True)
    return (await session.exec(query)).all()


_GRADED = text("""
UPDATE evaluation SET score = given.score, panel_score = given.panel_score, grade = given.grade,
    changed_at = :now, version = version + 1
FROM unnest(CAST(:ids AS uuid[]), CAST(:scores AS int[]), CAST(:panel_scores AS int[]),
    CAST(:grades AS varchar[])) AS given (id, score, panel_score, grade)
WHERE evaluation.id = given.id
""")


async def grade(session: AsyncSession, given: dict[str, Any]) -> None:
    """Save scores and grades of many evaluations in one statement."""
    await session.execute(_GRADED, given)


async def by_id(
    session: AsyncSession, evaluation_id: UUID, *, for_update: bool = False
) -> tuple[Evaluation, EvaluationRound] | None:
    """Return an evaluation with its round, locked where it is going to change, the round first."""
    found = select(Evaluation.round_id).where(Evaluation.id == evaluation_id)
    round_id = (await session.exec(found)).one_or_none()
    if round_id is None:
        return None
    round_ = await round_by_id(session, round_id, for_update=for_update)
    query = select(Evaluation).where(Evaluation.id == evaluation_id)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = (await session.exec(query)).one()
    return None if round_ is None else (row, round_)


async def page_of_unit(
    session: AsyncSession, unit_id: UUID, round_id: UUID | None, page: PageParams
) -> tuple[Sequence[Evaluation], str | None]:
    """Return a page of the evaluations of one unit's stations, newest first."""
    query = select(Evaluation).where(Evaluation.unit_id == unit_id)
    if round_id is not None:
        query = query.where(Evaluation.round_id == round_id)
    return await paginate(session, query, col(Evaluation.id), page)


async def page_of_regions(
    session: AsyncSession, regions: Sequence[str], round_id: UUID | None, page: PageParams
) -> tuple[Sequence[Evaluation], str | None]:
    """Return a page of the evaluations of stations in some regions, newest first."""
    query = select(Evaluation)
    if round_id is None:
        each = Each(col(Evaluation.region), regions)
        return await paginate(session, query, col(Evaluation.id), page, each)
    query = query.where(Evaluation.round_id == round_id, col(Evaluation.region).in_(regions))
    return await paginate(session, query, col(Evaluation.id), page)


async def page_of_results(
    session: AsyncSession, round_id: UUID, page: PageParams
) -> tuple[Sequence[tuple[Evaluation, Station]], str | None]:
    """Return a page of a round's evaluations, each with its station."""
    query = select(Evaluation).where(Evaluation.round_id == round_id)
    rows, cursor = await paginate(session, query, col(Evaluation.id), page)
    known = select(Station).where(col(Station.id).in_([row.station_id for row in rows]))
    by_id_ = {row.id: row for row in (await session.exec(known)).all()}
    return [(row, by_id_[row.station_id]) for row in rows], cursor


async def rounds_of(session: AsyncSession, ids: Collection[UUID]) -> dict[UUID, EvaluationRound]:
    """Return rounds by their ids."""
    query = select(EvaluationRound).where(col(EvaluationRound.id).in_(ids))
    return {row.id: row for row in (await session.exec(query)).all()}


async def objection(
    session: AsyncSession, evaluation_id: UUID, objection_id: UUID
) -> EvaluationObjection | None:
    """Return an objection to an evaluation, locked."""
    query = select(EvaluationObjection).where(
        EvaluationObjection.id == objection_id, EvaluationObjection.evaluation_id == evaluation_id
    )
    return (await session.exec(query.with_for_update())).one_or_none()


async def page_of_objections(
    session: AsyncSession, evaluation_id: UUID, page: PageParams
) -> tuple[Sequence[EvaluationObjection], str | None]:
    """Return a page of the objections to an evaluation, newest first."""
    query = select(EvaluationObjection).where(EvaluationObjection.evaluation_id == evaluation_id)
    return await paginate(session, query, col(EvaluationObjection.id), page)


async def objections_by(session: AsyncSession, login: str) -> Sequence[EvaluationObjection]:
    """Return the objections that somebody lodged, oldest first."""
    query = select(EvaluationObjection).where(EvaluationObjection.lodged_by == login)
    return (await session.exec(query.order_by(col(EvaluationObjection.id)))).all()


async def standing_objections(session: AsyncSession, round_id: UUID) -> int:
    """Return how many objections to a round's grades wait for an answer."""
    query = (
        select(func.count())
        .select_from(EvaluationObjection)
        .join(Evaluation, col(Evaluation.id) == col(EvaluationObjection.evaluation_id))
        .where(Evaluation.round_id == round_id, col(EvaluationObjection.upheld).is_(None))
    )
    return (await session.exec(query)).one()


async def objected(session: AsyncSession, evaluation_id: UUID, login: str) -> bool:
    """Tell whether somebody's objection waits for an answer."""
    query = select(EvaluationObjection.id).where(
        EvaluationObjection.evaluation_id == evaluation_id,
        EvaluationObjection.lodged_by == login,
        col(EvaluationObjection.upheld).is_(None),
    )
    return (await session.exec(query)).first() is not None


async def published(session: AsyncSession) -> Sequence[EvaluationRound]:
    """Return one published round that no other holds, longest published first, locked."""
    query = (
        select(EvaluationRound)
        .where(EvaluationRound.status == "published")
        .order_by(col(EvaluationRound.id))
        .with_for_update(skip_locked=True)
    )
    return (await session.exec(query)).all()
