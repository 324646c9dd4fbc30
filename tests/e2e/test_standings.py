"""A ticket for masters and doctors: who claims it is asked for what an authority has verified.

From the authority's word in policy, over the bus, to a seat; and gone when the talent is erased.
"""

import asyncio
import random
import time
from typing import Any

import httpx2
import pytest
from talent_demo.client import Caller, Refused
from talent_demo.doors import Addresses, door_of
from talent_demo.drive import CITY, Drive
from talent_demo.people import company
from talent_demo.run import Run
from talent_kit.testing.platform import PlatformUnderTest

from .test_trips import Fair, activity, observe

LASTS = 3_600.0


async def told(talent: Caller, degree: str | None, *classes: str) -> None:
    """Wait until registration has heard what was verified."""
    deadline = time.monotonic() + 30
    while True:
        held = await talent.get("/v1/personal-data/registration")
        if (held["degree"], held["talent_classes"]) == (degree, list(classes)):
            return
        assert time.monotonic() < deadline, f"registration has not heard of {degree}, {classes}"
        await asyncio.sleep(0.2)


async def claim(talent: Caller, of: Any, number: int) -> str:
    """Claim a ticket; return the state, or why not."""
    body = {"ticket_id": of["tickets"][number]["id"]}
    try:
        made = await talent.put(f"/v1/activities/{of['id']}/registrations/me", body)
    except Refused as refused:
        return refused.code
    return str(made["status"])


async def test_a_verified_degree_opens_the_door(platform: PlatformUnderTest) -> None:
    _, [person, *_] = company(random.Random(31), 3131, 1, firms=1)
    async with httpx2.AsyncClient(base_url=platform.url, timeout=30) as http:
        stack = Addresses.of(platform.folder, platform.url)
        door, drive = door_of(http, stack), Drive(http, Run(), stack)
        await drive.staff()
        organiser = await door.caller("demo-organiser", "organiser", region=CITY)
        reviewer = await door.caller("demo-reviewer", "reviewer", region=CITY)
        school = await door.caller("school-office", "service", region=CITY)
        office = await door.caller("talent-office", "service", region=CITY)
        talent = await drive.enrol(person)
        await drive.quiet()
        content = activity("350702", LASTS)
        [ticket] = content["tickets"]
        masters = ticket | {"degrees": ["master", "doctor"]}
        classed = ticket | {"name": "classed", "talent_classes": ["city.a", "city.b"]}
        of = await Fair(http, organiser, reviewer).published(
            content | {"tickets": [masters, classed]}
        )

        await observe(talent, "person", person.id, degree="doctor", city_class="a")
        await drive.quiet()
        assert await claim(talent, of, 0) == "degree-not-verified", "a declaration does not count"
        await observe(school, "person", person.id, degree="bachelor")
        await told(talent, "bachelor")
        assert await claim(talent, of, 0) == "of-other-degrees"
        assert await claim(talent, of, 1) == "class-not-verified"
        await observe(office, "person", person.id, city_class="c")
        await told(talent, "bachelor", "city.c")
        assert await claim(talent, of, 1) == "of-other-classes"
        await observe(school, "person", person.id, degree="master")
        await told(talent, "master", "city.c")
        assert await claim(talent, of, 0) == "confirmed"

        await talent.post("/v1/talents/me/erasure", {"confirmation": "erase-my-data"})
        await drive.quiet()
        with pytest.raises(Refused) as refused:
            await talent.get("/v1/personal-data/registration")
        assert refused.value.code == "not-registered"
        for service in ("policy", "registration"):
            assert "city.c" not in await platform.stored(service), service
