"""From draft to certificate, and from a scan at the gate to the bank, through the gateway.

Attendance pays (annex 2 article 4).

Three talents by their place of departure, one from a city on both banks of the Yangtze, whom a
person decides, and an employer at a fair outside the city.
"""

import asyncio
import io
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from pypdf import PdfReader
from talent_demo.checks import out_of_balance
from talent_demo.client import Caller, Refused
from talent_demo.doors import Addresses, door_of
from talent_demo.drive import CITY, Drive
from talent_demo.people import company
from talent_demo.run import Run
from talent_kit.testing.platform import PlatformUnderTest

DEPARTURES = {"350100": 500, "330100": 1000, "110000": 1500, "420100": 1500}
"""Fuzhou, Hangzhou, Beijing and Wuhan, the last decided as lying north: yuan."""
WUHAN = "420100"
COST = 386_450


LASTS = 20.0
"""Seconds, at least: within these everybody registers and is scanned; then are certificates."""
PUBLICATIONS = 24
"""The time of so many is given to that, which is as many requests as six of them."""


def activity(held_in: str, lasts: float, **changes: Any) -> dict[str, Any]:
    """A recruitment event of the city's government that is on just now, for so many seconds."""
    now, words = datetime.now(UTC), {"zh": "人才招聘会", "en": "Recruitment fair"}

    def later(**by: float) -> str:
        return (now + timedelta(**by)).isoformat()

    made: dict[str, Any] = {
        "kind": "fair",
        "host": "government",
        "region": CITY,
        "title": words,
        "about": words,
        "opens_at": later(hours=-1),
        "closes_at": later(seconds=lasts),
        "cancel_until": later(seconds=lasts),
        "hours": 4,
        "meetings": [
            {"name": "day", "starts_at": later(minutes=-5), "ends_at": later(seconds=lasts)}
            | {"place": words, "region": held_in}
        ],
        "quotas": [{"name": "hall", "label": words, "capacity": 10}],
        "tickets": [
            {"name": "one", "label": words, "quotas": ["hall"], "meetings": ["day"]}
            | {"invited": True}
        ],
    }
    return made | changes


class Fair:
    """People at recruitment events."""

    def __init__(self, http: httpx2.AsyncClient, organiser: Caller, reviewer: Caller) -> None:
        self.http, self.organiser, self.reviewer = http, organiser, reviewer

    async def published(self, content: dict[str, Any]) -> Any:
        made = await self.organiser.post("/v1/activities", content)
        path = f"/v1/activities/{made['id']}"
        sent = await self.organiser.post(f"{path}/submission", version=made["version"])
        return await self.reviewer.post(f"{path}/publication", version=sent["version"])

    async def gate(self, of: dict[str, Any]) -> tuple[str, str]:
        """Open a gate; return where its device scans, and the device's key."""
        path = f"/v1/activities/{of['id']}/gates"
        body = {"name": "north", "meetings": ["day"], "tickets": ["one"]}
        gate = f"{path}/{(await self.organiser.post(path, body))['id']}"
        device = await self.organiser.post(f"{gate}/devices", {"label": "tablet 1"})
        return f"{gate}/scans", device["secret"]

    async def scan(self, gate: tuple[str, str], talent: Caller) -> None:
        """Scan the code that a talent's phone shows."""
        shown = await talent.get("/v1/codes/me")
        path, key = gate
        answer = await self.http.put(
            f"{path}/{uuid4()}", json={"payload": shown["payload"]}, headers={"Gate-Key": key}
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["counted"], answer.text


async def matched(caller: Caller, kind: str, measure: str) -> tuple[str, Any]:
    """Return the caller's matter of a kind, and what the measure comes to for it."""
    [found] = [row for row in await caller.all("/v1/matches") if row["subject"]["kind"] == kind]
    [match] = [one for one in found["measures"] if one["id"] == measure]
    return found["subject"]["id"], match


async def observe(caller: Caller, kind: str, subject: str, **facts: Any) -> None:
    said = [{"name": f"{kind}.{name}", "value": value} for name, value in facts.items()]
    await caller.post("/v1/observations", {"subject": {"kind": kind, "id": subject}, "facts": said})


async def certified(http: httpx2.AsyncClient, talent: Caller, surname: str, lasts: float) -> None:
    """Get the certificate on paper once the activity is over; everybody can verify it."""
    deadline = time.monotonic() + 2 * lasts
    while not (found := await talent.all("/v1/certificates")):
        assert time.monotonic() < deadline, "it is over, and there is no certificate"
        await asyncio.sleep(0.5)
    [mine] = found
    assert talent.bearer is not None
    answer = await http.get(
        f"/v1/registrations/{mine['registration_id']}/certificate.pdf",
        headers={"Authorization": f"Bearer {await talent.bearer()}"},
    )
    assert answer.status_code == 200, answer.text
    [page] = PdfReader(io.BytesIO(answer.content)).pages
    printed = page.extract_text()
    assert f"{surname}*" in printed, "identity has named its holder"
    verified = await Caller(http).get(f"/v1/certificates/{mine['number']}")
    assert (verified["standing"], verified["hours"]) == ("valid", 4)
    assert verified["number"][:4] in printed


async def apply(caller: Caller, measure: str, kind: str, subject: str) -> Any:
    body = {"measure": measure, "subject": {"kind": kind, "id": subject}}
    return await caller.post("/v1/applications", body)


async def test_attendance_pays(platform: PlatformUnderTest) -> None:
    firms, people = company(random.Random(24), 2404, len(DEPARTURES), firms=1)
    async with httpx2.AsyncClient(base_url=platform.url, timeout=30) as http:
        stack, run = Addresses.of(platform.folder, platform.url), Run()
        door, drive = door_of(http, stack), Drive(http, run, stack)
        await drive.staff()
        organiser = await door.caller("demo-organiser", "organiser", region=CITY)
        reviewer = await door.caller("demo-reviewer", "reviewer", region=CITY)
        office = await door.caller("talent-office", "service", region=CITY)
        fair = Fair(http, organiser, reviewer)
        talents = {
            departure: await drive.enrol(person)
            for departure, person in zip(DEPARTURES, people, strict=True)
        }
        for talent in talents.values():
            await talent.post("/v1/codes", {})
        await drive.join(firms)
        [firm] = firms
        agent = await door.caller(firm.login, "employer", employer=firm.id)
        await drive.quiet()

        begun, afternoon = time.monotonic(), activity(WUHAN, 3_600, kind="campus_trip")
        outside = await fair.published(
            afternoon | {"tickets": [afternoon["tickets"][0] | {"holder": "employer"}]}
        )
        lasts = max(LASTS, PUBLICATIONS * (time.monotonic() - begun))
        here = await fair.published(activity("350702", lasts))
        gate = await fair.gate(here)
        ticket = {"ticket_id": here["tickets"][0]["id"]}
        for talent in talents.values():
            claimed = await talent.put(f"/v1/activities/{here['id']}/registrations/me", ticket)
            assert claimed["status"] == "confirmed"
            await fair.scan(gate, talent)
        path = f"/v1/activities/{outside['id']}/bookings"
        booked = await agent.put(f"{path}/me", {"ticket_id": outside["tickets"][0]["id"]})
        today = (datetime.now(UTC) + timedelta(hours=8)).date().isoformat()
        await organiser.put(
            f"{path}/{booked['id']}/attendance", {"attended_on": today}, version=booked["version"]
        )
        await drive.quiet()

        made: dict[str, Any] = {}
        trips: dict[str, str] = {}
        for departure, talent in talents.items():
            trip, match = await matched(talent, "trip", "2.4a")
            trips[departure] = trip
            assert match["outcome"] == "unknown", "nobody knows where the journey began"
            assert {
                fact["name"] for fact in match["facts"] if fact["source"] == "registration"
            } == {
                f"trip.{name}"
                for name in ("event_on", "event_place", "event_host", "invited", "attended")
            } | {"trip.recruitment"}
            studied = {"study": "postgraduate", "study_mode": "full_time"}
            await observe(office, "trip", trip, departure_region=departure, **studied)
            made[departure] = await apply(talent, "2.4a", "trip", trip)
        statuses = {departure: one["status"] for departure, one in made.items()}
        assert statuses == dict.fromkeys(DEPARTURES, "paying") | {WUHAN: "pending"}
        await observe(reviewer, "trip", trips[WUHAN], bank="north")
        pending = made[WUHAN]
        await reviewer.post(
            f"/v1/applications/{pending['id']}/approve", {}, version=pending["version"]
        )

        subject, match = await matched(agent, "fair", "2.4b")
        assert (match["outcome"], match["missing"]) == ("unknown", ["fair.travel_cost"])
        registry = await door.caller("registry-office", "service", region=CITY)
        given = {"kind": firm.kind, "region": firm.region}
        await registry.post(
            "/v1/observations",
            {"subject": {"kind": "organisation", "id": firm.id}}
            | {"facts": [{"name": f"employer.{key}", "value": given[key]} for key in given]},
        )
        await observe(office, "fair", subject, travel_cost=COST)
        trip_of_firm = await apply(agent, "2.4b", "fair", subject)
        assert trip_of_firm["status"] == "pending", "the mode is review"
        await reviewer.post(
            f"/v1/applications/{trip_of_firm['id']}/approve", {}, version=trip_of_firm["version"]
        )

        await drive.money.release()
        await drive.money.pay()
        await drive.money.repair(people)  # the first one's account is closed
        for departure, talent in talents.items():
            application = await talent.get(f"/v1/applications/{made[departure]['id']}")
            paid = [(one["amount_fen"], one["status"]) for one in application["payments"]]
            assert paid == [(DEPARTURES[departure] * 100, "paid")]
            with pytest.raises(Refused) as refused:
                await apply(talent, "2.4a", "trip", trips[departure])
            assert refused.value.code == "policy.already-claimed"
        settled = await agent.get(f"/v1/applications/{trip_of_firm['id']}")
        assert [one["amount_fen"] for one in settled["payments"]] == [COST]
        assert settled["status"] == "paid"
        for person, talent in zip(people, talents.values(), strict=True):
            await certified(http, talent, person.name[0], lasts)
        books = await drive.money.books()
        assert out_of_balance(books) == []
        assert run.surprises == []
