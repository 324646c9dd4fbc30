"""Lists of the service on 10^5 rows: read by an index, never whole, never sorted whole."""

from typing import ClassVar
from uuid import UUID

import pytest_asyncio
from sqlmodel import col
from talent_kit.pagination import Each, OldestFirst, PageParams
from talent_kit.testing.lists import explain, faults, fill, rows
from talent_postdoc.deadlines import repository as deadlines
from talent_postdoc.grants import repository as grants
from talent_postdoc.models.deadlines import Deadline
from talent_postdoc.models.grants import Grant

MANY = 100_000
MIDDLE = PageParams(UUID(int=0x0197_0000_0000_7000_8000_000000000000 + MANY // 2), 50)
FIRST = OldestFirst(None, 50)
SCOPE = ["350702", "350703", "350721", "350722", "350723", "350724"]
ONE = UUID("00000000-0000-4000-8000-000000000007")
MOST_READ = 2_000

ID = "('01970000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
ONE_OF = "('00000000-0000-4000-8000-' || lpad(to_hex(n % 1000), 12, '0'))::uuid"
REGION = "(ARRAY['350702', '350703', '350721', '330800', '340800'])[1 + n % 5]"
FILLED = (
    rows(
        Deadline,
        MANY,
        id=ID,
        kind="'midterm'",
        subject_id=ID,
        station_id=ONE_OF,
        unit_id=ONE_OF,
        talent_id=ID,
        region=REGION,
        due_on="date '2026-01-01' + n % 1000",
    ),
    rows(Grant, MANY, id=ID, unit_id=ONE_OF, talent_id=ID, region=REGION, status="'refused'"),
)


@pytest_asyncio.fixture(scope="module")
async def filled(postdoc_factory):
    async with postdoc_factory.running() as running:
        await fill(running.service.database, *FILLED)
        yield running


def due(session, whose, each=None):
    return deadlines.page(session, whose, FIRST, each, kind=None, before=None, since=None)


class TestLists:
    LISTS: ClassVar = {
        "deadlines of a unit": lambda s: due(s, [col(Deadline.unit_id) == ONE]),
        "deadlines of a talent": lambda s: due(s, [col(Deadline.talent_id) == ONE]),
        "deadlines of a region": lambda s: due(s, [], Each(col(Deadline.region), SCOPE)),
        "deadlines of a feed": lambda s: deadlines.open_ones(
            s, col(Deadline.station_id) == ONE, 500
        ),
        "grants of a unit": lambda s: grants.page_of_unit(s, ONE, MIDDLE),
        "grants of a talent": lambda s: grants.page_of_talent(s, ONE, MIDDLE),
        "grants of regions": lambda s: grants.page_of_regions(s, SCOPE, MIDDLE),
    }

    def pytest_generate_tests(self, metafunc):
        if "listed" in metafunc.fixturenames:
            metafunc.parametrize("listed", list(self.LISTS))

    async def test_a_list_reads_by_an_index(self, filled, listed):
        plans = await explain(filled.service.database, self.LISTS[listed])
        assert plans
        assert [fault for plan in plans for fault in faults(plan, MOST_READ)] == []
