"""Keyset pagination, never by offset: newest first by UUIDv7, or oldest first by an instant."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ARRAY, func, literal, select, true, tuple_
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.orm import aliased
from sqlmodel.ext.asyncio.session import AsyncSession

from .problems import BadRequest, Text

Item = TypeVar("Item")


class CursorInvalid(BadRequest):
    code = "cursor-invalid"
    title = Text("翻页标记无效", "The cursor is not valid")


class Page(BaseModel, Generic[Item]):
    """One page of a list; `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


@dataclass(frozen=True)
class PageParams:
    """Where a page begins (below this id) and how many items it holds."""

    below: UUID | None
    limit: int


async def _page_params(
    cursor: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> PageParams:
    return PageParams(below=None if cursor is None else _decode(cursor), limit=limit)


PageDep = Annotated[PageParams, Depends(_page_params)]


@dataclass(frozen=True)
class OldestFirst:
    """Where a page of the oldest begins (after this instant and id) and how many items it holds."""

    after: tuple[datetime, UUID] | None
    limit: int


async def _oldest_first(
    cursor: Annotated[str | None, Query(max_length=64)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> OldestFirst:
    return OldestFirst(after=None if cursor is None else _decode_place(cursor), limit=limit)


OldestFirstDep = Annotated[OldestFirst, Depends(_oldest_first)]


class Each(NamedTuple):
    """A list over many values of a column, such as the regions of a staff member.

    The page is read for each value from an index that begins with the column, then merged: with
    `IN` the database would sort every row of the scope, or walk past all those outside it.
    """

    column: Any
    values: Sequence[Any]


async def paginate(
    session: AsyncSession, query: Any, key: Any, page: PageParams, each: Each | None = None
) -> tuple[Sequence[Any], str | None]:
    """Return the rows of one page and the cursor of the next; `key` is the UUIDv7 column."""
    if page.below is not None:
        query = query.where(key < page.below)
    rows = await _rows(session, query, [key], page.limit, each, newest=True)
    if len(rows) <= page.limit:
        return rows, None
    rows = rows[: page.limit]
    return rows, encode(getattr(rows[-1], key.key))


async def paginate_oldest(
    session: AsyncSession,
    query: Any,
    order: tuple[Any, Any],
    page: OldestFirst,
    each: Each | None = None,
) -> tuple[Sequence[Any], str | None]:
    """Like `paginate`, oldest first; `order` is the column of the instant or day, and the key's."""
    instant, key = order
    if page.after is not None:
        after = zip(page.after, order, strict=True)
        place = [literal(value, column.type) for value, column in after]
        query = query.where(tuple_(instant, key) > tuple_(*place))
    rows = await _rows(session, query, [instant, key], page.limit, each, newest=False)
    if len(rows) <= page.limit:
        return rows, None
    rows = rows[: page.limit]
    return rows, encode_place(getattr(rows[-1], instant.key), getattr(rows[-1], key.key))


async def _rows(
    session: AsyncSession,
    query: Any,
    order: Sequence[Any],
    limit: int,
    each: Each | None,
    *,
    newest: bool,
) -> Sequence[Any]:
    """Return one row more than the page holds, so that it shows whether another follows."""

    def placed(columns: Sequence[Any]) -> list[Any]:
        return [column.desc() if newest else column.asc() for column in columns]

    if each is None:
        plain: Sequence[Any] = (
            await session.exec(query.order_by(*placed(order)).limit(limit + 1))
        ).all()
        return plain
    # Ordered by the column too, which the planner cannot see to be one value: else it would
    # rather walk the primary key and drop all that lies outside a small scope.
    values = literal(list(each.values), ARRAY(each.column.type))
    given = func.unnest(values).table_valued("value", name="given").render_derived()
    part = query.where(each.column == func.any(array([given.c.value])))
    part = part.order_by(*placed([each.column, *order])).limit(limit + 1).lateral("part")
    found = aliased(query.column_descriptions[0]["entity"], part)
    merged = select(found).select_from(given.join(part, true()))
    merged = merged.order_by(*placed([getattr(found, column.key) for column in order]))
    return (await session.execute(merged.limit(limit + 1))).scalars().all()


def encode(identifier: UUID) -> str:
    return base64.urlsafe_b64encode(identifier.bytes).rstrip(b"=").decode()


def _decode(cursor: str) -> UUID:
    try:
        return UUID(bytes=_raw(cursor + "=="))
    except ValueError as error:
        raise CursorInvalid(field="query.cursor") from error


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def encode_place(at: date, identifier: UUID) -> str:
    """Return the cursor after an instant, or a day, and an id."""
    instant = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, tzinfo=UTC)
    micros = ((instant - _EPOCH) // _MICROSECOND).to_bytes(8, signed=True)
    return base64.urlsafe_b64encode(micros + identifier.bytes).decode()


def _decode_place(cursor: str) -> tuple[datetime, UUID]:
    try:
        raw = _raw(cursor)
        instant = _EPOCH + int.from_bytes(raw[:8], signed=True) * _MICROSECOND
        return instant, UUID(bytes=raw[8:])
    except (ValueError, OverflowError) as error:
        raise CursorInvalid(field="query.cursor") from error


def _raw(cursor: str) -> bytes:
    """Return the bytes of a cursor; raises ValueError."""
    return base64.b64decode(cursor, altchars=b"-_", validate=True)
