"""Queries of subjects and observations."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

import sqlalchemy
from sqlalchemy import Text, any_, bindparam, delete, false, func, literal, union, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import tables
from talent_kit.bulk import among, insert_many, one_of
from talent_kit.database import wake
from talent_kit.pagination import PageParams, paginate
from talent_kit.projections import project

from ..models.applications import Application, ApplicationStatus
from ..models.facts import Employment, Observation, Organisation, Person, Standing
from ..models.matters import Matter
from .vocabulary import SubjectKind

Kept = TypeVar("Kept", Person, Organisation, Employment, Matter)


async def keep(session: AsyncSession, rows: Sequence[Kept]) -> list[Kept]:
    """Save what is newer than what is here, and have it matched; return the rows that were."""
    if rows:
        wake(session, "matching")
    return await project(session, rows, but=["former_agents"])


async def keep_agents(session: AsyncSession, rows: Sequence[Organisation]) -> None:
    """Add to who ever was an agent, also by a row that is older than what is saved."""
    seen: dict[UUID, set[str]] = {}
    for row in rows:
        seen.setdefault(row.employer_id, set()).update(row.agents)
    for employer_id, logins in sorted(seen.items()):
        ever = col(Organisation.former_agents)
        new = literal(sorted(logins), ARRAY(Text))
        login = func.unnest(ever.concat(new)).column_valued("login")
        together = select(login).distinct().order_by(login)
        await session.execute(
            update(Organisation)
            .where(col(Organisation.employer_id) == employer_id, ~ever.contains(new))
            .values(former_agents=func.array(together.scalar_subquery()))
        )


_ONE_HAND = func.coalesce(
    col(Person.login) == any_(col(Organisation.agents).concat(col(Organisation.former_agents))),
    false(),
)
"""Whether the talent's login is or was an agent of the employer: one hand signs for both."""


async def save_observations(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Save what a source says; its older word about the same fact from the same day is replaced.

    A word that holds from another day stands beside it, so that what held before stays known. A
    word that was observed before the one at hand changes nothing. The row keeps its id, under which
    its value is sealed, so a replaced row takes the new one.
    """
    newest: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        word = tuple(row[name] for name in _WORD)
        if word not in newest or newest[word]["observed_at"] <= row["observed_at"]:
            newest[word] = row
    if newest:
        table: Any = Observation
        await insert_many(session, table.__table__, list(newest.values()), _REPLACING)
        wake(session, "matching")


_WORD = ("subject_id", "subject_kind", "name", "source", "valid_from")
_REPLACING = (
    "ON CONFLICT ON CONSTRAINT uq_observation_word DO UPDATE SET "
    + ", ".join(
        f"{name} = excluded.{name}"
        for name in (
            "id",
            "verified",
            "value",
            "sealed",
            "talent_id",
            "observed_at",
            "recorded_at",
            "valid_until",
        )
    )
    + " WHERE observation.observed_at <= excluded.observed_at"
)


async def withdraw(
    session: AsyncSession,
    kind: str,
    subjects: Collection[UUID],
    source: str,
    names: Collection[str] = (),
) -> None:
    """Remove what a source said of subjects: of the named facts, or of all."""
    conditions = [
        col(Observation.subject_id).in_(subjects),
        col(Observation.subject_kind) == kind,
        col(Observation.source) == source,
    ]
    if names:
        conditions.append(col(Observation.name).in_(names))
    if subjects:
        await session.execute(delete(Observation).where(*conditions))
        wake(session, "matching")


async def observations_of(
    session: AsyncSession, subjects: Collection[UUID]
) -> Sequence[Observation]:
    """Return every observation of some subjects; ids of different kinds never coincide."""
    query = select(Observation).where(col(Observation.subject_id).in_(subjects))
    return (await session.exec(query)).all()


class Word(NamedTuple):
    """What a source says, without what only a reader of the single statement needs."""

    id: UUID
    subject_id: UUID
    name: str
    source: str
    verified: bool
    value: Any
    sealed: bytes | None
    talent_id: UUID | None
    observed_at: datetime
    valid_from: date | None
    valid_until: date | None


# What every application and match asks, made once: making it anew costs more than running it.
_WORDS_OF = sqlalchemy.select(*(getattr(Observation, name) for name in Word._fields)).where(
    one_of(col(Observation.subject_id), "subjects")
)
_NAMED_WORDS_OF = _WORDS_OF.where(one_of(col(Observation.name), "names"))


async def words_of(
    session: AsyncSession, subjects: Collection[UUID], names: Collection[str] | None = None
) -> list[Word]:
    """Return every observation of many subjects, or those of some names, as plain values."""
    values: dict[str, Any] = {"subjects": list(subjects)}
    if names is not None:
        values["names"] = list(names)
    query = _WORDS_OF if names is None else _NAMED_WORDS_OF
    return [Word._make(row) for row in await session.execute(query, values)]


async def hold_standings(session: AsyncSession, talent_ids: Collection[UUID]) -> list[Standing]:
    """Return what was told of talents, made where nothing was, locked; of nobody who was erased.

    The keys are held too: an erasure comes before, or waits and removes what was written here.
    """
    living = (
        sqlalchemy.select(tables.data_key.c.talent_id)
        .where(
            among(tables.data_key.c.talent_id, talent_ids),
            tables.data_key.c.destroyed_at.is_(None),
        )
        .order_by(tables.data_key.c.talent_id)
        .with_for_update(read=True)
    )
    ids = list((await session.execute(living)).scalars())
    if not ids:
        return []
    made = [{"id": each, "degree": None, "talent_classes": [], "version": 0} for each in ids]
    await session.execute(insert(Standing).on_conflict_do_nothing(), made)
    held = select(Standing).where(among(col(Standing.id), ids)).order_by(col(Standing.id))
    again = held.with_for_update().execution_options(populate_existing=True)
    return list((await session.exec(again)).all())


async def observations_page(
    session: AsyncSession, kind: str, subject: UUID, page: PageParams
) -> tuple[Sequence[Observation], str | None]:
    query = select(Observation).where(
        col(Observation.subject_id) == subject, col(Observation.subject_kind) == kind
    )
    return await paginate(session, query, col(Observation.id), page)


async def person(session: AsyncSession, talent_id: UUID) -> Person | None:
    return await session.get(Person, talent_id)


async def persons(session: AsyncSession, ids: Collection[UUID]) -> Sequence[tuple[UUID, str]]:
    """Return persons, each with the region."""
    found = await session.execute(_PERSONS, {"ids": list(ids)})
    return [(talent_id, region) for talent_id, region in found]


_PERSONS = sqlalchemy.select(col(Person.talent_id), col(Person.region)).where(
    one_of(col(Person.talent_id), "ids")
)


async def organisation(session: AsyncSession, employer_id: UUID) -> Organisation | None:
    return await session.get(Organisation, employer_id)


async def organisations(session: AsyncSession, ids: Collection[UUID]) -> Sequence[tuple[UUID, str]]:
    """Return organisations, each with the region."""
    found = await session.execute(_ORGANISATIONS, {"ids": list(ids)})
    return [(employer_id, region) for employer_id, region in found]


_ORGANISATIONS = sqlalchemy.select(col(Organisation.employer_id), col(Organisation.region)).where(
    one_of(col(Organisation.employer_id), "ids")
)


async def matter(session: AsyncSession, identifier: UUID) -> Matter | None:
    return await session.get(Matter, identifier)


async def matters(session: AsyncSession, ids: Collection[UUID]) -> Sequence[tuple[Matter, bool]]:
    """Return matters, and of each whether its talent is or was an agent of its employer."""
    found = await session.execute(_MATTERS, {"ids": list(ids)})
    return [(matter, one_hand) for matter, one_hand in found]


_MATTERS = (
    sqlalchemy.select(Matter, _ONE_HAND)
    .outerjoin(Organisation, col(Organisation.employer_id) == col(Matter.employer_id))
    .outerjoin(Person, col(Person.talent_id) == col(Matter.talent_id))
    .where(one_of(col(Matter.id), "ids"))
)


async def employment(
    session: AsyncSession, employment_id: UUID
) -> tuple[Employment, Organisation | None, Person | None] | None:
    """Return an employment with its organisation and person, where these are known already."""
    found = (await session.execute(_EMPLOYMENT, {"id": employment_id})).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


_EMPLOYMENT = (
    sqlalchemy.select(Employment, Organisation, Person)
    .outerjoin(Organisation, col(Organisation.employer_id) == col(Employment.employer_id))
    .outerjoin(Person, col(Person.talent_id) == col(Employment.talent_id))
    .where(col(Employment.id) == bindparam("id"))
)


async def employments(session: AsyncSession, employment_ids: Collection[UUID]) -> Sequence[Any]:
    """Return employments that stand (not rejected), whose organisation is known.

    Id, talent, employer, the employer's region, and whether the talent is or was an agent of it.
    """
    return (await session.execute(_EMPLOYMENTS, {"ids": list(employment_ids)})).all()


_EMPLOYMENTS = (
    sqlalchemy.select(
        col(Employment.id),
        col(Employment.talent_id),
        col(Employment.employer_id),
        col(Organisation.region),
        _ONE_HAND,
    )
    .join(Organisation, col(Organisation.employer_id) == col(Employment.employer_id))
    .outerjoin(Person, col(Person.talent_id) == col(Employment.talent_id))
    .where(one_of(col(Employment.id), "ids"), col(Employment.status) != "rejected")
)


_OVER = (
    ApplicationStatus.REJECTED,
    ApplicationStatus.WITHDRAWN,
    ApplicationStatus.GRANTED,
    ApplicationStatus.PAID,
    ApplicationStatus.STOPPED,
    ApplicationStatus.RECOVERED,
)
"""Applications of which nothing is to be decided or paid any more."""


async def further_regions(
    session: AsyncSession, ids: Collection[UUID]
) -> defaultdict[UUID, set[str]]:
    """Return the regions beside their own in which subjects are known, by subject.

    Those of a person's employers, of the matters of a person or an organisation, and of
    applications about a subject or a party to them that are open or still pay.
    """
    jobs: Any = (
        select(col(Employment.talent_id).label("id"), col(Organisation.region))
        .join(Organisation, col(Organisation.employer_id) == col(Employment.employer_id))
        .where(among(col(Employment.talent_id), ids), col(Employment.status) != "rejected")
    )
    parts: list[Any] = [jobs]
    parts += [
        select(owner, Matter.region).where(among(col(owner), ids))
        for owner in (Matter.talent_id, Matter.employer_id)
    ]
    for owner in (Application.subject_id, Application.talent_id, Application.employer_id):
        part = select(owner, Application.region).where(among(col(owner), ids))
        parts.append(part.where(col(Application.status).not_in(_OVER)))
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    for identifier, region in await session.execute(union(*parts)):
        found[identifier].add(region)
    return found


async def is_employed(session: AsyncSession, talent_id: UUID, employer_id: UUID) -> bool:
    """Tell whether a talent has an employment with an employer, not ended and not rejected."""
    query = select(Employment.id).where(
        col(Employment.talent_id) == talent_id,
        col(Employment.employer_id) == employer_id,
        col(Employment.status).not_in(("rejected", "ended")),
    )
    return (await session.exec(query.limit(1))).first() is not None


async def subject_page(
    session: AsyncSession,
    page: PageParams,
    *,
    talent_id: UUID | None = None,
    employer_id: UUID | None = None,
) -> tuple[list[tuple[SubjectKind, UUID]], str | None]:
    """Return the standing employments and the matters of a talent or an employer, newest first."""
    jobs = select(col(Employment.id), literal("employment").label("kind")).where(
        col(Employment.status) != "rejected"
    )
    others = select(col(Matter.id), col(Matter.kind))
    if talent_id is not None:
        jobs = jobs.where(col(Employment.talent_id) == talent_id)
        others = others.where(col(Matter.talent_id) == talent_id)
    if employer_id is not None:
        jobs = jobs.where(col(Employment.employer_id) == employer_id)
        others = others.where(col(Matter.employer_id) == employer_id)
    both = union_all(jobs, others).subquery()
    query = select(both.c.id, both.c.kind)
    rows, cursor = await paginate(session, query, both.c.id, page)
    return [(SubjectKind(kind), identifier) for identifier, kind in rows], cursor
