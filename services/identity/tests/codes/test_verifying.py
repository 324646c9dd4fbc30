"""GET /v1/codes/me, /v1/code-keys and POST /v1/code-verifications."""

from datetime import datetime, timedelta

import base45
import pytest
from talent_code import KeySet, decode, qr_png, qr_svg
from talent_kit.auth import Role
from talent_kit.clock import local_date, local_midnight

VERIFY = "/v1/code-verifications"
SECOND = timedelta(seconds=1)


async def holder(world, form="dynamic"):
    """Return a talent with a code, and what they show."""
    talent, _ = await world.talent()
    assert (await talent.post("/v1/codes", {})).status_code == 201
    shown = await talent.get(f"/v1/codes/me?form={form}")
    assert shown.status_code == 200
    return talent, shown.json()


async def verdict(world, payload):
    answer = await world.caller(Role.SCANNER, region="330800").post(VERIFY, {"payload": payload})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_good_code_tells_whose_it_is_masked(world):
    _talent, shown = await holder(world)
    answer = await verdict(world, shown["payload"])
    checked_at = answer.pop("checked_at")
    assert datetime.fromisoformat(checked_at) == world.running.clock.now()
    assert answer == {
        "valid": True,
        "reason": None,
        "number": shown["number"],
        "name": "林**",
        "region": "350702",
        "form": "dynamic",
    }


@pytest.mark.parametrize("role", [Role.SCANNER, Role.REVIEWER, Role.SERVICE])
async def test_each_scan_is_audited_without_a_key(world, role):
    _talent, shown = await holder(world)
    scanner = world.caller(role, login="counter-3", region="330800")
    for _ in range(2):
        answer = await world.client.post(
            VERIFY, json={"payload": shown["payload"]}, headers=scanner.headers
        )
        assert answer.json()["valid"]
    scans = [entry for entry in await world.audited() if entry.action == "code.verified"]
    assert len(scans) == 2
    assert {(scan.actor, scan.region) for scan in scans} == {("counter-3", "330800")}
    assert scans[0].detail == {"valid": True, "reason": None, "form": "dynamic"}
    assert scans[0].subject.startswith("talent:")


async def test_a_dynamic_code_lives_two_minutes_and_the_clock_error(world):
    _, shown = await holder(world)
    issued = datetime.fromisoformat(shown["issued_at"])
    assert datetime.fromisoformat(shown["expires_at"]) - issued == timedelta(seconds=120)
    for at, valid in (
        (issued - 31 * SECOND, False),
        (issued - 30 * SECOND, True),
        (issued + 120 * SECOND, True),
        (issued + 150 * SECOND - timedelta(microseconds=1), True),
        (issued + 150 * SECOND, False),
    ):
        world.running.clock.set(at)
        answer = await verdict(world, shown["payload"])
        assert answer["valid"] is valid, at - issued
    assert answer["reason"] == "expired"
    assert (answer["name"], answer["number"], answer["region"]) == (None, None, None)


async def test_a_static_code_holds_to_the_end_of_its_last_day(world):
    _, shown = await holder(world, "static")
    days = world.running.service.settings.static_code_days
    today = local_date(world.running.clock.now())
    over = local_midnight(today + timedelta(days=days + 1))
    assert datetime.fromisoformat(shown["expires_at"]) == over
    for at, valid in (
        (over - SECOND, True),
        (over + 30 * SECOND - timedelta(microseconds=1), True),
        (over + 30 * SECOND, False),
    ):
        world.running.clock.set(at)
        assert (await verdict(world, shown["payload"]))["valid"] is valid, at - over


@pytest.mark.parametrize("form", ["static", "dynamic"])
async def test_a_replaced_code_is_superseded_and_the_new_one_good(world, form):
    talent, shown = await holder(world, form)
    await talent.post("/v1/codes", {"replaces": 1})
    answer = await verdict(world, shown["payload"])
    assert (answer["valid"], answer["reason"]) == (False, "superseded")
    assert answer["name"] is None
    renewed = (await talent.get(f"/v1/codes/me?form={form}")).json()
    assert (await verdict(world, renewed["payload"]))["valid"]


def otherwise_signed(text):
    message = bytearray(base45.b45decode(text[4:]))
    message[-1] ^= 1
    return "TC1:" + base45.b45encode(bytes(message)).decode()


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (otherwise_signed, "bad-signature"),
        (lambda text: "TC2:" + text[4:], "unsupported-version"),
        (lambda text: text[4:], "malformed"),
        (lambda text: text + "0" * 100, "too-long"),
        (lambda _: "13812345678", "malformed"),
    ],
)
async def test_what_is_no_code_of_ours_is_refused_by_code(world, spoil, reason):
    _, shown = await holder(world)
    answer = await verdict(world, spoil(shown["payload"]))
    assert (answer["valid"], answer["reason"]) == (False, reason)
    entry = (await world.audited())[-1]
    assert (entry.subject, entry.detail["valid"]) == ("code:unreadable", False)


async def test_a_number_that_no_row_knows_is_not_good(world):
    _, shown = await holder(world)
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql("DELETE FROM code")
    answer = await verdict(world, shown["payload"])
    assert (answer["valid"], answer["reason"]) == (False, "unknown-number")


async def test_the_code_of_an_erased_talent_is_not_good(world):
    _, shown = await holder(world)
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE data_key SET wrapped = NULL, destroyed_at = now()")
    answer = await verdict(world, shown["payload"])
    assert (answer["valid"], answer["reason"]) == (False, "unknown-number")


@pytest.mark.parametrize(("length", "status"), [(0, 422), (1, 200), (512, 200), (513, 422)])
async def test_the_limits_of_what_a_scanner_sends(world, length, status):
    scanner = world.caller(Role.SCANNER)
    answer = await scanner.post(VERIFY, {"payload": "A" * length})
    assert answer.status_code == status


async def test_a_scanner_without_a_network_verifies_by_the_published_keys(world):
    _, shown = await holder(world)
    answer = await world.anonymous().get("/v1/code-keys")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=300"
    keys = KeySet.from_json(answer.text, issuer="350700")
    claims = decode(shown["payload"], keys, world.running.clock.now())
    assert (claims.number, claims.serial) == (shown["number"], 1)
    assert '"d"' not in answer.text


async def test_pictures_show_the_payload_and_are_not_cached(world):
    talent, _ = await holder(world)
    payload = (await talent.get("/v1/codes/me?form=static")).json()["payload"]
    for suffix, media_type, draw in (
        ("svg", "image/svg+xml", qr_svg),
        ("png", "image/png", qr_png),
    ):
        answer = await talent.get(f"/v1/codes/me.{suffix}?form=static")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.content == draw(payload)
        assert answer.headers["cache-control"] == "no-store"
        assert (await talent.get(f"/v1/codes/me.{suffix}?form=paper")).status_code == 422


@pytest.mark.parametrize("path", ["me", "me.svg", "me.png"])
async def test_without_an_issue_there_is_no_code(world, path):
    talent, _ = await world.talent()
    answer = await talent.get(f"/v1/codes/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "code-not-issued")


async def test_without_a_key_for_the_time_nothing_is_signed(world):
    talent, _ = await holder(world)
    world.running.clock.move(timedelta(days=731))
    answer = await talent.get("/v1/codes/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "code-key-missing")
