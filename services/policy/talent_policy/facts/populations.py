"""Queries over many subjects: by what they belong to, and by region."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    any_,
    label,
    literal,
    union_all,
)
from sqlmodel import col, select
from talent_kit.bulk import among

from ..models.facts import Employment, Organisation, Person
from ..models.matters import Matter
from .vocabulary import SubjectKind


def subjects_with(
    party: SubjectKind,
    ids: Collection[UUID] | BindParameter[Any],
    after: UUID | None = None,
) -> CompoundSelect[Any]:
    """Return the query of what some persons or organisations are a party to: kind and id.

    The ids may come later, under the name of a parameter.
    """
    parts: list[Any] = []
    kinds: list[tuple[Any, Any]] = [
        (Employment, literal(SubjectKind.EMPLOYMENT.value)),
        (Matter, Matter.kind),
    ]
    for table, kind in kinds:
        owner = table.talent_id if party is SubjectKind.PERSON else table.employer_id
        part: Any = select(label("kind", kind), col(table.id).label("id"))
        named = col(owner) == any_(ids) if isinstance(ids, BindParameter) else among(owner, ids)
        part = part.where(named)
        parts.append(part if after is None else part.where(col(table.id) > after))
    return union_all(*parts)


def subjects_in(
    kind: SubjectKind, regions: Collection[str] | None, after: UUID | None = None
) -> Any:
    """Return the query of the ids of one kind of subject in some regions (None: everywhere)."""
    if kind in _OF_KIND:
        query, key, region = _OF_KIND[kind]
    else:
        query = select(col(Matter.id).label("id")).where(col(Matter.kind) == kind.value)
        key, region = col(Matter.id), col(Matter.region)
    if regions is not None:
        query = query.where(among(region, regions))
    return query if after is None else query.where(key > after)


_OF_KIND: dict[SubjectKind, tuple[Any, Any, Any]] = {
    SubjectKind.PERSON: (
        select(col(Person.talent_id).label("id")),
        col(Person.talent_id),
        col(Person.region),
    ),
    SubjectKind.ORGANISATION: (
        select(col(Organisation.employer_id).label("id")),
        col(Organisation.employer_id),
        col(Organisation.region),
    ),
    SubjectKind.EMPLOYMENT: (
        select(col(Employment.id).label("id")).join(
            Organisation, col(Organisation.employer_id) == col(Employment.employer_id)
        ),
        col(Employment.id),
        col(Organisation.region),
    ),
}
