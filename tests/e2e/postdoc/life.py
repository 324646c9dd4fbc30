"""Who takes part, what they hold in their hands, and the clock that they all live by."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any

import httpx2
from days import BEGINNING, ahead
from talent_demo.client import Caller, Refused
from talent_demo.doors import Addresses, door_of
from talent_demo.drive import Drive
from talent_demo.people import Employer, Person
from talent_demo.run import Run
from talent_kit.clock import local_date
from talent_kit.testing.platform import PlatformUnderTest

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
_PATIENCE = 120.0
_KINDS = ("outside", "university_supervisor", "university_supervisor", "outside", "outside")


class Life:
    """One platform through the years."""

    def __init__(self, platform: PlatformUnderTest, http: httpx2.AsyncClient) -> None:
        self.platform, self.http, self.run = platform, http, Run()
        stack = Addresses.of(platform.folder, platform.url)
        self.door, self.drive = door_of(http, stack), Drive(http, self.run, stack)
        self.shifted = ahead(BEGINNING)
        self.ids: dict[str, str] = {}
        self._callers: dict[str, Caller] = {}

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.shifted

    @property
    def today(self) -> date:
        return local_date(self.now)

    async def on(self, day: date) -> None:
        """Let time pass until a day; who has signed in stays so, what they wrote has arrived."""
        await self.drive.quiet()
        self._callers = {
            login: Caller(self.http, each.bearer) for login, each in self._callers.items()
        }
        self.shifted = ahead(day)
        await asyncio.to_thread(self.platform.shift, self.shifted)

    @asynccontextmanager
    async def without(self, service: str) -> AsyncIterator[None]:
        """Let a service be killed, and be back after the block."""
        outage = self.platform.without(service)
        await asyncio.to_thread(outage.__enter__)
        try:
            yield
        finally:
            await asyncio.to_thread(outage.__exit__, None, None, None)

    async def caller(self, login: str, *roles: str, region: str | None = None) -> Caller:
        """Return somebody who signs in once, for good."""
        if login not in self._callers:
            self._callers[login] = await self.door.caller(login, *roles, region=region)
        return self._callers[login]

    async def office(self, region: str) -> Caller:
        """Return who keeps the stations of a region."""
        return await self.caller(f"stations-{region}", "station_admin", region=region)

    async def join(self, firm: Employer) -> Caller:
        """Let a unit join; return its agent."""
        await self.drive.join([firm])
        agent = await self.door.caller(firm.login, "employer", employer=firm.id)
        self._callers[firm.login] = agent
        return agent

    async def enrol(self, person: Person) -> Caller:
        self._callers[person.login] = await self.drive.enrol(person)
        return self._callers[person.login]

    def of(self, side: Employer | Person) -> Caller:
        """Return who signed in for a unit, or as a doctor."""
        return self._callers[side.login]

    async def attach(self, who: Caller, kind: str, subject: str, *documents: str) -> None:
        for document in documents:
            query = f"kind={document}&subject_kind={kind}&subject_id={subject}"
            await who.upload(f"/v1/documents?{query}", PDF, "application/pdf")

    async def experts(self, group: str) -> list[Caller]:
        """Return five experts, who have no role: a panel knows them by their login."""
        return [await self.caller(f"{group}-{number}") for number in range(1, 6)]

    async def panel(self, convener: Caller, purpose: str, subject: str, grade: str) -> str:
        """Convene a panel, have its members vote, and its chair conclude."""
        experts = await self.experts("expert")
        body = {"purpose": purpose, "subject_id": subject, "members": await members(experts)}
        path = f"/v1/panels/{(await convener.post('/v1/panels', body))['id']}"
        for expert in experts:
            await expert.post(f"{path}/votes", {"grade": grade, "reason": "符合要求"})
        done = await experts[0].post(f"{path}/conclusion", {"minutes": "一致同意。"})
        assert done["grade"] == grade
        return path.rpartition("/")[2]

    async def passed_on(self, review: str, office: Caller) -> Any:
        """Let an office approve its step of a review."""
        path = f"/v1/reviews/{review}"
        version = (await office.get(path))["version"]
        return await office.post(f"{path}/decision", {"outcome": "approved"}, version=version)

    async def concluded(self, review: str, office: Caller, panel: str) -> Any:
        """Let an office record what the experts of a review concluded."""
        path = f"/v1/reviews/{review}"
        version = (await office.get(path))["version"]
        return await office.post(f"{path}/conclusion", {"panel_id": panel}, version=version)

    async def record(self, who: Caller, fellow: str, kind: str, **content: Any) -> Any:
        return await who.post(f"/v1/fellows/{fellow}/entries", {"kind": kind} | content)

    async def paid(self, payee: Caller) -> list[int]:
        """Return what of a payee's applications is paid, in fen."""
        return sorted(each["amount_fen"] for each in await self.payments(payee, "paid"))

    async def payments(self, payee: Caller, *statuses: str) -> list[Any]:
        """Return the instalments of a payee's applications, of some statuses or all."""
        found = []
        for row in await payee.all("/v1/applications"):
            found += (await payee.get(f"/v1/applications/{row['id']}"))["payments"]
        return [each for each in found if each["status"] in (statuses or each["status"])]

    async def register(self, station: str) -> Any:
        """Return what everybody may read of a station."""
        return await Caller(self.http).get(f"/v1/station-register/{station}")

    async def taken_over(self, office: Caller, register: str, *lines: str) -> None:
        """Upload a register until each of its rows is in: identity's events may be on their way."""
        path, content = f"/v1/postdoc-imports/{register}", ("\n".join(lines) + "\n").encode()

        async def in_whole() -> bool:
            job = (await office.upload(path, content, "text/csv"))["id"]

            async def ended() -> Any:
                found = await office.get(f"{path}/{job}")
                return found if found["status"] not in {"queued", "running"} else None

            return bool((await until(ended))["failed"] == 0)

        await until(in_whole)


async def members(experts: Sequence[Caller]) -> list[dict[str, Any]]:
    """Return experts as a panel is convened with them; the first has the chair."""
    return [await member(each, number, chair=number == 1) for number, each in enumerate(experts, 1)]


async def member(expert: Caller, number: int, **more: Any) -> dict[str, Any]:
    """Return an expert as a panel's convener names one."""
    named = {
        "login": await subject(expert),
        "name": f"示例专家{number}",
        "kind": _KINDS[(number - 1) % len(_KINDS)],
        "organisation": f"示例大学{number}",
    }
    return named | more


async def subject(caller: Caller) -> str:
    """Return as whom the platform knows somebody: at Keycloak that is no name of their choice."""
    assert caller.bearer is not None
    payload = (await caller.bearer()).split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(claims["sub"])


async def until(ask: Callable[[], Awaitable[Any]]) -> Any:
    """Ask until there is an answer."""
    deadline = time.monotonic() + _PATIENCE
    while not (found := await ask()):
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.2)
    return found


async def once_known(act: Callable[[], Awaitable[Any]], *codes: str) -> Any:
    """Act once what was told elsewhere has arrived: till then it is refused by these codes."""

    async def tried() -> Any:
        try:
            return await act()
        except Refused as refused:
            if refused.code not in codes:
                raise
            return None

    return await until(tried)


async def refusal(act: Awaitable[Any]) -> str:
    """Return the code by which something is refused."""
    try:
        await act
    except Refused as refused:
        return refused.code
    raise AssertionError("it was not refused")
