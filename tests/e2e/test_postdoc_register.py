"""A register of stations and fellows is taken over, and what it says falls due in Nanping."""

import asyncio
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
from talent_demo.checks import out_of_balance
from talent_demo.client import Caller, Refused
from talent_demo.doors import Addresses, door_of
from talent_demo.drive import CITY, Drive
from talent_demo.people import company
from talent_demo.run import Run
from talent_kit.testing.platform import PlatformUnderTest

STATIONS = "编号,站名称,设站单位,单位编号,类型,级别,地区,学科,批准日期"
FELLOWS = "编号,站编号,人才代号,学科,进站日期,预计出站日期,博士学位日期"
_PATIENCE = 90.0


async def until(ask: Any) -> Any:
    deadline = time.monotonic() + _PATIENCE
    while not (found := await ask()):
        assert time.monotonic() < deadline, "it did not come"
        await asyncio.sleep(0.3)
    return found


async def taken_over(office: Caller, register: str, *lines: str) -> None:
    """Upload a register until each of its rows is in: events of identity may be on their way."""
    path = f"/v1/postdoc-imports/{register}"
    content = ("\n".join(lines) + "\n").encode()

    async def in_whole() -> Any:
        job = (await office.upload(path, content, "text/csv"))["id"]

        async def ended() -> Any:
            found = await office.get(f"{path}/{job}")
            return found if found["status"] not in {"queued", "running"} else None

        found = await until(ended)
        return found["failed"] == 0

    await until(in_whole)


async def known(office: Caller, kind: str, id_: str, name: str, value: str) -> None:
    """Let an office say something of a matter, once policy has heard of it."""

    async def said() -> Any:
        facts = [{"name": name, "value": value}]
        try:
            await office.post(
                "/v1/observations", {"subject": {"kind": kind, "id": id_}, "facts": facts}
            )
        except Refused as refused:
            if refused.status != 404:
                raise
            return None
        return True

    await until(said)


async def test_what_a_register_says_is_paid_once(platform: PlatformUnderTest) -> None:
    firms, people = company(random.Random(9), 909, 1, firms=1)
    [firm], [doctor] = firms, people
    today = (datetime.now(UTC) + timedelta(hours=8)).date()
    async with httpx2.AsyncClient(base_url=platform.url, timeout=60) as http:
        stack, run = Addresses.of(platform.folder, platform.url), Run()
        door, drive = door_of(http, stack), Drive(http, run, stack)
        await drive.staff()
        admin = await door.caller("demo-admin", "policy_admin", region=CITY)
        body = {"pool": "science-talent", "region": CITY, "year": today.year}
        try:
            await admin.post("/v1/budgets", body | {"limit_fen": 10**11})
        except Refused as refused:
            if refused.code != "policy.budget-exists":
                raise
        office = await door.caller("demo-postdoc", "station_admin", region=CITY)
        await drive.join(firms)
        talent = await drive.enrol(doctor)
        agent = await door.caller(firm.login, "employer", employer=firm.id)
        await drive.quiet()
        registry = await door.caller("registry-office", "service", region=CITY)
        said = {"employer.kind": "enterprise", "employer.region": firm.region}
        await registry.post(
            "/v1/observations",
            {
                "subject": {"kind": "organisation", "id": firm.id},
                "facts": [{"name": name, "value": value} for name, value in said.items()],
            },
        )
        row = f"Z1,示例站,示例企业,{firm.id},工作站,国家级,{firm.region},0812,{today}"
        await taken_over(office, "stations", STATIONS, row)
        until_ = today + timedelta(days=700)
        row = f"B1,Z1,{doctor.id},0812,{today},{until_},2026-06-30"
        await taken_over(office, "fellows", FELLOWS, row)

        async def offered() -> Any:
            found = (await agent.get("/v1/offers", status="open"))["items"]
            return found if len(found) == 2 else None

        # Whether they are new, and so were not paid for before, the former register does not say.
        [mine] = (await agent.get("/v1/stations"))["items"]
        [there] = (await agent.get("/v1/fellows"))["items"]
        bureau = await door.caller("postdoc-office", "service", region=CITY)
        for kind, id_, name, value in (
            ("station", mine["id"], "station.approval", "new"),
            ("fellowship", there["id"], "fellowship.entry", "first"),
        ):
            await known(bureau, kind, id_, name, value)

        offers = await until(offered)
        assert {each["measure"]: each["amount_fen"] for each in offers} == {
            "1.2c": 500_000_00,
            "1.2e": 50_000_00,
        }
        for each in offers:
            await agent.post(f"/v1/offers/{each['id']}/confirmation", version=each["version"])
        await drive.money.pay()
        paid = []
        for each in await agent.all("/v1/applications"):
            shown = await agent.get(f"/v1/applications/{each['id']}")
            paid += [one["amount_fen"] for one in shown["payments"] if one["status"] == "paid"]
        assert sorted(paid) == [50_000_00, 500_000_00]
        assert out_of_balance(await drive.money.books()) == []
        [fellowship] = (await talent.get("/v1/personal-data/postdoc"))["fellowships"]
        assert fellowship["status"] == "entered"
        assert run.surprises == []
