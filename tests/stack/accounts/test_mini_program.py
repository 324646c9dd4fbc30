"""A talent's way in from WeChat, with a real issuer and a real directory behind it."""

import asyncio
import dataclasses
from datetime import UTC, datetime

import httpx2
import pytest
from joserfc.jwk import ECKey
from talent_identity.accounts.tokens import IssuerUnavailable
from talent_identity.session_keys import SessionKey, SessionKeys

from .browser import claims


@pytest.fixture
def phone(platform):
    async def sign_in(user):
        async with httpx2.AsyncClient() as http:
            got = await http.post(f"{platform.wechat_url}/codes", json={"user": user})
        body = {"provider": "wechat", "code": got.json()["code"]}
        return await platform.client.post("/v1/sessions", json=body)

    return sign_in


async def refresh(platform, tokens):
    body = {"refresh_token": tokens["refresh_token"]}
    return await platform.client.post("/v1/session-tokens", json=body)


async def test_the_first_time_makes_an_account_that_stays(platform, keycloak, phone):
    first = await phone("one")
    assert first.status_code == 201, first.text
    told = claims(first.json()["access_token"])
    assert told["realm_access"]["roles"].count("talent") == 1
    assert (told["aud"], told["azp"]) == ("talent-cloud", "talent-miniprogram")
    again, other = (await phone("one")).json(), (await phone("two")).json()
    assert claims(again["access_token"])["sub"] == told["sub"]
    assert claims(other["access_token"])["sub"] != told["sub"]
    account = keycloak.admin().get_user(told["sub"])
    assert "email" not in account
    assert not account.get("attributes")
    held = await platform.client.get(
        "/v1/sessions", headers={"Authorization": f"Bearer {again['access_token']}"}
    )
    assert len(held.json()["items"]) == 2
    renewed = await refresh(platform, again)
    assert renewed.status_code == 201, renewed.text


async def test_of_many_first_times_at_once_one_account_is_made(platform, keycloak, phone):
    answers = await asyncio.gather(*(phone("at-once") for _ in range(4)))
    assert {answer.status_code for answer in answers} == {201}
    logins = {claims(answer.json()["access_token"])["sub"] for answer in answers}
    assert len(logins) == 1


async def test_the_next_key_serves_once_keycloak_has_fetched_it(platform, keycloak, phone):
    accounts = platform.service.accounts
    known = accounts.keys
    assert (await phone("rotation")).status_code == 201
    starts = datetime.now(UTC)
    following = SessionKey(ECKey.generate_key("P-256", {"kid": "following"}), starts)
    both = SessionKeys((*known.keys, following))
    platform.service.accounts = dataclasses.replace(accounts, keys=both)
    accounts.grant._keys = both
    try:
        async with asyncio.timeout(40):
            while (answer := await phone("rotation")).status_code != 201:
                assert answer.json()["code"] == "sign-in-unavailable"
                await asyncio.sleep(1)
    finally:
        platform.service.accounts = accounts
        accounts.grant._keys = known


async def test_an_account_switched_off_stays_out(platform, keycloak, phone):
    tokens = (await phone("three")).json()
    login = claims(tokens["access_token"])["sub"]
    admin = keycloak.admin()
    admin.update_user(login, {**admin.get_user(login), "enabled": False})
    assert (await refresh(platform, tokens)).status_code == 401
    refused = await phone("three")
    assert (refused.status_code, refused.json()["code"]) == (403, "sign-in-blocked")


async def test_an_account_taken_away_is_found_no_more(platform, keycloak, phone):
    tokens = (await phone("four")).json()
    login = claims(tokens["access_token"])["sub"]
    directory = platform.service.accounts.directory
    await directory.remove_talent(login)
    await directory.remove_talent(login)
    assert (await refresh(platform, tokens)).status_code == 401
    anew = (await phone("four")).json()
    assert claims(anew["access_token"])["sub"] != login


async def test_a_talent_who_is_staff_keeps_that_account(platform, keycloak, phone):
    login = claims((await phone("five")).json()["access_token"])["sub"]
    admin = keycloak.admin()
    admin.assign_realm_roles(login, [admin.get_realm_role("reviewer")])
    await platform.service.accounts.directory.remove_talent(login)
    assert admin.get_user_groups(login) == []
    assert admin.get_user_social_logins(login) == []
    assert "reviewer" in {role["name"] for role in admin.get_realm_roles_of_user(login)}
    told = claims((await phone("five")).json()["access_token"])
    assert told["sub"] == login
    assert "talent" in told["realm_access"]["roles"]


async def test_assertions_of_others_and_old_ones_are_refused(platform, keycloak, phone):
    assert (await phone("six")).status_code == 201
    row = await _one(platform, "SELECT encode(handle, 'hex') FROM login_session LIMIT 1")
    grant = platform.service.accounts.grant
    assertion = grant._assertion(row)
    form = {
        "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "assertion": assertion,
    }
    assert (await keycloak.token("talent-miniprogram", **form)).status_code == 200
    replayed = await keycloak.token("talent-miniprogram", **form)
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_grant")
    by_another_client = await keycloak.token("policy-service", **form)
    assert by_another_client.status_code == 400

    known = grant._keys.keys[0]
    forged = ECKey.generate_key("P-256", {"kid": known.key.kid})
    grant._keys = SessionKeys((SessionKey(forged, known.starts),))
    try:
        with pytest.raises(IssuerUnavailable):
            await grant.token(row)
    finally:
        grant._keys = SessionKeys((known,))
    grant._audience, audience = "https://elsewhere.test", grant._audience
    try:
        with pytest.raises(IssuerUnavailable):
            await grant.token(row)
    finally:
        grant._audience = audience
    assert (await grant.token(row)).expires_in > 290


async def _one(platform, query):
    async with platform.service.database.engine.connect() as connection:
        return (await connection.exec_driver_sql(query)).scalar_one()
