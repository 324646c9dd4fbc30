"""A round of evaluation, and what becomes of a station that fails it."""

from datetime import timedelta
from typing import Any

from life import Life, member, members, refusal, until
from recruiting import ENTRY, PROVINCE, SUBSIDY
from talent_demo.client import Caller
from talent_demo.drive import CITY
from talent_demo.people import Employer, Person

REGISTER = "编号,站名称,设站单位,单位编号,类型,级别,地区,学科,批准日期"
INDICATORS: list[dict[str, Any]] = [
    {"code": "staying", "source": "drawn", "weight": 10, "figure": "left_early", "zero": 5},
    {"code": "recruited", "source": "drawn", "weight": 5, "figure": "recruited", "full": 2},
    {"code": "funds", "source": "declared", "weight": 20, "full": 100},
    {"code": "experts", "source": "experts", "weight": 65},
]
PROOF = {"funds": ["progress_report"]}
_LABEL = {"label": {"zh": "指标", "en": "Indicator"}}
MARKS = {"mine": (20, 50), "best": (100, 100), "second": (100, 95), "third": (50, 40)}
"""By station: funds as its unit declares them, and the points that each expert gives."""


def asked(indicator: dict[str, Any]) -> dict[str, Any]:
    """Return an indicator as a round has it."""
    ends = {"full": 0 if "zero" in indicator else 1}
    return ends | indicator | _LABEL | {"documents": PROOF.get(indicator["code"], [])}


async def due_early(life: Life) -> None:
    """The province evaluates new stations after one year already."""
    admin = await life.caller("rules-350000", "policy_admin", region=PROVINCE)
    value = {"region": PROVINCE, "valid_from": life.today.isoformat(), "value": 1}
    path = "/v1/terms/EVALUATION_NEW_YEARS/values"
    await admin.post(path, value | {"reason": "示例办法"})


async def opened(life: Life, units: dict[str, Employer]) -> str:
    """Three more stations are taken over; the province opens the round, and all four submit."""
    office = await life.office(PROVINCE)
    rows = [
        f"P{name},示例站{name},{unit.name},{unit.id},工作站,省级,{unit.region},0812,2022-05-01"
        for name, unit in units.items()
        if name != "mine"
    ]
    await life.taken_over(office, "stations", REGISTER, *rows)
    body = {
        "region": PROVINCE,
        "kind": "new_stations",
        "title": {"zh": "新设站评估", "en": "Evaluation of new stations"},
        "period_from": "2023-01-01",
        "period_until": "2024-12-31",
        "submit_until": (life.today + timedelta(days=10)).isoformat(),
        "indicators": [asked(each) for each in INDICATORS],
        "caps": {"excellent": 25},
    }
    round_ = await office.post("/v1/evaluation-rounds", body)
    assert round_["stations"] == len(units)
    for name, unit in units.items():
        await declared(life, name, unit)
    return str(round_["id"])


async def declared(life: Life, name: str, unit: Employer) -> None:
    """A unit reads what is known of its station, adds its own report, and submits it."""
    agent = life.of(unit)
    [row] = (await agent.get("/v1/station-evaluations"))["items"]
    path = f"/v1/station-evaluations/{row['id']}"
    drawn = (await agent.get(path))["drawn"]
    if name == "mine":
        assert (drawn["recruited"], drawn["inside"], drawn["advisors"]) == (2, 2, 3)
    values = {"values": {"funds": MARKS[name][0]}}
    await agent.put(f"{path}/declaration", values, version=row["version"])
    assert await refusal(agent.post(f"{path}/submission")) == "documents-missing"
    await life.attach(agent, "evaluation", row["id"], "progress_report")
    await agent.post(f"{path}/submission")
    life.ids[f"evaluation of {name}"] = row["id"]
    life.ids[f"station {name}"] = row["station_id"]


async def assessed(life: Life, round_id: str, mine: Employer) -> None:
    """Experts vote from afar, one of them recused; nobody of a unit sits over its station."""
    office, path = await life.office(PROVINCE), f"/v1/evaluation-rounds/{round_id}"
    experts = await life.experts("assessor")
    seats = await members(experts)
    ids = [life.ids[f"evaluation of {name}"] for name in MARKS]
    agent = await member(life.of(mine), 9)
    body = {"evaluation_ids": ids, "members": [*seats, agent]}
    assert await refusal(office.post(f"{path}/panels", body)) == "panel-conflict"
    panels = (await office.post(f"{path}/panels", body | {"members": seats}))["panels"]
    for name, (_, points) in MARKS.items():
        panel = f"/v1/panels/{panels[life.ids[f'evaluation of {name}']]}"
        voting = experts
        if name == "mine":
            voting = [*experts[:4], await recused(life, office, panel, experts[4])]
        for expert in voting:
            await expert.post(f"{panel}/votes", {"score": points, "reason": "按指标评分"})
        await experts[0].post(f"{panel}/conclusion", {"minutes": "一致同意。"})


async def recused(life: Life, office: Caller, panel: str, expert: Caller) -> Caller:
    """An expert with an interest in the station leaves its panel; return who sits there instead."""
    await expert.post(f"{panel}/recusal", {"reason": "与该站合作导师有合作项目"})
    vote = {"score": 100, "reason": "很好"}
    assert await refusal(expert.post(f"{panel}/votes", vote)) == "panel-not-found"
    rows = (await office.get(panel))["members"]
    [gone] = [row["id"] for row in rows if row["standing"] == "recused"]
    instead = await life.caller("assessor-6")
    joining = {"member": await member(instead, 6), "replaces": gone, "reason": "递补"}
    await office.post(f"{panel}/members", joining)
    return instead


async def published(life: Life, round_id: str, mine: Employer) -> None:
    """Grades follow, of which one falls by its cap; they are published, and one is objected to."""
    office, path = await life.office(PROVINCE), f"/v1/evaluation-rounds/{round_id}"
    await office.post(f"{path}/grading")
    scores = {}
    for name in MARKS:
        shown = await office.get(f"/v1/station-evaluations/{life.ids[f'evaluation of {name}']}")
        scores[name] = shown["score"]
    assert scores == {"mine": 51_50, "best": 95_00, "second": 91_75, "third": 46_00}
    assert await refusal(Caller(life.http).get(f"{path}/results")) == "evaluation-round-state"
    told = await office.post(f"{path}/publication")
    assert told["objections_until"] == "2025-01-13"
    assert await grades(life, round_id) == {
        "mine": "failed",
        "best": "excellent",
        "second": "good",
        "third": "failed",
    }
    objections = f"/v1/station-evaluations/{life.ids['evaluation of mine']}/objections"
    made = await life.of(mine).post(objections, {"text": "经费未计入合作单位投入。"})
    answer = {"upheld": False, "text": "合作单位投入不计入。"}
    await office.post(f"{objections}/{made['id']}/answer", answer)


async def grades(life: Life, round_id: str) -> dict[str, str]:
    """Return the grades as everybody may read them."""
    rows = await Caller(life.http).all(f"/v1/evaluation-rounds/{round_id}/results")
    by_station = {row["station_id"]: row["grade"] for row in rows}
    return {name: by_station[life.ids[f"station {name}"]] for name in MARKS}


async def bound(life: Life, round_id: str) -> None:
    """The round binds by itself; who failed is warned, and one mends it and is looked at again."""

    async def over() -> Any:
        found = await Caller(life.http).get(f"/v1/evaluation-rounds/{round_id}")
        return found["status"] == "bound"

    await until(over)
    office = await life.office(PROVINCE)
    rows = {row["station_id"]: row for row in await office.all("/v1/station-warnings")}
    warned = {life.ids[f"station {name}"] for name in ("mine", "third")}
    assert {id_ for id_, row in rows.items() if row["cause"] == "evaluation"} == warned
    mine, third = (rows[life.ids[f"station {name}"]] for name in ("mine", "third"))
    assert (mine["mend_until"], mine["fellows_inside"]) == ("2026-01-20", 1)
    assert (await life.register(mine["station_id"]))["status"] == "warned"
    reason = {"reason": "复评合格，已按要求整改。"}
    await office.post(f"/v1/station-warnings/{third['id']}/mending", reason)
    seen = await life.register(third["station_id"])
    assert seen["status"] == "active"
    assert [each["kind"] for each in seen["history"]] == [
        "recognised",
        "imported",
        "evaluated",
        "warned",
        "warning_lifted",
    ]


async def revoked(life: Life, mine: Employer, taking: Employer, inside: Person) -> None:
    """The year is over: the office announces, hears the unit, places who is inside, and revokes."""
    office, agent = await life.office(PROVINCE), life.of(mine)
    station = life.ids["station"]
    path = f"/v1/stations/{station}"

    async def proposed() -> Any:
        rows = [row for row in await agent.all("/v1/station-warnings") if not row["ended_on"]]
        return {row["cause"]: row["status"] for row in rows} == {
            "evaluation": "proposed",
            "idle": "open",
        }

    await until(proposed)
    reason = {"reason": "评估不合格，整改期满未达要求"}
    dated = reason | {"effective_on": life.today.isoformat()}
    await office.post(f"{path}/revocation-notice", reason)

    async def revoke() -> Any:
        version = (await office.get(path))["version"]
        return await office.post(f"{path}/revocation", dated, version=version)

    assert await refusal(revoke()) == "revocation-notice-running"
    await agent.post(f"{path}/revocation-notice/statement", {"words": "本单位无异议。"})
    assert await refusal(revoke()) == "station-occupied"
    await placed(life, office, taking, inside)
    assert (await revoke())["status"] == "revoked"
    seen = await life.register(station)
    kinds = [each["kind"] for each in seen["history"]]
    assert (seen["status"], kinds) == (
        "revoked",
        ["recognised", "evaluated", "warned", "warned", "revoked"],
    )


async def placed(life: Life, office: Caller, taking: Employer, inside: Person) -> None:
    """A fellow of a station that closes goes to another, which takes over all that was done."""
    fellow, station, agent = life.ids[inside.login], life.ids["station best"], life.of(taking)
    await life.record(office, fellow, "transfer_proposed", station_id=station)
    await life.record(life.of(inside), fellow, "transfer_agreed")
    advisor = {
        "name": "示例接收导师",
        "title": "professor",
        "disciplines": ["0812"],
        "full_time": True,
        "from_on": life.today.isoformat(),
        "station_id": station,
    }
    guide = await agent.post("/v1/advisors", advisor)
    on, term = life.today, life.today + timedelta(days=365)
    content = {"discipline": "0812", "advisor_id": guide["id"]}
    days = {"on": on.isoformat(), "term_until": term.isoformat()}
    await life.record(agent, fellow, "transferred", **content, **days)
    rows = (await life.of(inside).get("/v1/fellows/me"))["items"]
    assert {row["status"] for row in rows} == {"transferred", "entered"}


async def doubted(life: Life) -> None:
    """What was paid for the station, and for who had to leave it, is put before a person."""
    finance = await life.caller("finance-city", "finance", region=CITY)

    async def found() -> Any:
        rows = (await finance.get("/v1/differences"))["items"]
        found = [row for row in rows if row["kind"] == "postdoc_changed"]
        return found if len(found) == 2 else None

    rows = await until(found)
    assert {(row["ours_fen"], row["state"]) for row in rows} == {
        (ENTRY, "open"),
        (SUBSIDY, "open"),
    }
