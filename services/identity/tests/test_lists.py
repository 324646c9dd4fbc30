"""Every list of the service on 10^5 rows: read by an index, never whole, never sorted whole."""

from typing import ClassVar
from uuid import UUID

import pytest_asyncio
import talent_identity
from talent_identity.employments import repository as employments
from talent_identity.models import Appointment, Employment, Talent
from talent_identity.staff import repository as staff
from talent_identity.talents import repository as talents
from talent_kit.pagination import PageParams
from talent_kit.testing.lists import ListChecks, fill, rows

MANY = 100_000
MIDDLE = PageParams(UUID(int=0x0197_0000_0000_7000_8000_000000000000 + MANY // 2), 50)
SCOPE = ["350702", "350703", "350721", "350722", "350723", "350724"]
SOMEBODY = UUID("00000000-0000-4000-8000-000000000007")
OTHERS = [UUID(int=SOMEBODY.int + n) for n in range(4)]

ID = "('01970000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
TALENT = "('00000000-0000-4000-8000-' || lpad(to_hex(n % 1000), 12, '0'))::uuid"
EMPLOYER = "('00000000-0000-4000-8000-' || lpad(to_hex(n % 20), 12, '0'))::uuid"
REGION = "(ARRAY['350702', '350703', '350721', '330800', '340800'])[1 + n % 5]"
STATUS = "(ARRAY['declared', 'confirmed', 'confirmed', 'rejected'])[1 + n % 4]"
FILLED = (
    rows(Talent, MANY, id=ID, login="'login-' || n", region=REGION),
    rows(
        Appointment,
        MANY,
        id=ID,
        username="'np-' || n",
        region=REGION,
        roles="ARRAY['reviewer']",
        valid_from="date '2025-01-01'",
    ),
    rows(
        Employment,
        MANY,
        id=ID,
        talent_id=TALENT,
        employer_id=EMPLOYER,
        status=STATUS,
        contract_from="date '2025-01-01' + n",
    ),
)


@pytest_asyncio.fixture(scope="module")
async def filled(identity):
    async with identity.running() as running:
        await fill(running.service.database, *FILLED)
        yield running


class TestLists(ListChecks):
    PACKAGE = talent_identity
    LISTS: ClassVar = {
        "talents.page_of_regions": lambda s: talents.page_of_regions(s, SCOPE, MIDDLE),
        "talents.regions_with_talents": talents.regions_with_talents,
        "staff.page_of_regions": lambda s: staff.page_of_regions(s, SCOPE, MIDDLE),
        "employments.page_of_talent": lambda s: employments.page_of_talent(
            s, SOMEBODY, None, MIDDLE
        ),
        "employments.page_of_talent status": lambda s: employments.page_of_talent(
            s, SOMEBODY, "declared", MIDDLE
        ),
        "employments.page_of_employers": lambda s: employments.page_of_employers(
            s, OTHERS, None, MIDDLE
        ),
        "employments.page_of_employers status": lambda s: employments.page_of_employers(
            s, OTHERS, "declared", MIDDLE
        ),
    }
