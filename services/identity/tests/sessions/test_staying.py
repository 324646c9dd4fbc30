"""Refresh tokens: one use each, one session, an end."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from ..factories import talent_body


def ended(answer):
    return (answer.status_code, answer.json()["code"]) == (401, "session-ended")


async def test_each_refresh_brings_the_next_token(phones):
    tokens = await phones.signed_in()
    seen = {tokens["refresh_token"]}
    for _ in range(3):
        answer = await phones.refresh(tokens["refresh_token"])
        assert answer.status_code == 201, answer.text
        assert answer.json()["session_id"] == tokens["session_id"]
        tokens = answer.json()
        seen.add(tokens["refresh_token"])
        phones.running.clock.move(timedelta(minutes=5))
    assert len(seen) == 4


@pytest.mark.parametrize(("seconds", "good"), [(59, True), (60, False), (61, False)])
async def test_a_token_whose_answer_was_lost_may_come_again_for_a_minute(phones, seconds, good):
    first = await phones.signed_in()
    lost = (await phones.refresh(first["refresh_token"])).json()
    phones.running.clock.move(timedelta(seconds=seconds))
    again = await phones.refresh(first["refresh_token"])
    assert (again.status_code == 201) == good
    if good:
        assert (await phones.refresh(again.json()["refresh_token"])).status_code == 201
    else:
        assert ended(again)
        assert ended(await phones.refresh(lost["refresh_token"]))


async def test_coming_again_does_not_lengthen_the_minute(phones):
    first = await phones.signed_in()
    await phones.refresh(first["refresh_token"])
    phones.running.clock.move(timedelta(seconds=40))
    assert (await phones.refresh(first["refresh_token"])).status_code == 201
    phones.running.clock.move(timedelta(seconds=40))
    assert ended(await phones.refresh(first["refresh_token"]))


async def test_a_token_used_before_ends_the_whole_session(phones):
    first = await phones.signed_in()
    second = (await phones.refresh(first["refresh_token"])).json()
    third = (await phones.refresh(second["refresh_token"])).json()
    assert ended(await phones.refresh(first["refresh_token"]))
    assert ended(await phones.refresh(third["refresh_token"]))
    last = (await phones.audited())[-1]
    assert (last.action, last.detail) == ("session.ended", {"reason": "reused"})


async def test_the_token_that_a_repetition_replaced_ends_the_session(phones):
    """A thief repeats within the minute: then the talent's own token tells."""
    first = await phones.signed_in()
    own = (await phones.refresh(first["refresh_token"])).json()
    stolen = (await phones.refresh(first["refresh_token"])).json()
    assert ended(await phones.refresh(own["refresh_token"]))
    assert ended(await phones.refresh(stolen["refresh_token"]))


async def test_of_two_at_once_neither_ends_the_session(phones):
    first = await phones.signed_in()
    answers = await asyncio.gather(*(phones.refresh(first["refresh_token"]) for _ in range(2)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(await phones.rows("SELECT 1 FROM login_session")) == 1


@pytest.mark.parametrize(("idle", "good"), [(29, True), (30, False), (31, False)])
async def test_a_session_without_use_ends(phones, idle, good):
    first = await phones.signed_in()
    phones.running.clock.move(timedelta(days=idle))
    assert ((await phones.refresh(first["refresh_token"])).status_code == 201) == good
    held = await phones.holder(first).get("/v1/sessions")
    assert bool(held.json()["items"]) == good


@pytest.mark.parametrize(("days", "good"), [(89, True), (90, False), (91, False)])
async def test_a_session_ends_however_often_it_was_used(phones, days, good):
    tokens = await phones.signed_in()
    for _ in range(4):
        phones.running.clock.move(timedelta(days=22))
        tokens = (await phones.refresh(tokens["refresh_token"])).json()
    assert tokens["refresh_expires_in"] == timedelta(days=2).total_seconds()
    phones.running.clock.move(timedelta(days=days - 88))
    assert ((await phones.refresh(tokens["refresh_token"])).status_code == 201) == good
    await phones.running.settle()
    assert bool(await phones.rows("SELECT 1 FROM login_session")) == good


async def test_an_issuer_that_is_away_uses_no_token_up(phones):
    first = await phones.signed_in()
    phones.endpoint.down = True
    refused = await phones.refresh(first["refresh_token"])
    assert (refused.status_code, refused.json()["code"]) == (503, "sign-in-unavailable")
    phones.endpoint.down = False
    assert (await phones.refresh(first["refresh_token"])).status_code == 201


async def test_an_issuer_that_does_not_know_the_key_yet_ends_no_session(phones):
    first = await phones.signed_in()
    phones.endpoint.key_unknown = True
    assert (await phones.refresh(first["refresh_token"])).status_code == 503
    phones.endpoint.key_unknown = False
    assert (await phones.refresh(first["refresh_token"])).status_code == 201


@pytest.mark.parametrize("gone", [True, False])
async def test_an_account_gone_or_switched_off_ends_its_sessions(phones, gone):
    first = await phones.signed_in()
    if gone:
        phones.endpoint.linked.clear()
    else:
        phones.endpoint.blocked.add("account-1")
    assert ended(await phones.refresh(first["refresh_token"]))
    assert await phones.rows("SELECT 1 FROM login_session") == []


@pytest.mark.parametrize("token", ["A" * 64, "A" * 63, "A" * 128, "_", "-" * 64])
async def test_a_token_of_no_session_is_refused_and_asks_nobody(phones, token):
    before = phones.endpoint.asked
    assert ended(await phones.refresh(token))
    assert phones.endpoint.asked == before


async def test_a_talent_ends_a_session_and_nobody_else_s(phones):
    own, others = await phones.signed_in(), await phones.signed_in("another")
    talent = phones.holder(own)
    refused = await talent.delete(f"/v1/sessions/{others['session_id']}")
    assert (refused.status_code, refused.json()["code"]) == (404, "session-not-found")
    assert (await talent.delete(f"/v1/sessions/{uuid4()}")).status_code == 404
    assert (await talent.delete(f"/v1/sessions/{own['session_id']}")).status_code == 204
    assert (await talent.delete(f"/v1/sessions/{own['session_id']}")).status_code == 404
    assert ended(await phones.refresh(own["refresh_token"]))
    assert (await phones.refresh(others["refresh_token"])).status_code == 201


async def erased(phones):
    tokens = await phones.signed_in()
    talent = phones.holder(tokens)
    assert (await talent.post("/v1/talents", talent_body())).status_code == 201
    erasure = {"confirmation": "erase-my-data"}
    assert (await talent.post("/v1/talents/me/erasure", erasure)).status_code == 201
    return tokens


async def test_erasure_ends_the_sessions_and_takes_the_account_away(phones):
    tokens = await erased(phones)
    assert ended(await phones.refresh(tokens["refresh_token"]))
    await phones.running.settle()
    assert phones.directory.removed == []
    phones.running.clock.move(timedelta(minutes=10))
    await phones.running.settle()
    assert phones.directory.removed == ["account-1"]


async def test_an_account_that_registered_anew_stays(phones):
    tokens = await erased(phones)
    assert (await phones.holder(tokens).post("/v1/talents", talent_body())).status_code == 201
    phones.running.clock.move(timedelta(minutes=10))
    await phones.running.settle()
    assert phones.directory.removed == []


async def test_sessions_are_among_what_is_held_of_a_talent(phones):
    tokens = await phones.signed_in()
    talent = phones.holder(tokens)
    assert (await talent.post("/v1/talents", talent_body())).status_code == 201
    for path in ("/v1/personal-data/identity", "/v1/personal-data/identity/export"):
        (held,) = (await talent.get(path)).json()["sessions"]
        assert held["id"] == tokens["session_id"]
