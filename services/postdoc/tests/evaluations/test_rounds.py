"""A round over HTTP: opened, filled in, assessed, graded, published, binding."""

import asyncio
from datetime import date

import pytest
import pytest_asyncio
from talent_kit.auth import Role
from talent_postdoc.evaluations.worker import Binding

from ..documents.files import PDF
from ..panels.experts import expert, experts, refused
from .given import Rounds, declared_only, indicators


@pytest_asyncio.fixture
async def rounds(world):
    return await Rounds.of(world)


async def bound(world):
    return await Binding(world.running.service).step()


async def test_a_round_from_its_opening_to_the_warning_of_who_failed(rounds, world):
    good, poor = await rounds.station(), await rounds.station()
    for _ in range(4):
        await world.fellow(good, rounds.unit, entered_on=date(2024, 1, 1), live=False)
    round_ = await rounds.opened()
    assert (round_["stations"], round_["status"], round_["opened_on"]) == (
        2,
        "collecting",
        "2026-09-01",
    )
    first, second = await rounds.listed(round_)
    assert (await rounds.declare(first, funds=500)).status_code == 201
    assert (
        refused(await rounds.act(round_, "grading"), 409, "evaluation-submission-open")["missing"]
        == 1
    )
    assert (await rounds.declare(second, funds=100)).status_code == 201
    assert (
        refused(await rounds.act(round_, "grading"), 409, "evaluation-panels-not-concluded")[
            "missing"
        ]
        == 2
    )
    panels = (await rounds.convened(round_, [first, second])).json()["panels"]
    await rounds.assessed(panels[first["id"]], 90, 95, 85, 90)
    await rounds.assessed(panels[second["id"]], 50, 50, 50, 50, 50)
    graded = (await rounds.act(round_, "grading")).json()
    assert graded["status"] == "graded"
    rows = await rounds.listed(round_)
    assert [(each["score"], each["grade"]) for each in rows] == [
        (9600, "excellent"),
        (2400, "failed"),
    ]
    unit = await rounds.listed(round_, rounds.unit.headers)
    assert [(each["score"], each["grade"]) for each in unit] == [(None, None)] * 2
    refused(
        await world.send("GET", f"/v1/evaluation-rounds/{round_['id']}/results"),
        409,
        "evaluation-round-state",
    )
    told = (await rounds.act(round_, "publication")).json()
    assert (told["status"], told["objections_until"]) == ("published", "2026-09-08")
    results = (await world.send("GET", f"/v1/evaluation-rounds/{round_['id']}/results")).json()
    assert {each["station_id"]: each["grade"] for each in results["items"]} == {
        str(good): "excellent",
        str(poor): "failed",
    }
    world.today(date(2026, 9, 8))
    assert await bound(world) == 0
    world.today(date(2026, 9, 9))
    assert await bound(world) == 1
    assert await bound(world) == 0
    assert (await rounds.read(round_))["bound_on"] == "2026-09-09"
    states = await world.rows("SELECT id, status FROM station")
    assert {row.id: row.status for row in states} == {good: "active", poor: "warned"}
    (warning,) = (await rounds.unit.send("GET", "/v1/station-warnings")).json()["items"]
    assert (warning["cause"], warning["evaluation_id"], warning["mend_until"]) == (
        "evaluation",
        second["id"],
        "2027-09-09",
    )
    kinds = await world.rows(
        "SELECT kind, detail ->> 'grade' AS grade FROM station_entry WHERE station_id = :id",
        id=good,
    )
    assert [tuple(row) for row in kinds] == [("evaluated", "excellent")]


@pytest.mark.parametrize(("day", "due"), [(date(2021, 9, 1), True), (date(2021, 9, 2), False)])
async def test_whose_five_years_have_passed_is_due(rounds, day, due):
    await rounds.station(day)
    answer = await rounds.asked()
    if due:
        assert answer.json()["stations"] == 1
    else:
        refused(answer, 409, "no-stations-due")


async def test_closed_stations_and_other_regions_are_not_due(rounds, world):
    await rounds.station(status="revoked")
    await rounds.station(region="330802")
    refused(await rounds.asked(), 409, "no-stations-due")
    refused(await rounds.asked("330800"), 403, "outside-region")
    refused(
        await rounds.asked(region="350700", submit_until="2026-08-31"),
        409,
        "evaluation-submission-over",
    )


async def test_a_station_is_in_one_evaluation_at_a_time_and_due_again_years_later(rounds, world):
    await rounds.station()
    round_ = await rounds.opened(indicators=declared_only())
    refused(await rounds.asked(), 409, "no-stations-due")
    refused(await rounds.asked(kind="new_stations"), 409, "no-stations-due")
    (row,) = await rounds.listed(round_)
    await rounds.declare(row, funds=80)
    await rounds.act(round_, "grading")
    await rounds.act(round_, "publication")
    world.today(date(2026, 9, 9))
    await bound(world)
    later = {"submit_until": "2031-12-31"}
    refused(await rounds.asked(**later), 409, "no-stations-due")
    world.today(date(2031, 8, 31))
    refused(await rounds.asked(**later), 409, "no-stations-due")
    world.today(date(2031, 9, 1))
    await rounds.opened(**later)


async def test_two_rounds_opened_at_once_share_no_station(rounds, world):
    for _ in range(3):
        await rounds.station()
    answers = await asyncio.gather(*(rounds.asked() for _ in range(3)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409]
    (row,) = await world.rows("SELECT count(*) AS number FROM evaluation")
    assert row.number == 3


async def test_figures_are_drawn_from_what_the_system_knows(rounds, world):
    station = await rounds.station()
    mobile = await rounds.station(date(2024, 1, 1), kind="mobile")
    unit = rounds.unit

    async def fellow(**given):
        return await world.fellow(station, unit, live=False, **given)

    out = {"status": "exited", "joint_station_id": mobile}
    best = await fellow(entered_on=date(2021, 9, 1), ended_on=date(2026, 8, 31), **out)
    await fellow(entered_on=date(2021, 8, 31), ended_on=date(2026, 9, 1), **out)
    await fellow(entered_on=date(2022, 1, 1), ended_on=date(2023, 1, 1), status="left_early")
    await fellow(entered_on=date(2026, 8, 31))
    await fellow(entered_on=date(2026, 9, 1))
    await fellow(entered_on=None, status="applied")
    await world.advisor(station)
    await world.advisor(station, until_on=date(2026, 8, 30))
    place = f"kind=exit_report&subject_kind=fellow&subject_id={best}"
    await unit.send("POST", f"/v1/documents?{place}", content=PDF)
    body = {"purpose": "exit", "subject_id": str(best), "members": experts(5)}
    panel = (await unit.send("POST", "/v1/panels", json=body)).json()
    for number in range(1, 6):
        vote = {"grade": "excellent", "reason": "x"}
        who = world.signed_in(f"expert-{number}")
        await world.send("POST", f"/v1/panels/{panel['id']}/votes", who, json=vote)
    chair = world.signed_in("expert-1")
    await world.send("POST", f"/v1/panels/{panel['id']}/conclusion", chair, json={"minutes": "x"})
    round_ = await rounds.opened()
    (row,) = await rounds.listed(round_)
    seen = (await rounds.office("GET", f"/v1/station-evaluations/{row['id']}")).json()
    assert seen["drawn"] == {
        "recruited": 3,
        "exited": 1,
        "exited_excellent": 1,
        "left_early": 1,
        "inside": 2,
        "positions": 0,
        "advisors": 1,
        "idle_years": 0,
    }
    assert seen["points"] == {"recruited": 3000, "funds": 0, "experts": 0}


async def test_units_fill_in_until_the_last_day_and_submit_once(rounds, world):
    await rounds.station()
    round_ = await rounds.opened()
    (row,) = await rounds.listed(round_)
    path = f"/v1/station-evaluations/{row['id']}"

    async def put(values, version=1):
        return await rounds.unit.send(
            "PUT", f"{path}/declaration", json={"values": values}, version=version
        )

    refused(await put({"recruited": 9}), 422, "evaluation-declaration-unknown")
    missing = await rounds.unit.send("POST", f"{path}/submission")
    assert refused(missing, 422, "evaluation-declaration-incomplete")["missing"] == ["funds"]
    world.today(date(2026, 9, 10))
    assert (await put({"funds": 1})).json()["points"]["funds"] == 4
    refused(await put({"funds": 2}), 412, "version-changed")
    world.today(date(2026, 9, 11))
    refused(await put({"funds": 2}, 2), 409, "evaluation-submission-over")
    late = await rounds.unit.send("POST", f"{path}/submission")
    refused(late, 409, "evaluation-submission-over")
    other = await world.unit()
    refused(await other.send("GET", path), 404, "evaluation-not-found")
    refused(await other.send("POST", f"{path}/submission"), 404, "evaluation-not-found")


async def test_who_does_not_submit_earns_nothing_for_what_was_to_be_declared(rounds, world):
    await rounds.station()
    round_ = await rounds.opened(indicators=declared_only())
    (row,) = await rounds.listed(round_)
    await rounds.unit.send(
        "PUT",
        f"/v1/station-evaluations/{row['id']}/declaration",
        json={"values": {"funds": 100}},
        version=1,
    )
    refused(await rounds.act(round_, "grading"), 409, "evaluation-submission-open")
    world.today(date(2026, 9, 10))
    refused(await rounds.act(round_, "grading"), 409, "evaluation-submission-open")
    world.today(date(2026, 9, 11))
    assert (await rounds.act(round_, "grading")).status_code == 201
    (row,) = await rounds.listed(round_)
    assert (row["score"], row["grade"]) == (0, "failed")
    due = await world.rows("SELECT kind, due_on, met_on FROM deadline")
    assert [tuple(each) for each in due] == [
        ("evaluation_declaration", date(2026, 9, 10), date(2026, 9, 11))
    ]


async def test_what_is_declared_is_proved_by_documents(rounds):
    await rounds.station()
    table = [declared_only()[0] | {"documents": ["other"]}]
    round_ = await rounds.opened(indicators=table)
    (row,) = await rounds.listed(round_)
    refused(await rounds.declare(row, funds=1), 409, "documents-missing")
    path = f"/v1/documents?kind=other&subject_kind=evaluation&subject_id={row['id']}"
    answer = await rounds.unit.send(
        "POST", path, content=b"%PDF-1.7\n%%EOF", headers={"Content-Type": "application/pdf"}
    )
    assert answer.status_code == 201, answer.text
    done = await rounds.unit.send("POST", f"/v1/station-evaluations/{row['id']}/submission")
    assert done.status_code == 201


async def test_grades_are_forced_into_their_shares(rounds):
    for _ in range(4):
        await rounds.station()
    round_ = await rounds.opened(indicators=declared_only(), caps={"excellent": 25, "good": 50})
    for row, value in zip(await rounds.listed(round_), (95, 96, 97, 98), strict=True):
        await rounds.declare(row, funds=value)
    await rounds.act(round_, "grading")
    rows = await rounds.listed(round_)
    assert [each["grade"] for each in rows] == ["passed", "good", "good", "excellent"]


async def test_nobody_of_a_unit_assesses_its_station_and_a_group_is_convened_as_one(rounds, world):
    await rounds.station()
    await rounds.station()
    round_ = await rounds.opened()
    rows = await rounds.listed(round_)
    near = [*experts(5), expert(6, organisation="示例企业")]
    body = {"evaluation_ids": [each["id"] for each in rows], "members": near}
    refused(await rounds.act(round_, "panels", json=body), 422, "panel-conflict")
    assert (await world.rows("SELECT count(*) AS n FROM panel"))[0].n == 0
    panels = (await rounds.convened(round_, rows)).json()["panels"]
    assert len(panels) == 2
    read = f"/v1/station-evaluations/{rows[0]['id']}"
    assert (await world.send("GET", read, world.signed_in("expert-5"))).status_code == 200
    refused(await world.send("GET", read, world.signed_in("expert-6")), 404, "evaluation-not-found")
    unit = await rounds.unit.send("GET", f"/v1/panels/{panels[rows[0]['id']]}")
    refused(unit, 404, "panel-not-found")
    vote = {"grade": "excellent", "reason": "x"}
    path = f"/v1/panels/{panels[rows[0]['id']]}/votes"
    answer = await world.send("POST", path, world.signed_in("expert-1"), json=vote)
    refused(answer, 422, "vote-invalid")
    refused(
        await rounds.office("POST", f"/v1/evaluation-rounds/{round_['id']}/grading", "330800"),
        404,
        "evaluation-round-not-found",
    )


async def published(rounds, value=95):
    await rounds.station()
    round_ = await rounds.opened(indicators=declared_only())
    (row,) = await rounds.listed(round_)
    await rounds.declare(row, funds=value)
    await rounds.act(round_, "grading")
    await rounds.act(round_, "publication")
    return round_, f"/v1/station-evaluations/{row['id']}/objections"


async def test_an_objection_keeps_the_round_open_until_it_is_answered(rounds, world):
    _, path = await published(rounds)
    citizen = world.signed_in("citizen", Role.TALENT)
    lodged = await world.send("POST", path, citizen, json={"text": "经费数据有误"})
    assert lodged.status_code == 201
    twice = await world.send("POST", path, citizen, json={"text": "again"})
    refused(twice, 409, "already-objected")
    world.today(date(2026, 9, 9))
    assert await bound(world) == 0
    (row,) = (await rounds.office("GET", path)).json()["items"]
    assert row["text"] == "经费数据有误"
    answer = f"{path}/{row['id']}/answer"
    body = {"upheld": True, "grade": "failed", "text": "经核查属实"}
    assert (await rounds.office("POST", answer, json=body)).status_code == 201
    refused(await rounds.office("POST", answer, json=body), 409, "evaluation-objection-decided")
    assert await bound(world) == 1
    assert (await world.rows("SELECT status FROM station"))[0].status == "warned"
    for table in ("evaluation_objection", "audit", "outbox"):
        told = await world.rows(f"SELECT t::text AS line FROM {table} t")
        assert "经费数据有误" not in " ".join(each.line for each in told)


@pytest.mark.parametrize(("day", "status"), [(8, 201), (9, 409)])
async def test_objections_are_lodged_until_the_last_day(rounds, world, day, status):
    _, path = await published(rounds)
    world.today(date(2026, 9, day))
    who = world.signed_in("citizen")
    assert (await world.send("POST", path, who, json={"text": "x"})).status_code == status


async def test_steps_out_of_order_are_refused(rounds, world):
    round_, _ = await published(rounds)
    for what in ("grading", "publication"):
        refused(await rounds.act(round_, what), 409, "evaluation-round-state")
    await rounds.station()
    world.today(date(2026, 9, 2))
    other = await rounds.opened()
    refused(await rounds.act(other, "publication"), 409, "evaluation-round-state")
    (row,) = await rounds.listed(other)
    early = f"/v1/station-evaluations/{row['id']}/objections"
    who = world.signed_in("citizen")
    refused(await world.send("POST", early, who, json={"text": "x"}), 404, "evaluation-not-found")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"indicators": declared_only(99)}, "weights-sum"),
        ({"indicators": declared_only(50) * 2}, "indicator-twice"),
        ({"period_from": "2026-09-01"}, "period-order"),
        ({"indicators": [indicators()[0] | {"weight": 100, "full": 0}]}, "indicator-range"),
        ({"indicators": [indicators()[0] | {"weight": 100, "figure": None}]}, "indicator-figure"),
        ({"caps": {"passed": 10}}, "literal-error"),
        ({"caps": {"excellent": 101}}, "less-than-equal"),
    ],
)
async def test_a_table_that_cannot_score_is_refused(rounds, changes, code):
    problem = refused(await rounds.asked(**changes), 422, "invalid")
    assert code in [each["code"] for each in problem["errors"]]


async def test_two_binders_at_once_bind_a_round_once(rounds, world):
    await published(rounds, 10)
    world.today(date(2026, 9, 9))
    found = await asyncio.gather(*(bound(world) for _ in range(4)))
    assert sum(found) == 1
    (row,) = await world.rows("SELECT count(*) AS n FROM station_warning")
    assert row.n == 1
