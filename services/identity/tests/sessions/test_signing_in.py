"""`POST /v1/sessions`: a code of WeChat's for a session."""

import json
from datetime import timedelta

import pytest
from talent_identity.sessions.service import MAX_SESSIONS
from talent_kit.auth import Role

from ..factories import talent_body


async def test_the_first_sign_in_makes_an_account_and_the_next_finds_it(phones):
    first, again = await phones.signed_in(), await phones.signed_in()
    assert list(phones.endpoint.linked.values()) == ["account-1"]
    assert first["session_id"] != again["session_id"]
    assert first["expires_in"] == 300
    assert first["token_type"] == "Bearer"
    assert first["refresh_expires_in"] == timedelta(days=30).total_seconds()
    other = await phones.signed_in("another")
    held = await phones.holder(other).get("/v1/sessions")
    assert [item["id"] for item in held.json()["items"]] == [other["session_id"]]


async def test_who_signed_in_is_a_talent(phones):
    talent = phones.holder(await phones.signed_in())
    assert (await talent.post("/v1/talents", talent_body())).status_code == 201
    assert (await talent.get("/v1/talents/me")).status_code == 200


async def test_no_answer_with_tokens_is_kept_by_a_cache(phones):
    answer = await phones.sign_in()
    assert answer.headers["Cache-Control"] == "no-store"
    again = await phones.refresh(answer.json()["refresh_token"])
    assert again.headers["Cache-Control"] == "no-store"


async def test_a_code_serves_once(phones):
    code = await phones.code()
    assert (await phones.sign_in(code=code)).status_code == 201
    refused = await phones.sign_in(code=code)
    assert (refused.status_code, refused.json()["code"]) == (422, "sign-in-code-refused")
    assert refused.json()["field"] == "body.code"


@pytest.mark.parametrize(
    ("effect", "status", "code"),
    [
        ("code_invalid", 422, "sign-in-code-refused"),
        ("blocked", 403, "sign-in-blocked"),
        ("too_often", 429, "sign-in-too-often"),
        ("busy", 503, "sign-in-unavailable"),
        ("silent", 503, "sign-in-unavailable"),
    ],
)
async def test_what_wechat_refuses_is_refused_here(phones, effect, status, code):
    await phones.behave(every={effect: 1}, silence_seconds=0)
    refused = await phones.sign_in()
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert ("Retry-After" in refused.headers) == (status in (429, 503))
    assert await phones.rows("SELECT 1 FROM login_session") == []


async def test_an_issuer_that_is_away_is_no_fault_of_the_caller_s(phones):
    phones.endpoint.down = True
    refused = await phones.sign_in()
    assert (refused.status_code, refused.json()["code"]) == (503, "sign-in-unavailable")


async def test_a_directory_that_is_away_keeps_out_who_comes_for_the_first_time(phones):
    await phones.signed_in("known")
    phones.directory.away = True
    refused = await phones.sign_in("new")
    assert (refused.status_code, refused.json()["code"]) == (503, "sign-in-unavailable")
    assert (await phones.sign_in("known")).status_code == 201


async def test_an_account_switched_off_cannot_sign_in(phones):
    await phones.signed_in()
    phones.endpoint.blocked.add("account-1")
    refused = await phones.sign_in()
    assert (refused.status_code, refused.json()["code"]) == (403, "sign-in-blocked")


async def test_where_nothing_is_set_up_nobody_signs_in(world):
    body = {"provider": "wechat", "code": "c" * 32}
    refused = await world.client.post("/v1/sessions", json=body)
    assert (refused.status_code, refused.json()["code"]) == (404, "sign-in-not-offered")


@pytest.mark.parametrize("code", ["", "c" * 129, "c d", "c&d"])
async def test_a_code_of_another_form_is_not_sent_on(phones, code):
    refused = await phones.client.post("/v1/sessions", json={"provider": "wechat", "code": code})
    assert refused.status_code == 422
    assert refused.json()["code"] == "invalid"
    assert code not in refused.text or not code


async def test_one_login_holds_so_many_sessions_and_the_longest_unused_goes(phones):
    opened = []
    for _ in range(MAX_SESSIONS):
        opened.append(await phones.signed_in())
        phones.running.clock.move(timedelta(seconds=1))
    used = (await phones.refresh(opened[0]["refresh_token"])).json()
    held = await phones.holder(used).get("/v1/sessions")
    assert len(held.json()["items"]) == MAX_SESSIONS
    await phones.signed_in()
    left = [item["id"] for item in (await phones.holder(used).get("/v1/sessions")).json()["items"]]
    assert len(left) == MAX_SESSIONS
    assert opened[0]["session_id"] in left
    assert opened[1]["session_id"] not in left


async def test_nothing_that_tells_who_it_was_is_kept_or_told(phones):
    code = await phones.code("zebulon")
    answer = await phones.sign_in(code=code)
    asked = {
        "appid": "wx0000000000000000",
        "secret": "a secret of sixteen or more",
        "js_code": await phones.code("zebulon"),
    }
    found = await phones.phones.get("/sns/jscode2session", params=asked)
    openid = found.json()["openid"]
    stored = await phones.running.stored()
    tokens = answer.json()
    for secret in (openid, code, tokens["refresh_token"], tokens["access_token"]):
        assert secret not in stored
    assert openid not in json.dumps(list(phones.endpoint.linked))
    audited = [(row.actor, row.action) for row in await phones.audited()]
    assert audited == [("account-1", "session.opened")]


async def test_the_keys_that_the_issuer_fetches_are_public_halves(phones):
    answer = await phones.client.get("/v1/session-keys")
    (key,) = answer.json()["keys"]
    assert key["kty"] == "EC"
    assert "d" not in key
    assert answer.headers["Cache-Control"] == "no-cache"


async def test_only_talents_see_sessions(phones):
    refused = await phones.caller(Role.REVIEWER, region="350700").get("/v1/sessions")
    assert refused.status_code == 403
