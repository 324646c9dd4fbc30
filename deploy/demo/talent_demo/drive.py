"""The run: filed, proven, found, confirmed or applied for, decided, released, paid, reconciled."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

import httpx2

from .client import Caller, Refused
from .doors import Addresses, door_of
from .filing import Filing
from .money import Money
from .people import CLOSED_ENDING, Employer, Person
from .run import Run

CITY = "350700"
_AT_ONCE = 8
_AT_MOST = 100
"""Items of one request that decides many."""

Thing = TypeVar("Thing")


class Drive:
    """Drives the public interface, a few callers at once."""

    def __init__(self, http: httpx2.AsyncClient, run: Run, stack: Addresses | None = None) -> None:
        self._http = http
        self._door = door_of(http, stack)
        self._bank = stack.bank if stack else "/dev/bank"
        self._run = run
        self._callers: dict[str, Caller] = {}
        self.filing = Filing(self._callers, run)
        self.money = Money(http, self._bank, self._callers, run)

    async def staff(self) -> None:
        """Sign the staff in, and appropriate the budgets if this year's are not there yet."""
        roles = {
            "reviewer": "reviewer",
            "finance": "finance",
            "checker": "finance",
            "admin": "policy_admin",
            "operator": "operator",
            "counter": "scanner",
        }
        for name, role in roles.items():
            self._callers[name] = await self._door.caller(f"demo-{name}", role, region=CITY)
        for client in ("registry-office", "school-office", "pension-office", "talent-office"):
            self._callers[client] = await self._door.caller(client, "service", region=CITY)
        year = time.gmtime(time.time() + 8 * 3600).tm_year
        for ahead in range(3):
            body = {
                "pool": "youth-talent",
                "region": CITY,
                "year": year + ahead,
                "limit_fen": 1_000_000_000_000,
            }
            try:
                await self._callers["admin"].post("/v1/budgets", body)
            except Refused as refused:
                if refused.code != "policy.budget-exists":
                    raise
        answer = await self._http.put(
            f"{self._bank}/behaviour",
            json={
                "every": {"lost": 50, "silent": 70, "late": 60, "twice": 40},
                "late_seconds": 1,
                "silence_seconds": 12,
                "closed_endings": [CLOSED_ENDING],
            },
        )
        answer.raise_for_status()

    async def year(
        self, firms: Sequence[Employer], graduates: Sequence[Person], until: str = "codes"
    ) -> None:
        """Take graduates through a year's phases, from the filing list to the last one wanted."""
        phases: dict[str, Callable[[], Awaitable[None]]] = {
            "filing list": lambda: self.filing.file(graduates),
            # Registers speak of people days after they were filed, not while their events travel.
            "events arrive": self.quiet,
            "facts of registers": lambda: self.filing.prove(graduates),
            "matching": lambda: self.filing.match(graduates),
            "employers join": lambda: self.join(firms),
            "graduates confirm": lambda: self.confirm(graduates),
            "employers apply": lambda: self.apply(firms),
            "review": self.review,
            "release": self.money.release,
            "pay": self.money.pay,
            "repair": lambda: self.money.repair(graduates),
            "codes": lambda: self.show_codes(graduates),
        }
        for name, phase in phases.items():
            with self._run.phase(name):
                await phase()
            if name == until:
                return

    async def join(self, employers: Sequence[Employer]) -> None:
        """Each employer on file gets its agent, and an account."""
        await each(employers, self._join)

    async def _join(self, employer: Employer) -> None:
        agent = await self._door.caller(employer.login, "employer")
        made = await agent.post(
            "/v1/employers",
            {
                "credit_code": employer.credit_code,
                "name": employer.name,
                "region": employer.region,
                "kind": employer.kind,
            },
        )
        employer.id = made["id"]
        acting = await self._door.caller(employer.login, "employer", employer=employer.id)
        acting.sees(agent)
        await acting.put("/v1/payees/me", payee("62220000000000010001", employer.name))
        self._callers[employer.login] = acting

    async def confirm(self, people: Sequence[Person]) -> None:
        """Each graduate signs in, gives an account, and confirms the offer or applies for 2.2."""
        await each(people, self._confirm)

    async def _confirm(self, person: Person) -> None:
        talent = await self.enrol(person)
        offers = (await talent.get("/v1/offers", status="open"))["items"]
        if {offer["measure"] for offer in offers} != person.offered:
            self._run.surprises.append(f"{person.case}: offered {offers}")
        for offer in offers:
            started = time.perf_counter()
            done = await talent.post(
                f"/v1/offers/{offer['id']}/confirmation", version=offer["version"]
            )
            self._run.instant_ms.append((time.perf_counter() - started) * 1000)
            self._run.decided[offer["measure"], f"offer confirmed: {done['status']}"] += 1
        if not offers:
            await self._apply(talent, "2.2", (await self.employments(talent))[0]["id"])

    async def enrol(self, person: Person) -> Caller:
        """Sign somebody who was filed in, who gives an account."""
        talent = await self._door.caller(person.login, "talent")
        self._callers[person.login] = talent
        made = await talent.post(
            "/v1/talents",
            {
                "name": person.name,
                "document": {"kind": "resident_id", "number": person.resident_id},
                "phone": person.phone,
                "region": person.region,
            },
        )
        person.id = made["id"]
        await talent.put("/v1/payees/me", payee(person.account, person.name))
        return talent

    async def apply(self, employers: Sequence[Employer]) -> None:
        """Each employer applies for 2.1 for everybody of its own; a reviewer decides."""
        await each(employers, self._apply_for_all)

    async def _apply_for_all(self, employer: Employer) -> None:
        agent = self._callers[employer.login]
        for employment in await self.employments(agent):
            await self._apply(agent, "2.1", employment["id"])

    async def employments(self, caller: Caller) -> list[Any]:
        """Return the employments that a caller sees."""
        return await caller.all("/v1/employments", limit=100)

    async def _apply(self, caller: Caller, measure: str, employment: str) -> None:
        body = {"measure": measure, "subject": {"kind": "employment", "id": employment}}
        try:
            made = await caller.post("/v1/applications", body)
        except Refused as refused:
            if refused.code != "policy.not-eligible":
                raise
            self._run.decided[measure, "refused at once"] += 1
        else:
            self._run.decided[measure, f"at once: {made['status']}"] += 1

    async def review(self) -> None:
        """A reviewer approves by the hundred; of what is left to a person, every other one."""
        pending = await self._callers["reviewer"].all(
            "/v1/applications", status="pending", limit=100
        )
        for part in parts(pending):
            await self._review(part)

    async def _review(self, lines: Sequence[Any]) -> None:
        asked = [{"id": line["id"], "version": line["version"]} for line in lines]
        report = await self._decide("approvals", asked)
        open_ = {
            item["id"]: item["problem"]["requirements"]
            for item in report["items"]
            if not item["done"] and item["problem"]["code"] == "policy.determination-missing"
        }
        granted, refused = [], []
        for number, item in enumerate(each_ for each_ in asked if each_["id"] in open_):
            if number % 2:
                reason = "The papers do not show that the condition is met."
                refused.append(item | {"reason": reason})
            else:
                determined = [
                    {"requirement": name, "satisfied": True, "reason": "Seen in the papers."}
                    for name in open_[item["id"]]
                ]
                granted.append(item | {"determinations": determined})
        for step, items in (("approvals", granted), ("rejections", refused)):
            if items:
                await self._decide(step, items)

    async def _decide(self, step: str, items: Sequence[Any]) -> Any:
        report = await self._callers["reviewer"].post(
            f"/v1/applications/{step}", {"items": list(items)}
        )
        for item in report["items"]:
            if item["done"]:
                self._run.decided["by review", f"{step}: {item['status']}"] += 1
            elif item["problem"]["code"] != "policy.determination-missing":
                self._run.surprises.append(f"{step}: {item['problem']['code']}")
        return report

    async def show_codes(self, people: Sequence[Person]) -> None:
        """Some show their code at a counter, which verifies it."""
        for person in people[:5]:
            talent = self._callers[person.login]
            await talent.post("/v1/codes", {})
            code = await talent.get("/v1/codes/me", form="dynamic")
            seen = await self._callers["counter"].post(
                "/v1/code-verifications", {"payload": code["payload"]}
            )
            self._run.codes_verified += bool(seen["valid"])

    async def reconcile(self) -> dict[str, Any]:
        """Return ledger, statement and event figures, once everything has arrived."""
        await self.quiet()
        return await self.money.books() | {"events": await self._events()}

    async def _events(self) -> list[Any]:
        operator = self._callers["operator"]
        return [
            await operator.get(f"/v1/operations/{service}/events")
            for service in ("identity", "policy", "postdoc", "registration")
        ]

    async def quiet(self) -> None:
        """Wait until what was saved has been published and consumed."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            figures = await self._events()
            published = Counter[str]()
            for row in figures:
                published.update(row["published"])
            behind = any(
                row["consumed"].get(kind, 0) < published[kind]
                for row in figures
                for kind in row["subscriptions"]
            )
            if not behind and not any(row["waiting"] for row in figures):
                return
            await asyncio.sleep(0.2)


async def each(things: Iterable[Thing], act: Callable[[Thing], Awaitable[None]]) -> None:
    """Do something with each, a few at once."""
    waiting = iter(things)

    async def go_on() -> None:
        for thing in waiting:
            await act(thing)

    await asyncio.gather(*(go_on() for _ in range(_AT_ONCE)))


def parts(things: Sequence[Thing]) -> Iterable[Sequence[Thing]]:
    """Return things by the hundred."""
    return (things[start : start + _AT_MOST] for start in range(0, len(things), _AT_MOST))


def payee(account: str, holder: str) -> dict[str, str]:
    """Return an account as a request names it."""
    return {"account": account, "holder": holder, "bank_code": "102401000012"}
