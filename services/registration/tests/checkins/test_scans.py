"""Scans with a network: who is let in, why not, and that no scan counts twice."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from talent_kit.held_secrets import digest
from talent_registration.checkins.scans import Scanned, Shown
from talent_registration.gates.access import Doorkeeper

from ..door import FORGER, NEIGHBOUR, Code, Door
from ..world import DAY, NOON


@pytest_asyncio.fixture
async def door(world):
    return await Door.opened(world)


async def test_who_may_scan(world, door):
    path = f"{door.path}/gates/{door.gate['id']}/scans/{uuid4()}"
    body = {"payload": "TC1:ANY"}
    assert (await world.send("PUT", path, json=body)).status_code == 401
    assert (await world.send("PUT", path, {"Gate-Key": "guessed"}, json=body)).status_code == 401
    talent = await world.talent()
    assert (await world.send("PUT", path, talent.headers, json=body)).status_code == 403
    other = await world.send("PUT", path, world.organiser("organiser-2"), json=body)
    assert other.json()["code"] == "activity-not-found"
    mine = await world.send("PUT", path, world.organiser(), json=body)
    assert (mine.status_code, mine.json()["reason"]) == (200, "malformed")


async def test_a_device_scans_at_its_own_gate_until_it_is_revoked(world, door):
    south = await door.set_up("south")
    elsewhere = {**door.device, "gate": south["id"]}
    body = {"payload": "TC1:ANY"}
    answer = await door.put(f"scans/{uuid4()}", body, elsewhere)
    assert answer.json()["code"] == "gate-not-found"
    ended = f"{door.path}/gates/{door.gate['id']}/devices/{door.device['id']}"
    for _ in range(2):
        assert (await world.send("DELETE", ended, world.organiser())).status_code == 200
    assert (await door.put(f"scans/{uuid4()}", body)).status_code == 401
    audited = await world.rows("SELECT action FROM audit WHERE action LIKE 'gate.device%'")
    assert [row.action for row in audited] == ["gate.device-enrolled", "gate.device-revoked"]


async def test_somebody_comes_and_that_is_a_fact(door):
    talent, code = await door.registered()
    door.first_day()
    verdict = await door.scan(code)
    assert verdict | {"scan_id": 0, "at": 0} == {
        "scan_id": 0,
        "admitted": True,
        "counted": True,
        "reason": None,
        "ticket": "both",
        "meeting": "day-1",
        "at": 0,
    }
    assert await door.inside() == [(1, 1), (0, 0)]
    assert await door.told() == [("confirmed", str(talent.talent_id), "2026-09-15")]
    again = await door.scan(code)
    assert (again["admitted"], again["reason"]) == (False, "already-in")
    door.world.later(days=1)
    assert (await door.scan(code))["meeting"] == "day-2"
    assert len(await door.told()) == 1
    (line,) = (await door.read("attendance"))["items"]
    assert (line["talent_id"], line["attended_on"]) == (str(talent.talent_id), "2026-09-15")


async def test_the_same_scan_sent_again_changes_nothing(door):
    _, code = await door.registered()
    door.first_day()
    scan_id = uuid4()
    first = await door.scan(code, scan_id=scan_id)
    door.world.later(minutes=3)
    assert await door.scan(code, scan_id=scan_id) == first
    assert len(await door.world.rows("SELECT 1 FROM scan")) == 1


async def test_a_ticket_does_as_well_as_a_code(door):
    talent = await door.world.talent()
    ticket = (await talent.claim(door.activity)).json()["id"]
    door.first_day()
    assert (await door.scan(ticket))["admitted"]
    assert (await door.scan(str(uuid4())))["reason"] == "not-registered"


@pytest.mark.parametrize("kind", ["stranger", "waiting", "cancelled", "other", "early", "late"])
async def test_who_is_not_let_in(door, kind):
    talent, code = await door.registered(ticket=1 if kind == "other" else 0)
    when = {"early": 14 - 2 / 24 - 0.001, "late": 14.3}.get(kind, 14.1)
    if kind == "stranger":
        code = await door.issue((await door.world.talent()).talent_id)
    elif kind == "waiting":
        await door.world.rows("UPDATE registration SET status = 'waiting' RETURNING 1")
    elif kind == "cancelled":
        await talent.cancel(door.activity)
    elif kind == "other":
        door.device = await door.enrol(await door.set_up("first-day", meetings=["day-1"]))
    door.world.running.clock.move(timedelta(days=when))
    verdict = await door.scan(code)
    assert (verdict["admitted"], verdict["counted"]) == (False, False)
    assert (
        verdict["reason"]
        == {
            "stranger": "not-registered",
            "waiting": "not-confirmed",
            "cancelled": "cancelled",
            "other": "other-ticket",
            "early": "out-of-time",
            "late": "out-of-time",
        }[kind]
    )
    assert await door.told() == []


@pytest.mark.parametrize("days", [14 - 2 / 24, 14.2999])
async def test_a_gate_is_open_from_before_the_session_to_its_end(door, days):
    _, code = await door.registered()
    door.world.running.clock.move(timedelta(days=days))
    assert (await door.scan(code))["admitted"]


async def test_codes_that_are_no_good(door):
    talent, code = await door.registered()
    door.first_day()
    now = door.world.running.clock.now()

    async def reason(payload):
        answer = (await door.put(f"scans/{uuid4()}", {"payload": payload})).json()
        assert (answer["admitted"], answer["counted"]) == (False, False)
        return answer["reason"]

    assert await reason("hello") == "malformed"
    assert await reason("TC1:" + "A" * 218) == "too-long"
    assert await reason(code.shown(now - timedelta(minutes=5))) == "expired"
    assert await reason(code.shown(now + timedelta(minutes=5))) == "not-yet-valid"
    assert await reason(Code(number=code.number, key=FORGER).shown(now)) == "unknown-key"
    assert await reason(Code(number=code.number, key=NEIGHBOUR).shown(now)) == "unknown-key"
    good = code.shown(now)
    assert await reason(good[:-1] + ("A" if good[-1] != "A" else "B")) in {
        "bad-signature",
        "malformed",
    }
    newer = await door.issue(talent.talent_id, serial=2)
    assert await reason(code.shown(now)) == "superseded"
    assert (await door.scan(newer))["admitted"]
    assert code.number not in await door.world.running.stored()


async def test_a_code_that_nobody_knows_yet(door):
    talent = await door.world.talent()
    await talent.claim(door.activity)
    strict = await door.enrol(await door.set_up("strict", admits_unknown=False))
    door.first_day()
    code = Code()
    assert (await door.scan(code, strict))["reason"] == "unknown-code"
    verdict = await door.scan(code)
    assert (verdict["admitted"], verdict["counted"]) == (True, False)
    assert await door.conflicts() == [(verdict["scan_id"], "unknown-code")]
    door.world.later(minutes=1)
    await door.issue(talent.talent_id, code=code)
    assert await door.conflicts() == []
    assert await door.inside() == [(1, 1), (0, 0)]
    assert len(await door.told()) == 1


@pytest.mark.parametrize(("seconds", "inside"), [(-1, 1), (0, 0)])
async def test_nobody_is_in_a_session_that_is_over(door, seconds, inside):
    _, code = await door.registered()
    door.first_day()
    await door.scan(code)
    door.world.running.clock.set(NOON + 14.3 * DAY)
    door.world.later(seconds=seconds)
    assert await door.inside() == [(inside, 1), (0, 0)]


async def test_in_and_out_and_in_again(world):
    door = await Door.opened(world, once=False, exits=True)
    _, code = await door.registered()
    door.first_day()
    assert (await door.scan(code, direction="out"))["reason"] == "not-in"
    assert (await door.scan(code))["admitted"]
    assert (await door.scan(code))["reason"] == "already-in"
    out = await door.scan(code, direction="out")
    assert (out["admitted"], out["meeting"]) == (True, "day-1")
    assert await door.inside() == [(0, 1), (0, 0)]
    assert (await door.scan(code))["admitted"]
    assert await door.inside() == [(1, 1), (0, 0)]


async def test_a_gate_without_a_way_out_that_lets_in_often(world):
    door = await Door.opened(world, once=False)
    _, code = await door.registered()
    door.first_day()
    for _ in range(3):
        assert (await door.scan(code))["admitted"]
    assert (await door.scan(code, direction="out"))["reason"] == "entrance-only"
    assert await door.inside() == [(1, 1), (0, 0)]


async def test_an_entry_where_none_counts_is_no_attendance(world):
    door = await Door.opened(world, counts=False)
    _, code = await door.registered()
    door.first_day()
    assert (await door.scan(code))["admitted"]
    assert await door.told() == []


async def test_two_doors_at_once_let_in_one(world, registration_factory, door):
    """Also where each is served by a process of its own."""
    talent, _ = await door.registered()
    ticket = (await world.rows("SELECT id FROM registration"))[0].id
    south = await door.enrol(await door.set_up("south"))
    door.first_day()
    other = registration_factory.create_service(
        world.running.service.settings, clock=world.running.clock
    )
    processes = world.running.service.check_in, other.check_in
    activity_id = type(ticket)(door.activity["id"])

    def scanned(number):
        device = (door.device, south)[number % 2]
        keeper = Doorkeeper(digest(device["secret"]), None)
        shown = Shown(registration_id=ticket)
        gate_id = type(ticket)(device["gate"])
        return Scanned(keeper, activity_id, gate_id, uuid4(), shown, out=False)

    try:
        verdicts = await asyncio.gather(
            *(processes[number % 2].decide(scanned(number)) for number in range(40))
        )
    finally:
        await other.close()
    assert [verdict.admitted for verdict in verdicts].count(True) == 1
    assert len(await door.told()) == 1
    assert str(talent.talent_id) in str(await door.told())


async def test_erasure_takes_the_code_and_leaves_the_figures(door):
    talent, code = await door.registered()
    door.first_day()
    await door.scan(code)
    await talent.erase()
    assert await door.world.rows("SELECT 1 FROM talent_code") == []
    assert await door.inside() == [(1, 1), (0, 0)]
    assert (await door.scan(code))["reason"] == "unknown-code"


async def test_an_attendance_entered_by_mistake(door):
    talent, code = await door.registered()
    door.first_day()
    await door.scan(code)
    (line,) = (await door.read("attendance"))["items"]
    path = f"{door.path}/attendance/{line['id']}/revocation"
    body = {"reason": "wrong-person"}

    async def revoke(who, version):
        return await door.world.send("POST", path, who, json=body, version=version)

    other = await revoke(door.world.organiser("organiser-2"), 1)
    assert other.json()["code"] == "activity-not-found"
    assert (await revoke(door.world.organiser(), 2)).status_code == 412
    assert (await revoke(door.world.organiser(), 1)).status_code == 200
    assert (await revoke(door.world.organiser(), 2)).json()["code"] == "attendance-revoked"
    assert [kind for kind, *_ in await door.told()] == ["confirmed", "revoked"]
    door.world.later(days=1)
    assert (await door.scan(code))["counted"]
    assert len(await door.told()) == 2
    (entry,) = await door.world.rows("SELECT * FROM audit WHERE action = 'attendance.revoked'")
    assert (entry.subject, entry.detail["reason"]) == (f"talent:{talent.talent_id}", "wrong-person")


async def test_staff_of_the_region_see_who_was_there(door):
    _, code = await door.registered()
    door.first_day()
    await door.scan(code)
    for what in ("attendance", "conflicts", "presence"):
        path = f"{door.path}/{what}"
        answer = await door.world.send("GET", path, door.world.reviewer())
        assert answer.status_code == 200
        elsewhere = await door.world.send("GET", path, door.world.reviewer(region="330800"))
        assert elsewhere.json()["code"] == "activity-not-found"


async def test_an_activity_that_was_cancelled_lets_nobody_in(door):
    _, code = await door.registered()
    door.first_day()
    activity = await door.world.shown(door.activity)
    await door.world.act(activity, "cancellation", door.world.organiser())
    assert (await door.scan(code))["reason"] == "cancelled"
