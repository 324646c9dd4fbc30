"""Keyset pagination: lists ordered by UUIDv7, newest first, never by offset."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
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


async def paginate(
    session: AsyncSession, query: Any, key: Any, page: PageParams
) -> tuple[Sequence[Any], str | None]:
    """Return the rows of one page and the cursor of the next; `key` is the UUIDv7 column."""
    if page.below is not None:
        query = query.where(key < page.below)
    rows = (await session.exec(query.order_by(key.desc()).limit(page.limit + 1))).all()
    if len(rows) <= page.limit:
        return rows, None
    rows = rows[: page.limit]
    return rows, encode(getattr(rows[-1], key.key))


def encode(identifier: UUID) -> str:
    return base64.urlsafe_b64encode(identifier.bytes).rstrip(b"=").decode()


def _decode(cursor: str) -> UUID:
    try:
        return UUID(bytes=base64.b64decode(cursor + "==", altchars=b"-_", validate=True))
    except (ValueError, binascii.Error) as error:
        raise CursorInvalid(field="query.cursor") from error
