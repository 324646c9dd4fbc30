"""The run: registered, confirmed, found, decided, released, paid, repaired, reconciled."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2

from .client import Caller, Door, Refused
from .people import CLOSED_ENDING, Employer, Person

CITY = "350700"
_AT_ONCE = 8
_PAYING_SECONDS = 120.0

Thing = TypeVar("Thing")


@dataclass
class Run:
    """What the run saw."""

    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By measure and outcome."""
    surprises: list[str] = field(default_factory=list)
    """Outcomes that differ from what the articles give the case."""
    decided: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    instant_ms: list[float] = field(default_factory=list)
    repaired: int = 0
    codes_verified: int = 0


class Drive:
    """Drives the public interface, a few callers at once."""

    def __init__(self, http: httpx2.AsyncClient, run: Run) -> None:
        self._http = http
        self._door = Door(http)
        self._run = run
        self._callers: dict[str, Caller] = {}

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
                "limit_fen": 20_000_000_000,
            }
            try:
                await self._callers["admin"].post("/v1/budgets", body)
            except Refused as refused:
                if refused.code != "policy.budget-exists":
                    raise
        answer = await self._http.put(
            "/dev/bank/behaviour",
            json={
                "every": {"lost": 50, "silent": 70, "late": 60, "twice": 40},
                "late_seconds": 1,
                "silence_seconds": 12,
                "closed_endings": [CLOSED_ENDING],
            },
        )
        answer.raise_for_status()

    async def register_employers(self, employers: list[Employer]) -> None:
        await self._each(employers, self._register_employer)

    async def _register_employer(self, employer: Employer) -> None:
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
        await acting.put("/v1/payees/me", self._payee("62220000000000010001", employer.name))
        self._callers[employer.login] = acting
        await self._registered(employer, agent)

    async def _registered(self, employer: Employer, agent: Caller) -> None:
        """The market registry says what the employer is; it knows it by its credit code."""
        registry = self._callers["registry-office"]
        found = await registry.get("/v1/employers", credit_code=employer.credit_code)
        registry.sees(agent)
        facts = {"employer.kind": employer.kind, "employer.region": employer.region}
        await registry.observe("organisation", found["items"][0]["id"], facts)

    async def register_people(self, people: list[Person]) -> None:
        await self._each(people, self._register_person)

    async def _register_person(self, person: Person) -> None:
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
        await talent.put("/v1/payees/me", self._payee(person.account, person.name))
        body = {"employer_id": person.employer.id} | person.employment
        employment = await talent.post("/v1/employments", body)
        person.employment_id = employment["id"]
        agent = self._callers[person.employer.login]
        await agent.post(
            f"/v1/employments/{person.employment_id}/confirm", version=employment["version"]
        )
        await self._observe(person, agent)
        talent.sees(agent)

    async def _observe(self, person: Person, agent: Caller) -> None:
        """The authorities bring their facts; they know the person by the document alone."""
        lookup = {
            "document": {"kind": "resident_id", "number": person.resident_id},
            "purpose": "bring-verified-facts",
        }
        for client, facts in (
            ("school-office", person.education),
            ("pension-office", person.pension),
            ("talent-office", person.office),
        ):
            office = self._callers[client]
            found = await office.post("/v1/talents/lookups", lookup)
            office.sees(agent)
            for kind, subject in (
                ("person", found["talent_id"]),
                ("employment", person.employment_id),
            ):
                given = {
                    name: value for name, value in facts.items() if name.startswith(f"{kind}.")
                }
                if given:
                    await office.observe(kind, subject, given)

    async def find(self, people: list[Person]) -> None:
        """Ask for each person what the two articles give, and compare."""
        await self._each(people, self._find)

    async def _find(self, person: Person) -> None:
        matches = await self._callers[person.login].get("/v1/matches")
        for match in matches["items"]:
            for measure in match["measures"]:
                name, outcome = measure["id"], measure["outcome"]
                self._run.outcomes[name, outcome] += 1
                expected = person.expected.get(name, "ineligible")
                if expected != outcome:
                    self._run.surprises.append(
                        f"{person.case}, {person.education['person.degree']}, {name}: "
                        f"{outcome} instead of {expected}"
                    )

    async def apply(self, people: list[Person]) -> None:
        """The graduate applies for 2.2, which is instant; the employer for 2.1, reviewed."""
        await self._each(people, self._apply)

    async def _apply(self, person: Person) -> None:
        agent = self._callers[person.employer.login]
        agent.sees(self._callers["pension-office"])
        for measure, caller in (("2.2", self._callers[person.login]), ("2.1", agent)):
            subject = {"kind": "employment", "id": person.employment_id}
            body = {"measure": measure, "subject": subject}
            started = time.perf_counter()
            try:
                made = await caller.post("/v1/applications", body)
            except Refused as refused:
                if refused.code != "policy.not-eligible":
                    raise
                self._run.decided[measure, "refused at once"] += 1
                continue
            if made["status"] == "paying":
                self._run.instant_ms.append((time.perf_counter() - started) * 1000)
            self._run.decided[measure, f"at once: {made['status']}"] += 1

    async def review(self) -> None:
        """A reviewer decides what the rules left open, in favour of every other one."""
        pending = await self._callers["reviewer"].all("/v1/applications", status="pending")
        await self._each(list(enumerate(pending)), self._review)

    async def _review(self, item: tuple[int, Any]) -> None:
        number, line = item
        reviewer = self._callers["reviewer"]
        path = f"/v1/applications/{line['id']}"
        assessed = await reviewer.get(f"{path}/assessment")
        open_ = [row["id"] for row in assessed["requirements"] if row["state"] == "referred"]
        if open_ and number % 2:
            reason = {"reason": "The papers do not show that the condition is met."}
            done = await reviewer.post(f"{path}/reject", reason, version=line["version"])
        else:
            body = {
                "determinations": [
                    {"requirement": name, "satisfied": True, "reason": "Seen in the papers."}
                    for name in open_
                ]
            }
            done = await reviewer.post(f"{path}/approve", body, version=line["version"])
        self._run.decided[line["measure"], f"by review: {done['status']}"] += 1

    async def release(self) -> None:
        """One of finance makes batches of what is owed, another releases them."""
        while True:
            try:
                batch = await self._callers["finance"].post("/v1/batches", {"region": CITY})
            except Refused as refused:
                if refused.code != "policy.nothing-owed":
                    raise
                return
            path = f"/v1/batches/{batch['id']}/release"
            done = await self._callers["checker"].post(path, {}, version=batch["version"])
            self._run.surprises += [f"not released: {row['code']}" for row in done["refused"]]
            if done["refused"]:
                return

    async def _release(self, payment: Any) -> None:
        seen = {"account_change_acknowledged": payment["account_changed_at"] is not None}
        await self._callers["finance"].post(
            f"/v1/payments/{payment['id']}/release", seen, version=payment["version"]
        )

    async def pay(self) -> None:
        """Wait until the bank has answered every order."""
        deadline = time.monotonic() + _PAYING_SECONDS
        while await self._callers["finance"].all("/v1/payments", status="released"):
            if time.monotonic() > deadline:
                raise TimeoutError("payments are still at the bank")
            await asyncio.sleep(0.5)

    async def repair(self, people: list[Person]) -> None:
        """Those whose account was closed give another one; finance releases again."""
        failed = await self._callers["finance"].all("/v1/payments", status="failed")
        self._run.repaired = len(failed)
        for person in people:
            if person.account.endswith(CLOSED_ENDING):
                account = person.account.removesuffix(CLOSED_ENDING) + "0002"
                talent = self._callers[person.login]
                await talent.put("/v1/payees/me", self._payee(account, person.name))
        await self._each(
            await self._callers["finance"].all("/v1/payments", status="failed"), self._release
        )
        await self.pay()

    async def show_codes(self, people: list[Person]) -> None:
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
        """Return ledger, statement and event figures."""
        finance, operator = self._callers["finance"], self._callers["operator"]
        await self._quiet(operator)
        paid = await finance.all("/v1/payments", status="paid")
        return {
            "ledger": await finance.get("/v1/ledger"),
            "statement": await self._statement(),
            "paid": paid,
            "planned": await finance.all("/v1/payments", status="planned"),
            "events": [
                await operator.get(f"/v1/operations/{service}/events")
                for service in ("identity", "policy")
            ],
        }

    async def _quiet(self, operator: Caller) -> None:
        """Wait until what was saved has been published and consumed."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            figures = [
                await operator.get(f"/v1/operations/{service}/events")
                for service in ("identity", "policy")
            ]
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

    async def _statement(self) -> list[Any]:
        lines: list[Any] = []
        cursor = 0
        while True:
            answer = await self._http.get(
                "/dev/bank/statement", params={"cursor": cursor, "limit": 1000}
            )
            answer.raise_for_status()
            page = answer.json()
            lines += page["lines"]
            if page["next_cursor"] is None:
                return lines
            cursor = page["next_cursor"]

    async def _each(self, things: Iterable[Thing], act: Callable[[Thing], Awaitable[None]]) -> None:
        gate = asyncio.Semaphore(_AT_ONCE)

        async def one(thing: Thing) -> None:
            async with gate:
                await act(thing)

        await asyncio.gather(*(one(thing) for thing in things))

    def _payee(self, account: str, holder: str) -> dict[str, str]:
        return {"account": account, "holder": holder, "bank_code": "102401000012"}
