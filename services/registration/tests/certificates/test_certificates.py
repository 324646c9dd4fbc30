"""A certificate for whoever was there: once it is over, verifiable, revoked with the fact."""

import io

import pytest
from pypdf import PdfReader
from talent_code import format_number
from talent_kit.republishing import republish
from talent_registration.certificates import service
from talent_registration.republishing import REPUBLISHED

from ..door import Door
from ..world import DAY, NOON

OVER = NOON + 16 * DAY


@pytest.fixture
async def door(world):
    """An activity of two days that gives a certificate of twelve hours."""
    return await Door.opened(world, activity={"kind": "training", "hours": 12})


async def attended(door):
    """Somebody who was there on the first day."""
    talent, code = await door.registered()
    door.first_day()
    await door.scan(code)
    return talent


async def listed(door, talent):
    answer = await door.world.send("GET", "/v1/certificates", talent.headers)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def verified(door, number):
    return await door.world.send("GET", f"/v1/certificates/{number}")


async def printed(door, talent, registration):
    path = f"/v1/registrations/{registration}/certificate.pdf"
    return await door.world.send("GET", path, talent.headers)


async def test_whoever_was_there_has_one_when_it_is_over(door):
    talent = await attended(door)
    assert await listed(door, talent) == []
    door.world.running.clock.set(OVER)
    (one,) = await listed(door, talent)
    assert (one["standing"], one["hours"], one["attended_on"]) == ("valid", 12, "2026-09-15")
    typed = format_number(one["number"]).lower()
    shown = await verified(door, typed)
    assert shown.status_code == 200
    assert shown.json() == {name: one[name] for name in one if name != "registration_id"}
    assert str(talent.talent_id) not in shown.text
    held = await door.world.send("GET", "/v1/personal-data/registration", talent.headers)
    assert held.json()["registrations"][0]["certificate"] == one["number"]
    paper = await printed(door, talent, one["registration_id"])
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert paper.headers["cache-control"] == "no-store"
    (page,) = PdfReader(io.BytesIO(paper.content)).pages
    assert format_number(one["number"]) in page.extract_text()


async def test_nobody_learns_of_it_before_the_last_session_ends(door):
    talent = await attended(door)
    (row,) = await door.world.rows("SELECT number, registration_id, due_at FROM certificate")
    door.world.running.clock.set(row.due_at - DAY / 86_400)
    early = await verified(door, row.number), await printed(door, talent, row.registration_id)
    assert {answer.json()["code"] for answer in early} == {"certificate-not-found"}
    door.world.running.clock.set(row.due_at)
    assert (await verified(door, row.number)).status_code == 200


async def test_who_was_not_there_has_none_and_nobody_has_another_s(door):
    talent = await attended(door)
    other, _ = await door.registered()
    door.world.running.clock.set(OVER)
    (one,) = await listed(door, talent)
    assert await listed(door, other) == []
    for who, registration in ((other, one["registration_id"]), (talent, door.activity["id"])):
        answer = await printed(door, who, registration)
        assert (answer.status_code, answer.json()["code"]) == (404, "certificate-not-found")


@pytest.mark.parametrize("number", ["NCPZ0J2S7C80EJJQA", "NCPZ0J2S7C80EJJQB", "x", "U" * 64])
async def test_numbers_that_nobody_has(door, number):
    answer = await verified(door, number)
    assert (answer.status_code, answer.json()["code"]) == (404, "certificate-not-found")


async def test_it_is_revoked_with_the_attendance_and_keeps_its_number(door):
    talent = await attended(door)
    (line,) = (await door.read("attendance"))["items"]
    door.world.running.clock.set(OVER)
    (before,) = await listed(door, talent)
    path = f"{door.path}/attendance/{line['id']}/revocation"
    body = {"reason": "was-not-there"}
    organiser = door.world.organiser()
    revoked = await door.world.send("POST", path, organiser, json=body, version=line["version"])
    assert revoked.status_code == 200, revoked.text
    assert (await verified(door, before["number"])).json()["standing"] == "revoked"
    assert await listed(door, talent) == [before | {"standing": "revoked"}]
    answer = await printed(door, talent, before["registration_id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "certificate-revoked")


async def test_what_gives_no_hours_gives_none(world):
    door = await Door.opened(world)
    talent = await attended(door)
    world.running.clock.set(OVER)
    assert await listed(door, talent) == []


async def told(door):
    """What was told of certificates: kind, talent, version."""
    rows = await door.world.rows(
        "SELECT convert_from(value, 'UTF8')::jsonb AS event FROM outbox "
        "WHERE type LIKE '%certificate%' ORDER BY position"
    )
    return [(row.event["type"].split(".")[3], row.event["data"]["talent_id"]) for row in rows]


async def revoke(door, number=0):
    line = (await door.read("attendance"))["items"][number]
    path = f"{door.path}/attendance/{line['id']}/revocation"
    answer = await door.world.send(
        "POST", path, door.world.organiser(), json={"reason": "other"}, version=line["version"]
    )
    assert answer.status_code == 200, answer.text


async def test_it_is_told_of_once_it_is_over_and_when_it_is_revoked(door):
    (talent, code), (_, other) = [await door.registered() for _ in range(2)]
    door.first_day()
    await door.scan(code)
    await door.scan(other)
    await revoke(door)  # the other's, before anybody was told
    (row,) = await door.world.rows("SELECT DISTINCT due_at FROM certificate")
    door.world.running.clock.set(row.due_at - DAY / 86_400)
    await door.world.due()
    assert await told(door) == []
    door.world.running.clock.set(row.due_at)
    for _ in range(2):
        await door.world.due()
        assert await told(door) == [("issued", str(talent.talent_id))]
    await revoke(door, 1)
    await door.world.due()
    assert await told(door) == [
        ("issued", str(talent.talent_id)),
        ("revoked", str(talent.talent_id)),
    ]
    (event,) = await door.world.rows(
        "SELECT convert_from(value, 'UTF8') AS said FROM outbox "
        "WHERE type LIKE '%certificate.issued%'"
    )
    for number in await door.world.rows("SELECT number FROM certificate"):
        assert number.number not in event.said
    # Told again it is what was said last; of the other's nothing is told.
    await republish(door.world.running.service, REPUBLISHED, only=["certificate"])
    assert (await told(door))[2:] == [("revoked", str(talent.talent_id))]


async def test_who_is_known_later_is_told_of_then(door):
    talent, code = await door.registered()
    door.first_day()
    scan = door.offline(code)
    door.world.running.clock.set(OVER)
    await door.world.due()
    await door.bring(scan)
    assert await told(door) == []
    await door.world.due()
    assert await told(door) == [("issued", str(talent.talent_id))]


async def test_many_are_told_of_some_at_a_time(door, monkeypatch):
    monkeypatch.setattr(service, "_SOME", 2)
    codes = [(await door.registered())[1] for _ in range(5)]
    door.first_day()
    for code in codes:
        await door.scan(code)
    door.world.running.clock.set(OVER)
    await door.world.due()
    assert len(set(await told(door))) == len(await told(door)) == 5
