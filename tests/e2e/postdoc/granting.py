"""A station of Jiangsu is filed at once, and two of its fellows are granted money in parts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from life import Life, once_known, until
from recruiting import submitted
from talent_demo.people import Employer, Person

PROVINCE, CITY = "320000", "320100"
REGISTER = "编号,站名称,设站单位,单位编号,类型,级别,地区,学科,批准日期"
INSTALMENT = 150_000_00
"""Ten special actions 5(一): 300,000 yuan, by the pack's settings half at once, half in a year."""


async def filed(life: Life, university: Employer, firm: Employer) -> None:
    """A mobile station is taken over from the former register; with it the firm's is filed."""
    office, agent = await life.office(PROVINCE), life.of(university)
    row = (
        f"S1,示例流动站,示例大学,{university.id},流动站,国家级,{university.region},0812,2015-06-01"
    )
    await life.taken_over(office, "stations", REGISTER, row)
    [mobile] = (await agent.get("/v1/stations"))["items"]
    done = await submitted(life, firm, level="provincial", partners=[{"station_id": mobile["id"]}])
    assert (done["status"], done["review"]) == ("established", None)
    life.ids["filed"] = done["station_id"]


async def proposed(life: Life, firm: Employer, *doctors: Person) -> None:
    """The province calls, the firm proposes; city and experts are for it, and it is published."""
    province, city, agent = await life.office(PROVINCE), await life.office(CITY), life.of(firm)
    call = {
        "region": PROVINCE,
        "year": life.today.year,
        "name": {"zh": "卓越博士后", "en": "Excellent postdocs"},
        "places": len(doctors),
        "opens_on": life.today.isoformat(),
        "closes_on": (life.today + timedelta(days=30)).isoformat(),
    }
    opened = await province.post("/v1/grant-calls", call)
    for doctor in doctors:
        body = {"call_id": opened["id"], "fellow_id": life.ids[doctor.login]}
        grant = await agent.post("/v1/grants", body)
        await life.attach(agent, "grant", grant["id"], "proposal")
        path = f"/v1/grants/{grant['id']}"
        done = await agent.post(f"{path}/submission", version=grant["version"])
        await life.passed_on(done["review_id"], city)
        panel = await life.panel(province, "grant", grant["id"], "passed")
        told = await life.concluded(done["review_id"], province, panel)
        assert told["step"]["name"] == "publication"
        life.ids[f"grant of {doctor.login}"] = grant["id"]


async def awarded(life: Life, firm: Employer, *doctors: Person) -> None:
    """The publication has bound; the doctors apply, a reviewer approves, finance pays the first."""
    reviewer = await life.caller("reviewer-js", "reviewer", region=PROVINCE)
    said = [{"name": "employer.region", "value": firm.region}]
    subject = {"kind": "organisation", "id": firm.id}
    await reviewer.post("/v1/observations", {"subject": subject, "facts": said})
    applications = [await applied(life, doctor) for doctor in doctors]
    items = [{"id": each["id"], "version": each["version"]} for each in applications]
    report = await reviewer.post("/v1/applications/approvals", {"items": items})
    assert [item["done"] for item in report["items"]] == [True] * len(items), report
    await released(life, *doctors)


async def applied(life: Life, doctor: Person) -> Any:
    talent, grant = life.of(doctor), life.ids[f"grant of {doctor.login}"]

    async def standing() -> Any:
        return (await talent.get(f"/v1/grants/{grant}"))["status"] == "awarded"

    await until(standing)
    body = {"measure": "5.1", "subject": {"kind": "grant", "id": grant}}
    return await once_known(lambda: talent.post("/v1/applications", body), "policy.no-subject")


async def released(life: Life, *doctors: Person) -> None:
    """One makes a batch of what is owed in the province, another releases it; the bank pays."""
    maker = await life.caller("maker-js", "finance", region=PROVINCE)
    checker = await life.caller("checker-js", "finance", region=PROVINCE)
    due = len(await paid_of(life, doctors)) + len(doctors)
    batch = await once_known(
        lambda: maker.post("/v1/batches", {"region": PROVINCE}), "policy.nothing-owed"
    )
    path = f"/v1/batches/{batch['id']}/release"
    done = await checker.post(path, {}, version=batch["version"])
    assert (done["count"], done["refused"]) == (len(doctors), [])

    async def arrived() -> bool:
        return len(await paid_of(life, doctors)) == due

    await until(arrived)


async def paid_of(life: Life, doctors: Sequence[Person]) -> list[int]:
    return [fen for doctor in doctors for fen in await life.paid(life.of(doctor))]


async def left(life: Life, firm: Employer, doctor: Person) -> None:
    """A fellow leaves early: with that the award has ended, and its next instalment stops."""
    agent, fellow = life.of(firm), life.ids[doctor.login]
    await life.attach(agent, "fellow", fellow, "leave_form", "opinion")
    on = life.today.isoformat()
    done = await life.record(agent, fellow, "left_early", on=on, ground="other")
    assert done["status"] == "left_early"
    grant = f"/v1/grants/{life.ids[f'grant of {doctor.login}']}"

    async def ended() -> Any:
        return (await life.of(doctor).get(grant))["status"] == "ended"

    await until(ended)


async def standing(life: Life, doctor: Person) -> dict[int, str]:
    """Return what has become of each instalment."""
    rows = await life.payments(life.of(doctor))
    assert {row["amount_fen"] for row in rows} == {INSTALMENT}
    return {row["instalment"]: row["status"] for row in rows}
