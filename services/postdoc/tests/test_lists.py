"""Lists of stations and what belongs to them on 10^5 rows: read by an index, never whole."""

from typing import ClassVar
from uuid import UUID

import pytest
import pytest_asyncio
import talent_postdoc
from talent_kit.pagination import PageParams
from talent_kit.testing.lists import ListChecks, fill, paginating, rows
from talent_postdoc.advisors import repository as advisors
from talent_postdoc.applications import repository as applications
from talent_postdoc.changes import repository as changes
from talent_postdoc.links import repository as links
from talent_postdoc.models.advisors import Advisor
from talent_postdoc.models.applications import StationApplication
from talent_postdoc.models.links import StationLink
from talent_postdoc.models.stations import Station, StationEntry
from talent_postdoc.stations import repository as stations

MANY = 100_000
MIDDLE = PageParams(UUID(int=0x0197_0000_0000_7000_8000_000000000000 + MANY // 2), 50)
SCOPE = ["350702", "350703", "350721", "350722", "350723", "350724"]
ONE = UUID("00000000-0000-4000-8000-000000000007")
COVERED = {"advisors", "applications", "changes", "links", "stations"}

ID = "('01970000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
ONE_OF = "('00000000-0000-4000-8000-' || lpad(to_hex(n % 1000), 12, '0'))::uuid"
REGION = "(ARRAY['350702', '350703', '350721', '330800', '340800'])[1 + n % 5]"
FILLED = (
    rows(Station, MANY, id=ID, unit_id=ONE_OF, region=REGION, kind="'mobile'", status="'active'"),
    rows(StationEntry, MANY, id=ID, station_id=ONE_OF),
    rows(Advisor, MANY, id=ID, station_id=ONE_OF),
    rows(
        StationApplication,
        MANY,
        id=ID,
        unit_id=ONE_OF,
        region=REGION,
        status="(ARRAY['draft', 'under_review', 'refused'])[1 + n % 3]",
    ),
    rows(StationLink, MANY, id=ID, station_id=ONE_OF, mobile_id=ID, live="true"),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(postdoc_factory):
    async with postdoc_factory.running() as running:
        await fill(running.service.database, *FILLED)
        yield running


class TestLists(ListChecks):
    PACKAGE = talent_postdoc
    LISTS: ClassVar = {
        "advisors.page_of_station": lambda s: advisors.page_of_station(s, ONE, MIDDLE),
        "applications.page_of_unit": lambda s: applications.page_of_unit(s, ONE, MIDDLE),
        "applications.page_of_regions": lambda s: applications.page_of_regions(s, SCOPE, MIDDLE),
        "changes.page_of_entries": lambda s: changes.page_of_entries(s, ONE, MIDDLE),
        "links.page_of": lambda s: links.page_of(s, ONE, MIDDLE),
        "stations.page_of_unit": lambda s: stations.page_of_unit(s, ONE, MIDDLE),
        "stations.page_of_regions": lambda s: stations.page_of_regions(s, SCOPE, MIDDLE),
    }

    def test_every_list_is_in_the_table(self):
        """Those of the nouns that stand here already."""
        known = {name for name in paginating(talent_postdoc) if name.split(".")[0] in COVERED}
        if missing := known - {name.split(" ")[0] for name in self.LISTS}:
            pytest.fail(f"add them to LISTS: {sorted(missing)}")
