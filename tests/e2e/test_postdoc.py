"""A station from its application to its revocation, and a doctor in it from candidacy to exit.

All through the gateway, with the clock set ahead by years between the steps. What falls due in
Nanping for a new national workstation and for a doctor entering it (annex 1 article 2) is offered
to the unit by itself, confirmed, and paid once.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from talent_demo.checks import out_of_balance
from talent_demo.client import Caller, Refused
from talent_demo.doors import DevelopmentDoor
from talent_demo.drive import CITY, Drive
from talent_demo.people import Employer, Person, company
from talent_demo.run import Run
from talent_standalone.testing import Standalone

PROVINCE = "350000"
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
EXPERTS = tuple(f"expert-{number}" for number in range(1, 6))
STATION = {
    "kind": "workstation",
    "level": "national",
    "name": {"zh": "示例企业博士后科研工作站", "en": "Example enterprise: postdoc workstation"},
    "unit": {"zh": "示例企业", "en": "Example enterprise"},
    "disciplines": ["0812"],
    "facts": {"rd_unit": True, "plan_people": 1, "pay_fen": 30_000_000},
    "partners": [{"institution": "示例大学"}],
    "advisors": [
        {"name": f"示例导师{n}", "title": "professor", "disciplines": ["0812"], "full_time": True}
        for n in range(3)
    ],
}
POSITION = {
    "title": {"zh": "光子材料博士后", "en": "Photonic materials"},
    "about": {"zh": "研究光子材料。", "en": "Studies of photonic materials."},
    "disciplines": ["0812"],
    "number": 1,
    "pay": {"least": 30_000_000, "most": 40_000_000},
    "language": "both",
}
_PATIENCE = 60.0


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standalone]:
    """A platform of its own, since its clock is set."""
    made = Standalone(tmp_path_factory.mktemp("postdoc") / "data")
    yield made.start()
    made.stop()


class Life:
    """Who takes part, signed in anew after each time that the clock was set."""

    def __init__(self, platform: Standalone, firm: Employer, person: Person) -> None:
        self.platform, self.firm, self.person = platform, firm, person
        self.shifted, self.run = timedelta(), Run()
        self.ids: dict[str, str] = {}

    @property
    def today(self) -> date:
        return (datetime.now(UTC) + self.shifted + timedelta(hours=8)).date()

    @asynccontextmanager
    async def on(self, days: int = 0) -> AsyncIterator[None]:
        """Let so many days pass since the last time."""
        if days:
            self.shifted += timedelta(days=days)
            await asyncio.to_thread(self.platform.shift, self.shifted)
        async with httpx2.AsyncClient(base_url=self.platform.url, timeout=60) as http:
            self.door = DevelopmentDoor(http)
            self.drive = Drive(http, self.run)
            self.city = await self.door.caller("office-city", "station_admin", region=CITY)
            self.province = await self.door.caller("office-p", "station_admin", region=PROVINCE)
            employer = {"employer": self.ids["unit"]} if "unit" in self.ids else {}
            self.agent = await self.door.caller(self.firm.login, "employer", **employer)
            self.talent = await self.door.caller(self.person.login, "talent")
            yield

    async def attach(self, who: Caller, kind: str, subject: str, *documents: str) -> None:
        for document in documents:
            query = f"kind={document}&subject_kind={kind}&subject_id={subject}"
            await who.upload(f"/v1/documents?{query}", PDF, "application/pdf")

    async def panel(self, convener: Caller, purpose: str, subject: str, grade: str) -> str:
        """Convene a panel, have its members vote, and its chair conclude."""
        members = [
            {
                "login": login,
                "name": f"示例专家{number}",
                "kind": "university_supervisor" if number in {2, 3} else "outside",
                "organisation": f"示例大学{number}",
                "chair": number == 1,
            }
            for number, login in enumerate(EXPERTS, start=1)
        ]
        body = {"purpose": purpose, "subject_id": subject, "members": members}
        path = f"/v1/panels/{(await convener.post('/v1/panels', body))['id']}"
        for login in EXPERTS:
            expert = await self.door.caller(login)
            await expert.post(f"{path}/votes", {"grade": grade, "reason": "符合要求"})
        chair = await self.door.caller(EXPERTS[0])
        done = await chair.post(f"{path}/conclusion", {"minutes": "一致同意。"})
        assert done["grade"] == grade
        return path.rpartition("/")[2]

    async def record(self, who: Caller, kind: str, **content: Any) -> Any:
        path = f"/v1/fellows/{self.ids['fellow']}/entries"
        return await who.post(path, {"kind": kind} | content)

    async def offered(self, measure: str, fen: int) -> Any:
        """Wait for what the platform offers by itself; return the application once confirmed."""

        async def found() -> Any:
            rows = (await self.agent.get("/v1/offers", status="open"))["items"]
            return next((row for row in rows if row["measure"] == measure), None)

        offer = await until(found)
        assert offer["amount_fen"] == fen
        path = f"/v1/offers/{offer['id']}/confirmation"
        return await self.agent.post(path, version=offer["version"])

    async def paid(self) -> list[int]:
        """Return what of the unit's applications is paid, in fen."""
        found = []
        for row in await self.agent.all("/v1/applications"):
            shown = await self.agent.get(f"/v1/applications/{row['id']}")
            found += [one["amount_fen"] for one in shown["payments"] if one["status"] == "paid"]
        return sorted(found)


async def until(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask until there is an answer."""
    deadline = time.monotonic() + _PATIENCE
    while not (found := await ask()):
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.3)
    return found


async def joined(life: Life) -> None:
    """The unit, on file with the market registry, and the doctor, who has an account."""
    await life.drive.staff()
    admin = await life.door.caller("demo-admin", "policy_admin", region=CITY)
    for year in range(2026, 2031):
        body = {"pool": "science-talent", "region": CITY, "year": year, "limit_fen": 10**11}
        await admin.post("/v1/budgets", body)
    await life.drive.join([life.firm])
    life.ids["unit"] = life.firm.id
    life.agent = await life.door.caller(life.firm.login, "employer", employer=life.firm.id)
    life.talent = await life.drive.enrol(life.person)
    life.ids["talent"] = life.person.id
    registry = await life.door.caller("registry-office", "service", region=CITY)
    facts = [
        {"name": "employer.kind", "value": "enterprise"},
        {"name": "employer.region", "value": life.firm.region},
    ]

    async def said() -> Any:
        try:
            subject = {"kind": "organisation", "id": life.firm.id}
            return await registry.post("/v1/observations", {"subject": subject, "facts": facts})
        except Refused as refused:
            if refused.code != "policy.no-subject":
                raise
            return None

    await until(said)


async def applied_for(life: Life) -> None:
    """The unit applies for its station; city, province and experts are for it."""

    async def written() -> Any:
        try:
            return await life.agent.post("/v1/station-applications", STATION)
        except Refused as refused:
            if refused.code != "not-an-agent":
                raise
            return None

    made = await until(written)
    papers = ("legal_person", "recruitment_plan", "joint_agreement")
    await life.attach(life.agent, "station_application", made["id"], *papers)
    path = f"/v1/station-applications/{made['id']}"
    found = await life.agent.post(f"{path}/submission", version=made["version"])
    review = f"/v1/reviews/{found['review']['id']}"
    for office in (life.city, life.province):
        version = (await office.get(review))["version"]
        await office.post(f"{review}/decision", {"outcome": "approved"}, version=version)
    panel = await life.panel(life.province, "set_up", made["id"], "passed")
    version = (await life.province.get(review))["version"]
    told = await life.province.post(f"{review}/conclusion", {"panel_id": panel}, version=version)
    assert told["step"]["name"] == "publication"
    life.ids["application"] = made["id"]


async def recruited(life: Life) -> None:
    """A position is published, found by everybody, applied for, and given."""
    station = life.ids["station"]
    plan = await life.agent.post(
        "/v1/recruitment-plans",
        {"station_id": station, "year": life.today.year, "planned": {"0812": 1}},
    )
    window = {"opens_on": life.today, "closes_on": life.today + timedelta(days=30)}
    dated = {name: day.isoformat() for name, day in window.items()}
    position = await life.agent.post("/v1/positions", POSITION | dated | {"plan_id": plan["id"]})
    path = f"/v1/positions/{position['id']}"
    await life.agent.post(f"{path}/publication")

    async def public() -> Any:
        listed = (await life.talent.get("/v1/positions"))["items"]
        return [row for row in listed if row["id"] == position["id"]]

    assert await until(public)
    statement = {"statement": "我研究光子材料。"}
    candidacy = (await life.talent.put(f"{path}/candidacies/me", statement))["id"]
    acts = f"/v1/candidacies/{candidacy}"
    await life.agent.post(f"{acts}/shortlisting")
    at = datetime.now(UTC) + life.shifted + timedelta(seconds=3)
    await life.agent.post(f"{acts}/invitation", {"at": at.isoformat(), "place": "示例楼101"})
    await asyncio.sleep(4)
    await life.agent.post(f"{acts}/interview", {"passed": True, "notes": "很好"})
    await life.agent.post(f"{acts}/acceptance", {"reason": "符合要求"})
    life.ids |= {"position": position["id"], "candidacy": candidacy}


async def assessed_for_entry(life: Life) -> None:
    """The unit applies for the doctor; the entry panel passes, and the notice begins."""
    advisors = await life.agent.get("/v1/advisors", station_id=life.ids["station"])
    fellow = await life.agent.post(
        "/v1/fellows",
        {
            "advisor_id": advisors["items"][0]["id"],
            "talent_id": life.ids["talent"],
            "station_id": life.ids["station"],
            "candidacy_id": life.ids["candidacy"],
            "discipline": "0812",
            "arrangement": "full_time",
            "doctorate": "held",
            "doctorate_on": "2026-06-30",
        },
    )
    life.ids["fellow"] = fellow["id"]
    papers = ("application_form", "id_copy", "doctorate_certificate")
    await life.attach(life.agent, "fellow", fellow["id"], *papers)
    await life.record(life.agent, "submitted")
    panel = await life.panel(life.agent, "entry", fellow["id"], "passed")
    await life.record(life.agent, "entry_panel", panel_id=panel)


async def test_a_doctor_s_way_through_a_station_and_the_station_s_own(
    platform: Standalone, tmp_path: Path
) -> None:
    firms, people = company(random.Random(7), 77, 1, firms=1)
    life = Life(platform, firms[0], people[0])
    async with life.on():
        await joined(life)
        await applied_for(life)
    async with life.on(days=14):

        async def established() -> Any:
            path = f"/v1/station-applications/{life.ids['application']}"
            found = await life.agent.get(path)
            return found["station_id"] if found["status"] == "established" else None

        life.ids["station"] = await until(established)
        await life.offered("1.2c", 500_000_00)
        await recruited(life)
        await assessed_for_entry(life)
    async with life.on(days=16):
        fellow = life.ids["fellow"]

        async def noticed() -> Any:
            return (await life.agent.get(f"/v1/fellows/{fellow}"))["status"] == "admitted"

        await until(noticed)
        await life.attach(life.agent, "fellow", fellow, "contract", "opening_report")
        entered, term = life.today, life.today + timedelta(days=730)
        await life.record(
            life.agent, "entered", on=entered.isoformat(), term_until=term.isoformat()
        )
        await life.record(life.agent, "opening_report", on=entered.isoformat(), passed=True)
        await life.offered("1.2e", 50_000_00)

        async def both() -> Any:
            return await life.paid() == [50_000_00, 500_000_00]

        await until(both)
        feed = (await life.talent.post("/v1/deadlines/feeds", {}))["path"]
        calendar = await httpx2.AsyncClient(base_url=platform.url).get(feed)
        assert "BEGIN:VEVENT" in calendar.text
    async with life.on(days=370):
        kinds = {row["kind"] for row in await life.agent.all("/v1/deadlines")}
        assert "midterm" in kinds
        panel = await life.panel(life.agent, "mid_term", fellow, "excellent")
        await life.attach(life.agent, "fellow", fellow, "midterm_report")
        await life.record(life.agent, "midterm", panel_id=panel)
    async with life.on(days=330):
        await life.attach(life.agent, "fellow", fellow, "exit_report", "funds_closing")
        await life.record(life.talent, "exit_applied")
        panel = await life.panel(life.agent, "exit", fellow, "good")
        await life.record(life.agent, "exit_panel", panel_id=panel)
        done = await life.record(life.city, "exited", on=life.today.isoformat())
        assert done["status"] == "exited"
        held = await life.talent.get("/v1/personal-data/postdoc")
        [fellowship] = held["fellowships"]
        number = await certificate(life, fellowship)
        verified = await life.talent.get(f"/v1/fellow-certificates/{number}")
        assert verified["standing"] == "valid"
        assert (await life.agent.get("/v1/offers", status="open"))["items"] == []
        assert await life.paid() == [50_000_00, 500_000_00]
        await life.drive.staff()
        books = await life.drive.money.books()
        assert out_of_balance(books) == []
        reason = {"reason": "评估不合格，整改无效"}
        station = f"/v1/stations/{life.ids['station']}"
        await life.province.post(f"{station}/revocation-notice", reason)
        case = {"words": "本单位无异议。"}
        await life.agent.post(f"{station}/revocation-notice/statement", case)
    async with life.on(days=40):

        async def warned() -> Any:
            """Nobody has entered for two years: the platform warns by itself."""
            found = await life.agent.get(station)
            return found["version"] if found["status"] == "warned" else None

        version = await until(warned)
        revoked = await life.province.post(
            f"{station}/revocation",
            reason | {"effective_on": life.today.isoformat()},
            version=version,
        )
        assert revoked["status"] == "revoked"
        finance = await life.door.caller("demo-finance", "finance", region=CITY)

        async def doubted() -> Any:
            rows = (await finance.get("/v1/differences"))["items"]
            return [row for row in rows if row["kind"] == "postdoc_changed"]

        [doubt] = await until(doubted)
        assert (doubt["ours_fen"], doubt["state"]) == (500_000_00, "open")


async def certificate(life: Life, fellowship: Any) -> str:
    async def found() -> Any:
        held = await life.talent.get("/v1/personal-data/postdoc")
        return held["fellowships"][0]["certificate"]

    return str(fellowship["certificate"] or await until(found))
