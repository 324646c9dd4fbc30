"""The life of stations, from filing to revocation, and of the doctors in them, paid by policy.

Two stations are set up, one in Nanping after review, one in Jiangsu by filing; each has two
fellows, who complete, leave early, or must be placed elsewhere. All through the gateway, with the
clock set on by up to a year between the steps, by people who sign in as their platform has it.
"""

import random
from collections import Counter
from typing import Any

import evaluating
import granting
import httpx2
import recruiting
from days import ADMITTED, BEGINNING, BOUND, ENTERED, EXIT, MIDTERM, OVERDUE
from life import Life, until
from recruiting import ENTRY, SUBSIDY
from talent_demo.checks import out_of_balance
from talent_demo.drive import CITY
from talent_demo.people import Employer, Person, company
from talent_kit.testing.platform import PlatformUnderTest


class Cast:
    """Who takes part."""

    def __init__(self) -> None:
        firms, people = company(random.Random(7), 77, 5, firms=7)
        self.mine, _, self.university, self.filing, self.best, self.second, self.third = firms
        self.university.region = self.filing.region = "320100"
        _, self.completing, self.staying, self.granted, self.leaving = people

    @property
    def evaluated(self) -> dict[str, Employer]:
        return {
            "mine": self.mine,
            "best": self.best,
            "second": self.second,
            "third": self.third,
        }

    @property
    def doctors(self) -> list[Person]:
        return [self.completing, self.staying, self.granted, self.leaving]


async def joined(life: Life, cast: Cast) -> None:
    """Units and doctors have accounts, policy has money to give."""
    await life.drive.staff()
    for pool, region in (("science-talent", CITY), ("postdoc", granting.PROVINCE)):
        admin = await life.caller(f"admin-{region}", "policy_admin", region=region)
        for year in range(2023, 2027):
            body = {"pool": pool, "region": region, "year": year, "limit_fen": 10**11}
            await admin.post("/v1/budgets", body)
    for firm in (cast.university, cast.filing, *cast.evaluated.values()):
        await life.join(firm)
    for doctor in cast.doctors:
        await life.enrol(doctor)
    await recruiting.registered(life, cast.mine)


async def books(life: Life) -> Any:
    """Return the books of both regions together, once they are found to agree with the bank's."""
    found = await life.drive.money.books()
    finance = await life.caller("maker-js", "finance", region=granting.PROVINCE)
    ledgers = found["ledger"], await finance.get("/v1/ledger")
    accounts = Counter[str]()
    for row in (row for ledger in ledgers for row in ledger["accounts"]):
        accounts[row["kind"]] += row["balance_fen"]
    found["ledger"] = {
        "total_fen": sum(ledger["total_fen"] for ledger in ledgers),
        "accounts": [{"kind": kind, "balance_fen": fen} for kind, fen in accounts.items()],
    }
    found["paid"] += await finance.all("/v1/payments", status="paid")
    assert out_of_balance(found) == []
    return found


async def test_stations_and_doctors_from_beginning_to_end(platform: PlatformUnderTest) -> None:
    cast = Cast()
    async with httpx2.AsyncClient(base_url=platform.url, timeout=60) as http:
        life = Life(platform, http)
        assert life.today == BEGINNING
        await joined(life, cast)
        await evaluating.due_early(life)
        await recruiting.recommended(life, cast.mine)
        await granting.filed(life, cast.university, cast.filing)
        for doctor in (cast.granted, cast.leaving):
            await recruiting.assessed(life, cast.filing, life.ids["filed"], doctor)

        await life.on(ADMITTED)
        await recruiting.established(life, cast.mine)
        await recruiting.confirmed(life, cast.mine, "1.2c", SUBSIDY)
        await recruiting.recruited(life, cast.mine, cast.completing, cast.staying)
        for doctor in (cast.completing, cast.staying):
            await recruiting.assessed(life, cast.mine, life.ids["station"], doctor)
        for doctor in (cast.granted, cast.leaving):
            await recruiting.entered(life, cast.filing, doctor)
        await granting.proposed(life, cast.filing, cast.granted, cast.leaving)

        await life.on(ENTERED)
        async with life.without("policy"):
            await recruiting.entered(life, cast.mine, cast.completing)
            await recruiting.entered(life, cast.mine, cast.staying, days=1460)
        await recruiting.confirmed(life, cast.mine, "1.2e", ENTRY, count=2)

        async def all_paid() -> bool:
            return await life.paid(life.of(cast.mine)) == [ENTRY, ENTRY, SUBSIDY]

        await until(all_paid)
        await granting.awarded(life, cast.filing, cast.granted, cast.leaving)
        await granting.left(life, cast.filing, cast.leaving)

        await life.on(MIDTERM)
        await recruiting.reviewed(life, cast.mine, cast.completing)
        await granting.released(life, cast.granted)
        assert await granting.standing(life, cast.granted) == {1: "paid", 2: "paid"}
        assert await granting.standing(life, cast.leaving) == {1: "paid", 2: "stopped"}

        await life.on(EXIT)
        round_id = await evaluating.opened(life, cast.evaluated)
        await evaluating.assessed(life, round_id, cast.mine)
        await evaluating.published(life, round_id, cast.mine)
        await recruiting.left_with_certificate(life, cast.mine, cast.completing)

        await life.on(BOUND)
        await evaluating.bound(life, round_id)

        await life.on(OVERDUE)
        await evaluating.revoked(life, cast.mine, cast.best, cast.staying)
        await evaluating.doubted(life)
        unit = life.of(cast.mine)
        assert (await unit.get("/v1/offers", status="open"))["items"] == []
        assert await life.paid(unit) == [ENTRY, ENTRY, SUBSIDY]
        paid = Counter(row["amount_fen"] for row in (await books(life))["statement"])
        assert paid == {SUBSIDY: 1, ENTRY: 2, granting.INSTALMENT: 3}
        assert life.run.surprises == []
