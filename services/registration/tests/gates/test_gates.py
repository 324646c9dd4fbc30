"""Gates: what their organiser may set."""

import pytest

from ..door import Door


async def test_gates_are_set_up_once_an_activity_stands(world):
    draft = await world.draft()
    body = {"name": "north", "meetings": ["day-1"], "tickets": ["visitor"]}
    path = f"/v1/activities/{draft['id']}/gates"
    early = await world.send("POST", path, world.organiser(), json=body)
    assert early.json()["code"] == "activity-state"
    other = await world.send("POST", path, world.organiser("organiser-2"), json=body)
    assert other.json()["code"] == "activity-not-found"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"meetings": ["day-1", "day-9"]}, "no-such-part", "body.meetings.1"),
        ({"tickets": ["nobody"]}, "no-such-part", "body.tickets.0"),
        ({"meetings": []}, "invalid", "body.meetings"),
        ({"early_minutes": -1}, "invalid", "body.early_minutes"),
        ({"early_minutes": 1_441}, "invalid", "body.early_minutes"),
        ({"name": "north"}, "gate-exists", "body.name"),
    ],
)
async def test_gates_that_do_not_fit(world, changes, code, field):
    door = await Door.opened(world)
    body = {"name": "south", "meetings": ["day-1"], "tickets": ["both"]} | changes
    answer = await world.send("POST", f"{door.path}/gates", world.organiser(), json=body)
    assert (answer.json()["code"], answer.json()["field"]) == (code, field)


@pytest.mark.parametrize("minutes", [0, 1_440])
async def test_gates_that_just_fit(world, minutes):
    door = await Door.opened(world, early_minutes=minutes)
    assert door.gate["early_minutes"] == minutes


async def test_a_gate_is_changed_while_it_is_open(world):
    door = await Door.opened(world)
    path = f"{door.path}/gates/{door.gate['id']}"
    body = {"name": "north", "meetings": ["day-2"], "tickets": ["both"], "once": False}
    stale = await world.send("PUT", path, world.organiser(), json=body, version=2)
    assert stale.status_code == 412
    answer = await world.send("PUT", path, world.organiser(), json=body, version=1)
    assert (answer.json()["meetings"], answer.json()["version"]) == (["day-2"], 2)
    listed = await door.read("gates")
    assert [(gate["name"], gate["once"]) for gate in listed["items"]] == [("north", False)]


async def test_a_device_s_secret_is_told_once(world):
    door = await Door.opened(world)
    listed = await door.read(f"gates/{door.gate['id']}/devices")
    assert [device["label"] for device in listed["items"]] == ["tablet 1"]
    assert "secret" not in str(listed)
    assert door.device["secret"] not in await world.running.stored()


@pytest.mark.parametrize(("others", "status"), [(98, 201), (99, 409)])
async def test_as_many_gates_as_there_may_be(world, others, status):
    door = await Door.opened(world)
    await world.rows(
        "INSERT INTO gate SELECT uuidv7(), activity_id, 'gate-' || n, meeting_ids, ticket_ids,"
        " once, exits, admits_unknown, counts, early_minutes, 1 FROM gate, generate_series(1, :n) n"
        " RETURNING 1",
        n=others,
    )
    body = {"name": "last", "meetings": ["day-1"], "tickets": ["both"]}
    answer = await world.send("POST", f"{door.path}/gates", world.organiser(), json=body)
    assert answer.status_code == status, answer.text
    unchanged = {"name": "north", "meetings": ["day-1"], "tickets": ["both"]}
    path = f"{door.path}/gates/{door.gate['id']}"
    answer = await world.send("PUT", path, world.organiser(), json=unchanged, version=1)
    assert answer.status_code == 200


@pytest.mark.parametrize(("others", "status"), [(198, 201), (199, 409)])
async def test_as_many_devices_as_there_may_be(world, others, status):
    door = await Door.opened(world)
    await world.rows(
        "INSERT INTO gate_device SELECT uuidv7(), gate_id, label, sha256(n::text::bytea),"
        " enrolled_at, NULL FROM gate_device, generate_series(1, :n) n RETURNING 1",
        n=others,
    )
    path = f"{door.path}/gates/{door.gate['id']}/devices"
    answer = await world.send("POST", path, world.organiser(), json={"label": "last"})
    assert answer.status_code == status, answer.text
