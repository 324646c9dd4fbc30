"""Lists of reviews on 10^5 rows: read by an index, never whole."""

from typing import ClassVar
from uuid import UUID

import pytest
from talent_kit import reviews
from talent_kit.auth import Role
from talent_kit.pagination import OldestFirst, PageParams
from talent_kit.reviews import Review, repository
from talent_kit.reviews.repository import Wanted
from talent_kit.testing.lists import ListChecks, fill, rows

MANY = 100_000
PAGE = OldestFirst(None, 50)
REGIONS = ["350700", "350702", "350703"]
ROLES = frozenset({Role.STATION_ADMIN})
ID = "('01970000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
FILLED = rows(
    Review,
    MANY,
    id=ID,
    subject_id=ID,
    status="(ARRAY['approved', 'refused', 'open', 'withdrawn'])[1 + n % 4]",
    step="(ARRAY['city', 'province'])[1 + n / 4 % 2]",
    step_kind="(ARRAY['check', 'publication'])[1 + n / 4 % 2]",
    step_role="'station_admin'",
    step_region="(ARRAY['350700', '350702', '350703', '330800', '340800'])[1 + n % 5]",
    step_began_at="timestamptz '2025-01-01' + n * interval '1 minute'",
    escalated="n % 12 = 2",
)


@pytest.fixture(scope="module")
async def filled(factory):
    async with factory.running() as running:
        await fill(running.service.database, FILLED)
        yield running


def to_do(**wanted):
    return lambda session: repository.page_to_do(session, REGIONS, ROLES, Wanted(**wanted), PAGE)


class TestLists(ListChecks):
    PACKAGE = reviews
    LISTS: ClassVar = {
        "reviews.page_to_do": to_do(),
        "reviews.page_to_do of a step": to_do(step="city"),
        "reviews.page_to_do escalated": to_do(escalated=True),
        "reviews.page_published": lambda session: repository.page_published(
            session, PageParams(UUID(int=0x0197_0000_0000_7000_8000_000000000000 + MANY // 2), 50)
        ),
    }
