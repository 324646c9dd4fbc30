"""From a station's application to the doctor's entry, exit and certificate, in Nanping."""

from datetime import timedelta
from typing import Any

from life import Life, once_known, until
from talent_demo.client import Caller
from talent_demo.drive import CITY
from talent_demo.people import Employer, Person

PROVINCE = "350000"
STATION: dict[str, Any] = {
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
    "number": 2,
    "pay": {"least": 30_000_000, "most": 40_000_000},
    "language": "both",
}
SUBSIDY, ENTRY = 500_000_00, 50_000_00
"""Nanping annex 1 article 2: a new national workstation, and a doctor newly entering."""


async def registered(life: Life, firm: Employer) -> None:
    """The market registry says of the unit what it is, once policy has heard of it."""
    registry = await life.caller("registry-office", "service", region=CITY)
    said = {"employer.kind": "enterprise", "employer.region": firm.region}
    body = {
        "subject": {"kind": "organisation", "id": firm.id},
        "facts": [{"name": name, "value": value} for name, value in said.items()],
    }
    await once_known(lambda: registry.post("/v1/observations", body), "policy.no-subject")


async def submitted(life: Life, firm: Employer, **differs: Any) -> Any:
    """The unit applies for a station, with its documents."""
    agent = life.of(firm)
    made = await once_known(
        lambda: agent.post("/v1/station-applications", STATION | differs), "not-an-agent"
    )
    papers = ("legal_person", "recruitment_plan", "joint_agreement")
    await life.attach(agent, "station_application", made["id"], *papers)
    path = f"/v1/station-applications/{made['id']}"
    return await agent.post(f"{path}/submission", version=made["version"])


async def recommended(life: Life, firm: Employer) -> None:
    """City, province and experts are for the station."""
    found = await submitted(life, firm)
    review, province = found["review"]["id"], await life.office(PROVINCE)
    for office in (await life.office(CITY), province):
        await life.passed_on(review, office)
    panel = await life.panel(province, "set_up", found["id"], "passed")
    told = await life.concluded(review, province, panel)
    assert told["step"]["name"] == "publication"
    life.ids["application"] = found["id"]


async def established(life: Life, firm: Employer) -> None:
    path = f"/v1/station-applications/{life.ids['application']}"

    async def found() -> Any:
        shown = await life.of(firm).get(path)
        return shown["station_id"] if shown["status"] == "established" else None

    life.ids["station"] = await until(found)


async def recruited(life: Life, firm: Employer, *doctors: Person) -> None:
    """A position is published, found by everybody, applied for, and given."""
    agent = life.of(firm)
    year = {"year": life.today.year, "planned": {"0812": 2}}
    plan = await agent.post("/v1/recruitment-plans", {"station_id": life.ids["station"]} | year)
    window = {"opens_on": life.today, "closes_on": life.today + timedelta(days=30)}
    dated = {name: day.isoformat() for name, day in window.items()}
    position = await agent.post("/v1/positions", POSITION | dated | {"plan_id": plan["id"]})
    path = f"/v1/positions/{position['id']}"
    await agent.post(f"{path}/publication")

    async def public() -> Any:
        listed = (await Caller(life.http).get("/v1/positions"))["items"]
        return [row for row in listed if row["id"] == position["id"]]

    assert await until(public)
    for doctor in doctors:
        statement = {"statement": "我研究光子材料。"}
        candidacy = (await life.of(doctor).put(f"{path}/candidacies/me", statement))["id"]
        acts = f"/v1/candidacies/{candidacy}"
        await agent.post(f"{acts}/shortlisting")
        await interviewed(life, agent, acts)
        await agent.post(f"{acts}/acceptance", {"reason": "符合要求"})
        life.ids[f"candidacy of {doctor.login}"] = candidacy


async def interviewed(life: Life, agent: Caller, acts: str) -> None:
    at = (life.now + timedelta(seconds=3)).isoformat()
    await agent.post(f"{acts}/invitation", {"at": at, "place": "示例楼101"})
    told = {"passed": True, "notes": "很好"}
    await once_known(lambda: agent.post(f"{acts}/interview", told), "interview-to-come")


async def assessed(life: Life, firm: Employer, station: str, doctor: Person) -> str:
    """The unit applies for a doctor; the entry panel passes, and the notice begins."""
    agent = life.of(firm)
    advisors = await agent.get("/v1/advisors", station_id=station)
    body = {
        "advisor_id": advisors["items"][0]["id"],
        "talent_id": doctor.id,
        "station_id": station,
        "discipline": "0812",
        "arrangement": "full_time",
        "doctorate": "held",
        "doctorate_on": "2022-06-30",
    }
    candidacy = life.ids.get(f"candidacy of {doctor.login}")
    body |= {"candidacy_id": candidacy} if candidacy else {}
    fellow: str = (await once_known(lambda: agent.post("/v1/fellows", body), "talent-not-found"))[
        "id"
    ]
    papers = ("application_form", "id_copy", "doctorate_certificate")
    await life.attach(agent, "fellow", fellow, *papers)
    if not candidacy:
        await life.record(life.of(doctor), fellow, "consented")
    await life.record(agent, fellow, "submitted")
    panel = await life.panel(agent, "entry", fellow, "passed")
    await life.record(agent, fellow, "entry_panel", panel_id=panel)
    life.ids[doctor.login] = fellow
    return fellow


async def entered(life: Life, firm: Employer, doctor: Person, days: int = 730) -> None:
    """The notice is over, and the doctor enters and gives the opening report."""
    agent, fellow = life.of(firm), life.ids[doctor.login]

    async def admitted() -> Any:
        return (await agent.get(f"/v1/fellows/{fellow}"))["status"] == "admitted"

    await until(admitted)
    await life.attach(agent, "fellow", fellow, "contract", "opening_report")
    on, term = life.today.isoformat(), (life.today + timedelta(days=days)).isoformat()
    await life.record(agent, fellow, "entered", on=on, term_until=term)
    await life.record(agent, fellow, "opening_report", on=on, passed=True)


async def confirmed(life: Life, firm: Employer, measure: str, fen: int, count: int = 1) -> None:
    """The unit confirms what the platform offers by itself, so often."""
    agent = life.of(firm)

    async def offered() -> Any:
        rows = (await agent.get("/v1/offers", status="open"))["items"]
        found = [row for row in rows if row["measure"] == measure]
        return found if len(found) == count else None

    for offer in await until(offered):
        assert offer["amount_fen"] == fen
        await agent.post(f"/v1/offers/{offer['id']}/confirmation", version=offer["version"])


async def reviewed(life: Life, firm: Employer, doctor: Person) -> None:
    """The mid-term review, of which the unit was reminded."""
    agent, fellow = life.of(firm), life.ids[doctor.login]
    assert "midterm" in {row["kind"] for row in await agent.all("/v1/deadlines")}
    await life.attach(agent, "fellow", fellow, "midterm_report")
    panel = await life.panel(agent, "mid_term", fellow, "excellent")
    await life.record(agent, fellow, "midterm", panel_id=panel)


async def left_with_certificate(life: Life, firm: Employer, doctor: Person) -> None:
    """The doctor applies for the exit, passes, and holds a certificate that anybody verifies."""
    agent, fellow, office = life.of(firm), life.ids[doctor.login], await life.office(CITY)
    talent = life.of(doctor)
    await life.attach(agent, "fellow", fellow, "exit_report", "funds_closing")
    await life.record(talent, fellow, "exit_applied")
    panel = await life.panel(agent, "exit", fellow, "good")
    await life.record(agent, fellow, "exit_panel", panel_id=panel)
    done = await life.record(office, fellow, "exited", on=life.today.isoformat())
    assert done["status"] == "exited"

    async def certificate() -> Any:
        return (await talent.get("/v1/personal-data/postdoc"))["fellowships"][0]["certificate"]

    number = await until(certificate)
    verified = await Caller(life.http).get(f"/v1/fellow-certificates/{number}")
    assert verified["standing"] == "valid"
