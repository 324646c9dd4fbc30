"""Finding activities: what is sought, as a query."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query
from pydantic import AwareDatetime
from sqlalchemy import and_, exists, func, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.problems import Invalid, Text

from ..models import Activity, Meeting
from .meetings import RegionCode
from .places import EARTH_KM, Point, box_around, distance_km
from .schemas import ActivityKind


class NearIncomplete(Invalid):
    code = "near-incomplete"
    title = Text("附近查询需要同时给出经纬度", "Give latitude and longitude together")


@dataclass(frozen=True)
class Near:
    centre: Point
    km: float


@dataclass(frozen=True)
class Sought:
    """What somebody looks for; what is none does not matter."""

    region: str | None = None
    kinds: Sequence[str] = ()
    from_: datetime | None = None
    until: datetime | None = None
    open_at: datetime | None = None
    words: str | None = None
    near: Near | None = None


EVERYTHING = Sought()
_ROUNDED = "Rounded to hundredths, a kilometre: more of where you stand need not be in an address."


async def _sought(
    region: Annotated[RegionCode | None, Query(description="With all that lies in it.")] = None,
    kind: Annotated[list[ActivityKind] | None, Query(max_length=7)] = None,
    from_: Annotated[
        AwareDatetime | None, Query(alias="from", description="Some session ends after it.")
    ] = None,
    until: Annotated[
        AwareDatetime | None, Query(description="Some session starts before it.")
    ] = None,
    words: Annotated[
        str | None,
        Query(min_length=1, max_length=100, pattern=r"^[^\x00]*$", description="In either title."),
    ] = None,
    latitude: Annotated[float | None, Query(ge=-90, le=90, description=_ROUNDED)] = None,
    longitude: Annotated[float | None, Query(ge=-180, le=180, description=_ROUNDED)] = None,
    km: Annotated[float, Query(ge=1, le=500)] = 20,
) -> Sought:
    if (latitude is None) != (longitude is None):
        raise NearIncomplete(field="query.latitude" if latitude is None else "query.longitude")
    near = None
    if latitude is not None and longitude is not None:
        near = Near(Point(round(latitude, 2), round(longitude, 2)), km)
    return Sought(region, kind or (), from_, until, None, words, near)


SoughtDep = Annotated[Sought, Depends(_sought)]


def narrowed(query: Any, sought: Sought) -> Any:
    """Return the query for the activities that are sought among those of another; any region."""
    if sought.kinds:
        query = query.where(col(Activity.kind).in_(sought.kinds))
    if sought.open_at is not None:
        query = query.where(
            Activity.opens_at <= sought.open_at, Activity.closes_at > sought.open_at
        )
    if sought.words is not None:
        titles = (col(Activity.title_zh), col(Activity.title_en))
        query = query.where(
            or_(*(title.icontains(sought.words, autoescape=True) for title in titles))
        )
    meetings: list[Any] = []
    if sought.from_ is not None:
        meetings.append(Meeting.ends_at > sought.from_)
    if sought.until is not None:
        meetings.append(Meeting.starts_at < sought.until)
    if sought.near is not None:
        meetings.append(_is_near(sought.near))
    if meetings:
        query = query.where(exists().where(col(Meeting.activity_id) == Activity.id, *meetings))
    return query


def _is_near(near: Near) -> Any:
    latitude, longitude = col(Meeting.latitude), col(Meeting.longitude)
    box = box_around(near.centre, near.km)
    half = func.power(func.sin(func.radians(latitude - near.centre.latitude) / 2), 2) + (
        func.cos(func.radians(latitude)) * math.cos(math.radians(near.centre.latitude))
    ) * func.power(func.sin(func.radians(longitude - near.centre.longitude) / 2), 2)
    return and_(
        latitude.between(box.south, box.north),
        longitude.between(box.west, box.east),
        # The box is for the index, this for the truth.
        2 * EARTH_KM * func.asin(func.sqrt(func.least(half, 1.0))) <= near.km,
    )


async def distances(
    session: AsyncSession, activity_ids: Sequence[UUID], centre: Point
) -> dict[UUID, float]:
    """Return how far the nearest venue of each activity is, in kilometres."""
    query = select(Meeting.activity_id, Meeting.latitude, Meeting.longitude).where(
        col(Meeting.activity_id).in_(activity_ids), col(Meeting.latitude).is_not(None)
    )
    found: dict[UUID, float] = {}
    for activity_id, latitude, longitude in await session.exec(query):
        if latitude is not None and longitude is not None:
            here = distance_km(centre, Point(latitude, longitude))
            found[activity_id] = min(here, found.get(activity_id, here))
    return found
