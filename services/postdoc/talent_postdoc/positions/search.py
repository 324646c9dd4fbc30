"""The public search: one statement, whose rows PostgreSQL writes as JSON itself.

Of a small answer, making objects of rows and JSON of objects would take most of the time.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import TextClause, event, text
from talent_kit.clock import Clock, local_date
from talent_kit.database import create_engine
from talent_kit.pagination import OldestFirst, encode_place
from talent_kit.regions import region_and_below

from ..disciplines.rules import with_fields
from ..stations.states import RECRUITING, Kind
from . import words
from .schemas import MOST_PAY, Language

RegionCode = Annotated[str, Query(pattern=r"^[0-9A-Z]{6}$", examples=["350700"])]


@dataclass(frozen=True)
class Sought:
    """What somebody looks for; what is none does not matter."""

    text: str | None = None
    disciplines: Sequence[str] = ()
    region: str | None = None
    kinds: Sequence[str] = ()
    language: str | None = None
    pay: int | None = None
    open_now: bool = False


async def _sought(
    q: Annotated[
        str | None,
        Query(max_length=100, pattern=r"^[^\x00]*$", description="Words, Chinese or English."),
    ] = None,
    discipline: Annotated[
        list[Annotated[str, Query(pattern=r"^[0-9A-Z]{2,10}$")]] | None,
        Query(max_length=20, description="Any of them; two digits are a whole field."),
    ] = None,
    region: Annotated[RegionCode | None, Query(description="With all that lies in it.")] = None,
    kind: Annotated[list[Kind] | None, Query(max_length=4, description="Of the station.")] = None,
    language: Annotated[Language | None, Query()] = None,
    pay: Annotated[
        int | None,
        Query(ge=0, le=MOST_PAY, description="At least so many fen a year are possible."),
    ] = None,
    open_now: Annotated[bool, Query(description="Not those that open later.")] = False,
) -> Sought:
    return Sought(q, discipline or (), region, kind or (), language, pay, open_now)


SoughtDep = Annotated[Sought, Depends(_sought)]

EVERYTHING = Sought()

_CARD = """
SELECT published_at, id, json_build_object(
    'id', id,
    'title', json_build_object('zh', title_zh, 'en', title_en),
    'station', json_build_object(
        'id', station_id, 'kind', kind, 'level', level,
        'name', json_build_object('zh', name_zh, 'en', name_en),
        'unit', json_build_object('zh', unit_zh, 'en', unit_en)),
    'region', region, 'disciplines', to_json(disciplines), 'number', number,
    'pay', json_build_object('least', pay_least, 'most', pay_most),
    'language', language, 'opens_on', opens_on, 'closes_on', closes_on,
    'published_at', to_char(published_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
)::text AS card
FROM (
    SELECT p.published_at, p.id, p.title_zh, p.title_en, p.station_id, p.disciplines, p.number,
        p.pay_least, p.pay_most, p.language, p.opens_on, p.closes_on, s.kind, s.level,
        s.name_zh, s.name_en, s.unit_zh, s.unit_en, s.region
    FROM "position" AS p JOIN station AS s ON s.id = p.station_id
    WHERE p.status = 'published' AND p.closes_on >= :today AND s.status IN ({recruiting})
        {conditions}
    ORDER BY p.published_at DESC, p.id DESC LIMIT :most
) AS found
"""
_WHERE = {
    "spaced": "p.words @@ plainto_tsquery('pg_catalog.english', :spaced)",
    "chinese": "p.words @@ CAST(:chinese AS tsquery)",
    "disciplines": "p.disciplines && CAST(:disciplines AS varchar[])",
    "regions": "s.region = ANY(CAST(:regions AS varchar[]))",
    "kinds": "s.kind = ANY(CAST(:kinds AS varchar[]))",
    "language": "p.language IN (:language, 'both')",
    "pay": "p.pay_most >= :pay",
    "open_now": "p.opens_on <= :today",
    "after_id": "(p.published_at, p.id) < (:after_at, :after_id)",
}


class Searches:
    """Searches on connections of their own, on which no plan of a statement is kept.

    How many rows a word is in decides the plan: one that serves any word reads thousands of rows.
    A transaction around each search for that setting alone would double what it costs here.
    """

    def __init__(self, url: str, pool: int) -> None:
        engine = create_engine(url, pool)
        event.listen(engine.sync_engine, "connect", _plan_anew)
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")

    async def page(self, clock: Clock, sought: Sought, place: OldestFirst) -> bytes:
        """Return a page of what is sought as JSON, what was published last first.

        The place is where the page before ended: `OldestFirst` names its parts, not its direction.
        """
        given = _given(sought, local_date(clock.now()))
        if given is None:
            return b'{"items":[],"next_cursor":null}'
        if place.after is not None:
            given["after_at"], given["after_id"] = place.after
        given["most"] = place.limit + 1
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_statement(frozenset(given)), given)).all()
        cursor = None
        if len(rows) > place.limit:
            rows = rows[: place.limit]
            cursor = encode_place(rows[-1][0], rows[-1][1])
        cards = ",".join(row[2] for row in rows)
        return f'{{"items":[{cards}],"next_cursor":{json.dumps(cursor)}}}'.encode()

    async def close(self) -> None:
        await self._engine.dispose()


def _plan_anew(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("SET plan_cache_mode = force_custom_plan")
    cursor.close()


def _given(sought: Sought, today: date) -> dict[str, Any] | None:
    """Return the parameters of a search; None where nothing can be found."""
    given: dict[str, Any] = {"today": today}
    if sought.text is not None:
        terms = words.sought(sought.text)
        if terms is None:
            return None
        if terms.spaced.strip():
            given["spaced"] = terms.spaced
        if terms.chinese:
            given["chinese"] = " & ".join(f"'{each}'" for each in terms.chinese)
    if sought.disciplines:
        given["disciplines"] = with_fields(sought.disciplines)
    if sought.region is not None:
        given["regions"] = list(region_and_below(sought.region, today))
    if sought.kinds:
        given["kinds"] = [str(kind) for kind in sought.kinds]
    if sought.open_now:
        given["open_now"] = True
    plain = {"language": sought.language, "pay": sought.pay}
    return given | {name: value for name, value in plain.items() if value is not None}


@cache
def _statement(given: frozenset[str]) -> TextClause:
    """Return the statement of a search that gives these; made once, as there are few."""
    wanted = [where for name, where in _WHERE.items() if name in given]
    recruiting = ", ".join(f"'{status}'" for status in sorted(RECRUITING))
    conditions = "".join(f" AND {where}" for where in wanted)
    return text(_CARD.format(recruiting=recruiting, conditions=conditions))
