"""What everybody may read of positions."""

import json
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import Clock, local_date
from talent_kit.pagination import OldestFirst

from ..stations.states import RECRUITING
from ..stations.states import Status as StationStatus
from . import errors, feeds, repository
from .postings import job_posting
from .schemas import PublicPosition
from .search import Searches, Sought
from .showing import public
from .states import Status

_FED = 100
"""Positions in a feed."""


async def read(session: AsyncSession, position_id: UUID) -> PublicPosition:
    """Return a position that was published and not taken down; raises PositionNotFound."""
    found = await repository.with_station(session, position_id)
    if found is None or found[0].published_at is None or found[0].status == Status.TAKEN_DOWN:
        raise errors.PositionNotFound
    return public(*found)


async def posting(
    session: AsyncSession, clock: Clock, position_id: UUID, base: str, language: str
) -> bytes:
    """Return the JSON-LD of a position that one may apply for; raises PositionNotFound."""
    found = await repository.with_station(session, position_id)
    today = local_date(clock.now())
    if found is None or found[0].status != Status.PUBLISHED or found[0].closes_on < today:
        raise errors.PositionNotFound
    if StationStatus(found[1].status) not in RECRUITING:
        raise errors.PositionNotFound
    address = f"{base}/v1/positions/{position_id}"
    document = job_posting(public(*found), address, language, today)
    return json.dumps(document, ensure_ascii=False).encode()


async def feed(searches: Searches, clock: Clock, sought: Sought, base: str, language: str) -> bytes:
    """Return the feed of the newest positions that are sought."""
    page = await searches.page(clock, sought, OldestFirst(None, _FED))
    return feeds.atom(json.loads(page)["items"], base, language)
