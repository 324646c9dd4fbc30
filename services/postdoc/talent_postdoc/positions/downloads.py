"""All positions that one may apply for, to take along."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock, local_date
from talent_kit.pagination import OldestFirst
from talent_kit.sheets import Cell, CsvSheet

from ..caching import etag_of
from . import repository
from .search import Searches, Sought

_SOME = 200
_COLUMNS = (
    "id",
    "title_zh",
    "title_en",
    "station_id",
    "station_kind",
    "station_zh",
    "station_en",
    "unit_zh",
    "unit_en",
    "region",
    "disciplines",
    "number",
    "pay_least",
    "pay_most",
    "language",
    "opens_on",
    "closes_on",
    "published_at",
)


async def etag(session: AsyncSession, clock: Clock, sought: Sought, kind: str) -> str:
    """Return the ETag of what is sought in a format; on another day other positions are open."""
    found = (await repository.state(session), local_date(clock.now()), sought, kind)
    return etag_of(repr(found).encode())


async def as_json(searches: Searches, clock: Clock, sought: Sought) -> AsyncIterator[bytes]:
    """Yield what is sought as one JSON array, what was published last first."""
    separator = "["
    async for cards in _all(searches, clock, sought):
        for card in cards:
            yield (separator + json.dumps(card, ensure_ascii=False)).encode()
            separator = ",\n"
    yield b"[]" if separator == "[" else b"]"


async def as_csv(searches: Searches, clock: Clock, sought: Sought) -> AsyncIterator[bytes]:
    """Yield what is sought as CSV; pay in fen a year."""
    sheet = CsvSheet()
    yield sheet.add([_COLUMNS])
    async for cards in _all(searches, clock, sought):
        yield sheet.add(_cells(card) for card in cards)
    yield sheet.end()


async def _all(
    searches: Searches, clock: Clock, sought: Sought
) -> AsyncIterator[list[dict[str, Any]]]:
    place = OldestFirst(None, _SOME)
    while True:
        page = json.loads(await searches.page(clock, sought, place))
        cards: list[dict[str, Any]] = page["items"]
        if cards:
            yield cards
        if page["next_cursor"] is None:
            return
        last = cards[-1]
        place = OldestFirst((datetime.fromisoformat(last["published_at"]), UUID(last["id"])), _SOME)


def _cells(card: dict[str, Any]) -> list[Cell]:
    station = card["station"]
    found = card | {
        "title_zh": card["title"]["zh"],
        "title_en": card["title"]["en"],
        "station_id": station["id"],
        "station_kind": station["kind"],
        "station_zh": station["name"]["zh"],
        "station_en": station["name"]["en"],
        "unit_zh": station["unit"]["zh"],
        "unit_en": station["unit"]["en"],
        "disciplines": "; ".join(card["disciplines"]),
        "pay_least": card["pay"]["least"],
        "pay_most": card["pay"]["most"],
    }
    return [found[name] for name in _COLUMNS]
