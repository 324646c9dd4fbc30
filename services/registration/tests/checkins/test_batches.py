"""Scans that devices bring later: each once, the first instant wins, and nobody is put out."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import pytest_asyncio
from talent_registration.checkins import service

from ..door import FORGER, NEIGHBOUR, Code, Door
from ..world import at


@pytest_asyncio.fixture
async def door(world):
    door = await Door.opened(world)
    door.first_day()
    return door


async def seated(door):
    """Somebody who took their seat in time."""
    now = door.world.running.clock.now()
    door.world.running.clock.set(datetime.fromisoformat(at(0)))
    found = await door.registered()
    door.world.running.clock.set(now)
    return found


async def test_what_was_recorded_without_a_network_counts(door):
    talent, code = await seated(door)
    record = door.offline(code, minutes=30)
    answer = await door.bring(record)
    (verdict,) = answer["scans"]
    assert (verdict["admitted"], verdict["counted"], verdict["meeting"]) == (True, True, "day-1")
    assert answer["behind_ms"] == 0
    assert await door.inside() == [(1, 1), (0, 0)]
    assert await door.told() == [("confirmed", str(talent.talent_id), "2026-09-15")]


async def test_brought_again_it_is_the_same(door):
    _, code = await seated(door)
    records = [door.offline(code, minutes=30), door.offline(code, minutes=20)]
    batch_id = uuid4()
    first = await door.bring(*records, batch_id=batch_id)
    door.world.later(minutes=5)
    again = await door.bring(*records, batch_id=batch_id)
    assert again["scans"] == first["scans"]
    assert (await door.bring(records[1], records[0]))["scans"] == first["scans"][::-1]
    assert len(await door.world.rows("SELECT 1 FROM scan")) == 2
    assert len(await door.told()) == 1


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
async def test_of_two_devices_the_first_instant_wins_whoever_comes_first(door, order):
    _, code = await seated(door)
    south = await door.enrol(await door.set_up("south"))
    brought = [(door.offline(code, minutes=30), door.device), (door.offline(code, 20), south)]
    for number in order:
        (verdict,) = (await door.bring(brought[number][0], device=brought[number][1]))["scans"]
        assert verdict["admitted"]
    assert await door.conflicts() == [(brought[1][0]["scan_id"], "already-in")]
    assert await door.inside() == [(1, 1), (0, 0)]
    assert len(await door.told()) == 1


async def test_an_entry_online_gives_way_to_an_earlier_one_that_is_brought_later(door):
    _, code = await seated(door)
    south = await door.enrol(await door.set_up("south"))
    online = await door.scan(code, south)
    assert online["counted"]
    await door.bring(door.offline(code, minutes=30))
    assert await door.conflicts() == [(online["scan_id"], "already-in")]


async def test_ways_in_and_out_are_put_in_order(world):
    door = await Door.opened(world, once=False, exits=True)
    door.first_day()
    _, code = await seated(door)
    out = {"direction": "out"}
    verdicts = await door.bring(
        door.offline(code, minutes=10),
        door.offline(code, minutes=30),
        door.offline(code, minutes=20, **out),
    )
    assert [each["counted"] for each in verdicts["scans"]] == [True, True, True]
    assert await door.inside() == [(1, 1), (0, 0)]


@pytest.mark.parametrize("hours", [-3, 3])
async def test_a_clock_that_is_wrong_is_corrected(door, hours):
    _, code = await seated(door)
    behind = timedelta(hours=hours)
    record = door.offline(code, minutes=30)
    true = datetime.fromisoformat(record["at"])
    record["at"] = (true - behind).isoformat()
    answer = await door.bring(record, behind=behind)
    assert answer["behind_ms"] == hours * 3_600_000
    assert answer["scans"][0]["counted"]
    assert datetime.fromisoformat(answer["scans"][0]["at"]) == true
    (row,) = await door.world.rows("SELECT device_at, behind_ms FROM scan, scan_batch")
    assert row.device_at == true - behind


@pytest.mark.parametrize("year", ["1970", "2105"])
async def test_a_clock_that_says_nothing_puts_nobody_out_and_breaks_nothing(door, year):
    _, code = await seated(door)
    record = door.offline(code) | {"at": f"{year}-06-01T00:00:00Z"}
    (verdict,) = (await door.bring(record))["scans"]
    assert (verdict["admitted"], verdict["counted"]) == (True, year == "2105")
    assert await door.told() == [] or year == "2105"


async def test_codes_that_are_no_good_were_let_in_all_the_same(door):
    talent, code = await seated(door)
    forged = door.offline(Code(number=code.number, key=FORGER), minutes=30)
    city = door.offline(Code(number=code.number, key=NEIGHBOUR), minutes=29)
    old = door.offline(code, minutes=28)
    old["at"] = (datetime.fromisoformat(old["at"]) + timedelta(minutes=5)).isoformat()
    unknown = door.offline(Code(), minutes=27)
    stranger = await door.issue((await door.world.talent()).talent_id)
    other = door.offline(stranger, minutes=26)
    void = door.offline(code, minutes=25)
    await door.issue(talent.talent_id, serial=2)
    records = [forged, city, old, unknown, other, void]
    reasons = ["unknown-key", "unknown-key", "expired", "unknown-code", "not-registered"]
    reasons.append("superseded")
    verdicts = (await door.bring(*records))["scans"]
    assert [(each["admitted"], each["counted"]) for each in verdicts] == [(True, False)] * 6
    assert [each["reason"] for each in verdicts] == reasons
    expected = {(record["scan_id"], why) for record, why in zip(records, reasons, strict=True)}
    assert set(await door.conflicts()) == expected
    assert await door.told() == []
    door.world.later(minutes=1)
    assert (await door.read("presence"))["conflicts"] == 6


async def test_somebody_who_cancelled_meanwhile(door):
    talent, code = await seated(door)
    row = "UPDATE registration SET status = 'cancelled', changed_at = :at RETURNING 1"
    now = door.world.running.clock.now()
    await door.world.rows(row, at=now - timedelta(minutes=25))
    before, after = door.offline(code, minutes=30), door.offline(code, minutes=20)
    verdicts = (await door.bring(after, before))["scans"]
    assert [(each["counted"], each["reason"]) for each in verdicts] == [
        (False, "cancelled"),
        (True, None),
    ]
    assert await door.conflicts() == [(after["scan_id"], "cancelled")]
    assert len(await door.told()) == 1
    assert talent.talent_id


async def test_who_was_turned_away_stays_so(door):
    _, code = await seated(door)
    record = door.offline(code, minutes=30, admitted=False, reason="out-of-time")
    (verdict,) = (await door.bring(record))["scans"]
    assert (verdict["admitted"], verdict["reason"]) == (False, "out-of-time")
    assert await door.inside() == [(0, 0), (0, 0)]


async def test_refused_here_but_let_in_since_the_answer_was_lost(door):
    _, code = await seated(door)
    south = await door.enrol(await door.set_up("south"))
    await door.scan(code, south)
    scan_id = str(uuid4())
    assert not (await door.scan(code, scan_id=scan_id))["admitted"]
    (verdict,) = (await door.bring(door.offline(code, scan_id=scan_id)))["scans"]
    assert (verdict["admitted"], verdict["counted"]) == (True, False)
    assert await door.conflicts() == [(scan_id, "already-in")]


async def test_a_day_that_is_known_later_is_the_day_of_the_attendance(door):
    talent, code = await seated(door)
    record = door.offline(code)
    door.world.later(days=1)
    await door.scan(code)
    await door.bring(record)
    who = str(talent.talent_id)
    assert await door.told() == [("confirmed", who, "2026-09-16"), ("confirmed", who, "2026-09-15")]
    (line,) = (await door.read("attendance"))["items"]
    assert (line["attended_on"], line["version"]) == ("2026-09-15", 2)


async def test_a_batch_of_another_gate_s_device_is_refused_whole(door):
    _, code = await seated(door)
    south = await door.set_up("south")
    elsewhere = {**door.device, "gate": south["id"]}
    body = {"sent_at": at(14.1), "scans": [door.offline(code)]}
    answer = await door.put(f"scan-batches/{uuid4()}", body, elsewhere)
    assert answer.json()["code"] == "gate-not-found"
    assert await door.world.rows("SELECT 1 FROM scan UNION ALL SELECT 1 FROM scan_batch") == []


async def test_what_nobody_brings_is_not_read(door, monkeypatch):
    _, code = await seated(door)
    body = {"sent_at": at(14.1), "scans": [door.offline(code)]}
    monkeypatch.setattr(service, "_read", None)
    answer = await door.put(f"scan-batches/{uuid4()}", body, door.device | {"secret": "guessed"})
    assert answer.status_code == 401


@pytest.mark.parametrize(
    ("scans", "status"), [(0, 422), (1, 200), (2_000, 200), (2_001, 422), ("both", 422)]
)
async def test_the_limits_of_a_batch(door, scans, status):
    _, code = await seated(door)
    if scans == "both":
        records = [door.offline(code, registration_id=str(uuid4()))]
    else:
        record = door.offline(code)
        records = [record | {"scan_id": str(uuid4()), "admitted": False} for _ in range(scans)]
    body = {"sent_at": at(14.1), "scans": records}
    answer = await door.put(f"scan-batches/{uuid4()}", body)
    assert answer.status_code == status, answer.text[:500]
