"""Positions from draft to their end."""

from datetime import date

import pytest

from .opened import Recruiting, content


async def test_a_position_is_drafted_published_and_told_of(world):
    here = await Recruiting.begun(world)
    position = await here.published()
    path = f"/v1/positions/{position}"
    public = (await world.send("GET", path)).json()
    assert public["title"]["en"] == "Photonic materials"
    assert public["station"]["unit"]["en"] == "Example enterprise"
    assert "advisor_id" not in public
    await here.unit.send("PUT", path, version=2, json=content(number=2))
    await here.close(position)
    events = await world.rows("SELECT * FROM outbox ORDER BY position")
    told = [row.type for row in events if ".position." in row.type]
    assert [each.split(".")[-2] for each in told] == ["published", "updated", "closed"]
    assert "Photonic" not in str(events)
    assert (await world.send("GET", path)).json()["status"] == "closed"


async def test_a_draft_is_seen_by_its_unit_and_the_office_alone(world):
    here = await Recruiting.begun(world)
    draft = (await here.drafted()).json()["id"]
    path = f"/v1/positions/{draft}"
    for public in (path, f"{path}/job-posting"):
        assert (await world.send("GET", public)).status_code == 404
    other = await world.unit()
    assert (await other.send("GET", f"{path}/managed")).status_code == 404
    assert (await other.send("POST", f"{path}/publication")).status_code == 404
    assert (await here.unit.send("GET", f"{path}/managed")).json()["status"] == "draft"
    assert (await world.send("GET", f"{path}/managed", world.office())).status_code == 200
    far = world.office(region="330800")
    assert (await world.send("GET", f"{path}/managed", far)).status_code == 404
    # A draft that is given up stays what it was to the world: nothing.
    await here.close(draft)
    assert (await world.send("GET", path)).status_code == 404


@pytest.mark.parametrize(("number", "status"), [(2, 200), (3, 200), (4, 409)])
async def test_a_plan_bounds_what_is_published_under_it(world, number, status):
    here = await Recruiting.begun(world, {"0812": 5})
    await here.published(number=2)
    answer = await here.publish((await here.drafted(number=number)).json()["id"])
    assert answer.status_code == status
    if status == 409:
        told = {name: answer.json()[name] for name in ("code", "planned", "offered")}
        assert told == {"code": "plan-exceeded", "planned": 5, "offered": 6}
    less = await here.unit.send(
        "PUT", f"/v1/recruitment-plans/{here.plan_id}", version=1, json={"planned": {"0812": 1}}
    )
    assert less.json()["code"] == "plan-exceeded"


async def test_what_closed_with_nobody_taken_gives_its_room_back(world):
    here = await Recruiting.begun(world, {"0812": 2})
    first = await here.published(number=2)
    second = (await here.drafted(number=2)).json()["id"]
    assert (await here.publish(second)).status_code == 409
    await here.close(first)
    assert (await here.publish(second)).status_code == 200
    plan = (await here.unit.send("GET", f"/v1/recruitment-plans/{here.plan_id}")).json()
    assert plan["offered"] == {"0812": 2}


@pytest.mark.parametrize("status", ["active", "warned", "suspended", "revoked"])
async def test_only_a_station_that_recruits_publishes(world, status):
    here = await Recruiting.begun(world)
    draft = (await here.drafted()).json()["id"]
    await world.rows(f"UPDATE station SET status = '{status}' RETURNING 1")
    answer = await here.publish(draft)
    recruits = status in {"active", "warned"}
    assert answer.status_code == (200 if recruits else 409)
    assert recruits or answer.json()["code"] == "station-does-not-recruit"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"disciplines": ["0805"]}, "discipline-not-of-station"),
        ({"opens_on": "2025-12-31"}, "outside-plan-year"),
        ({"joint_station_id": "{own}"}, "joint-station-unfit"),
        ({"advisor_id": "01a00000-0000-7000-8000-000000000000"}, "advisor-not-found"),
        ({"pay": {"least": 2, "most": 1}}, "pay-range"),
        ({"closes_on": "2026-08-31"}, "open-range"),
        ({"number": 0}, "greater-than-equal"),
    ],
)
async def test_what_could_never_be_published_is_refused_at_once(world, changes, code):
    here = await Recruiting.begun(world)
    given = {k: str(here.station_id) if v == "{own}" else v for k, v in changes.items()}
    answer = await here.drafted(**given)
    assert answer.status_code in {404, 422}
    problem = answer.json()
    assert code in {problem["code"], *(each["code"] for each in problem.get("errors", ()))}


async def test_a_workstation_recruits_jointly_with_a_mobile_station(world):
    here = await Recruiting.begun(world)
    school = await world.unit(kind="university")
    mobile = await world.station(school, kind="mobile")
    draft = await here.drafted(joint_station_id=str(mobile))
    assert (draft.status_code, draft.json()["joint_station_id"]) == (201, str(mobile))


async def test_the_last_day_is_open_and_the_clock_closes_it_after(world):
    here = await Recruiting.begun(world)
    position = await here.published(closes_on="2026-09-03")
    world.today(date(2026, 9, 3))
    await world.running.settle()
    assert len((await world.send("GET", "/v1/positions")).json()["items"]) == 1
    world.today(date(2026, 9, 4))
    assert (await world.send("GET", "/v1/positions")).json()["items"] == []
    await world.running.settle()
    (row,) = await world.rows("SELECT status FROM position")
    assert row.status == "closed"
    late = (await here.drafted(closes_on="2026-09-03")).json()["id"]
    assert (await here.publish(late)).json()["code"] == "position-over"
    assert (await here.publish(position)).json()["code"] == "position-state"


async def test_questions_stand_once_published(world):
    here = await Recruiting.begun(world)
    position = await here.published()
    asked = [{"name": "start", "label": {"zh": "何时到岗", "en": "When?"}}]
    path = f"/v1/positions/{position}"
    answer = await here.unit.send("PUT", path, version=2, json=content(questions=asked))
    assert answer.json()["code"] == "questions-fixed"
