"""Signing in at Keycloak as people and services do, and being taken for that by a service."""

import httpx2
import pytest
import pytest_asyncio
from talent_identity.accounts import StaffRole
from talent_kit.calls import CallRefused, ServiceCaller

from .browser import Browser, claims

PASSWORD = "correct-horse-battery"


@pytest_asyncio.fixture
async def browser(keycloak):
    async with httpx2.AsyncClient(timeout=30) as http:
        yield Browser(keycloak.server, http)


@pytest_asyncio.fixture(scope="module")
async def talent(keycloak):
    """Somebody with a password and the role of talents."""
    admin = keycloak.admin()
    account = {"username": "lin-xi", "enabled": True, "groups": ["/talents"]}
    user = admin.create_user(account)
    admin.set_user_password(user, PASSWORD, temporary=False)
    yield user
    admin.delete_user(user)


def bearer(tokens):
    return {"Authorization": f"Bearer {tokens['access_token']}"}


async def test_by_password_with_pkce_to_a_service_and_out_again(browser, talent, platform):
    code = browser.code(await browser.sign_in("lin-xi", PASSWORD))
    answer = await browser.exchange(code)
    assert answer.status_code == 200, answer.text
    tokens = answer.json()
    told = claims(tokens["access_token"])
    assert told["sub"] == talent
    assert told["aud"] == "talent-cloud"
    assert told["realm_access"]["roles"].count("talent") == 1
    assert 290 < tokens["expires_in"] <= 300

    mine = await platform.client.get("/v1/talents/me", headers=bearer(tokens))
    assert (mine.status_code, mine.json()["code"]) == (404, "talent-not-registered")
    staff = await platform.client.get("/v1/talents", headers=bearer(tokens))
    assert staff.status_code == 403

    renewed = await browser.refresh(tokens)
    assert renewed.status_code == 200
    assert (await browser.refresh(tokens)).status_code == 400  # it serves once
    again = Browser(browser._server, browser._http)
    fresh = (await again.exchange(again.code(await again.sign_in("lin-xi", PASSWORD)))).json()
    assert (await again.log_out(fresh)).status_code == 204
    assert (await again.refresh(fresh)).status_code == 400


async def test_a_code_is_worth_nothing_without_its_verifier(browser, talent):
    code = browser.code(await browser.sign_in("lin-xi", PASSWORD))
    refused = await browser.exchange(code, code_verifier="x" * 64)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
    ],
    ids=["no-pkce", "plain-pkce", "implicit"],
)
async def test_no_weaker_way_is_open(browser, changes):
    back = await browser.open(**changes)
    assert back.status_code in (302, 400)
    assert "error" in back.headers.get("location", "error")


async def test_no_other_address_gets_the_code(browser):
    refused = await browser.open(redirect_uri="http://127.0.0.1:10/elsewhere")
    assert refused.status_code == 400


async def test_a_wrong_password_and_the_password_grant_are_refused(browser, keycloak, talent):
    page = await browser.sign_in("lin-xi", "wrong")
    assert page.status_code == 200
    form = {
        "grant_type": "password",
        "client_id": "talent-app",
        "username": "lin-xi",
        "password": PASSWORD,
    }
    refused = await browser._http.post(keycloak.server.token_url, data=form)
    assert (refused.status_code, refused.json()["error"]) == (400, "unauthorized_client")


async def test_who_guesses_is_locked_out_for_a_while(keycloak):
    admin = keycloak.admin()
    user = admin.create_user({"username": "guessed", "enabled": True})
    admin.set_user_password(user, PASSWORD, temporary=False)
    most = keycloak.admin().get_realm(keycloak.settings.realm)["failureFactor"]
    async with httpx2.AsyncClient(timeout=30) as http:
        for number in range(most + 1):
            browser = Browser(keycloak.server, http)
            page = await browser.sign_in("guessed", PASSWORD if number == most else f"no {number}")
            assert page.status_code == 200, number
    admin.delete_user(user)


async def test_nobody_opens_an_account_by_themselves(browser, keycloak):
    page = await browser.open()
    assert "/login-actions/registration" not in page.text


async def test_a_service_calls_another_by_its_own_secret(keycloak, platform, identity_port):
    given = {
        "token_url": keycloak.server.token_url,
        "client_id": "policy-service",
        "timeout": 30,
    }
    base = f"http://127.0.0.1:{identity_port}"
    caller = ServiceCaller(base, client_secret=keycloak.secret("policy-service"), **given)
    body = {"items": [{"credit_code": "91350702MA0000001K"}], "purpose": "verify-records"}
    try:
        answer = await caller.post("/v1/resolutions", body)
        assert len(answer["items"]) == 1
        with pytest.raises(CallRefused):
            await caller.post("/v1/resolutions", {"items": []})
    finally:
        await caller.close()


async def test_an_office_s_token_names_the_office(keycloak):
    told = claims((await keycloak.token("tax-office")).json()["access_token"])
    assert (told["sub"], told["aud"]) == ("tax-office", "talent-cloud")
    assert told["realm_access"]["roles"] == ["service"]
    assert (await keycloak.token("tax-office", client_secret="x")).status_code == 401


async def test_the_token_that_keeps_accounts_opens_no_service(keycloak, platform):
    tokens = (await keycloak.token("identity-service")).json()
    refused = await platform.client.get("/v1/sessions", headers=bearer(tokens))
    assert refused.status_code == 401


async def test_who_is_appointed_signs_in_with_a_new_password_until_dismissed(
    browser, keycloak, platform
):
    directory = platform.service.accounts.directory
    login = await directory.appoint("np-0017", ["reviewer"], "350702")
    assert await directory.appoint("np-0017", ["reviewer"], "350702") == login
    assert await directory.login_of("np-0017") == login
    assert await directory.login_of("np-0018") is None

    first = await directory.reset_password("np-0017")
    page = await browser.sign_in("np-0017", first)
    short = {"password-new": "a" * 11, "password-confirm": "a" * 11}
    page = await browser.fill(page, **short)
    assert page.status_code == 200
    new = {"password-new": PASSWORD, "password-confirm": PASSWORD}
    code = browser.code(await browser.fill(page, **new))
    tokens = (await browser.exchange(code)).json()
    told = claims(tokens["access_token"])
    assert (told["sub"], told["region"]) == (login, "350702")
    assert told["realm_access"]["roles"].count("reviewer") == 1
    seen = await platform.client.get("/v1/talents", headers=bearer(tokens))
    assert seen.status_code == 200

    await directory.appoint("np-0017", ["finance"], "350703")
    renewed = (await browser.refresh(tokens)).json()
    told = claims(renewed["access_token"])
    assert told["region"] == "350703"
    assert "finance" in told["realm_access"]["roles"]
    assert "reviewer" not in told["realm_access"]["roles"]

    await directory.appoint("np-0017", list(StaffRole), "350703")
    await directory.dismiss("np-0017")
    await directory.dismiss("np-0017")
    assert (await browser.refresh(renewed)).status_code == 400
    again = Browser(keycloak.server, browser._http)
    code = again.code(await again.sign_in("np-0017", PASSWORD))
    told = claims((await again.exchange(code)).json()["access_token"])
    assert "region" not in told
    assert set(StaffRole).isdisjoint(told["realm_access"]["roles"])


async def test_an_agent_s_account_registers_their_employer(browser, platform):
    directory = platform.service.accounts.directory
    username = "91350702ma0000001k-01"
    login = await directory.add_agent(username)
    assert await directory.add_agent(username) == login
    page = await browser.sign_in(username, await directory.reset_password(username))
    new = {"password-new": PASSWORD, "password-confirm": PASSWORD}
    tokens = (await browser.exchange(browser.code(await browser.fill(page, **new)))).json()
    told = claims(tokens["access_token"])
    assert (told["sub"], "region" in told) == (login, False)
    assert told["realm_access"]["roles"].count("employer") == 1
    mine = await platform.client.get("/v1/employers/me", headers=bearer(tokens))
    assert (mine.status_code, mine.json()["items"]) == (200, [])
    assert (await platform.client.get("/v1/talents", headers=bearer(tokens))).status_code == 403


async def test_an_appointment_reaches_keycloak_by_the_worker(keycloak, platform):
    admin = keycloak.admin()
    operator = admin.create_user(
        {"username": "np-0001", "enabled": True, "attributes": {"region": ["350700"]}}
    )
    admin.assign_realm_roles(operator, [admin.get_realm_role("operator")])
    admin.set_user_password(operator, PASSWORD, temporary=False)
    async with httpx2.AsyncClient(timeout=30) as http:
        browser = Browser(keycloak.server, http)
        tokens = (
            await browser.exchange(browser.code(await browser.sign_in("np-0001", PASSWORD)))
        ).json()
    headers = bearer(tokens) | {"Idempotency-Key": "appoint-np-0020"}
    body = {"username": "np-0020", "region": "350702", "roles": ["scanner"]}
    answer = await platform.client.post("/v1/staff", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    assert admin.get_user_id("np-0020") is None
    await platform.settle()
    found = admin.get_user(admin.get_user_id("np-0020"))
    assert found["attributes"]["region"] == ["350702"]
    headers |= {"Idempotency-Key": "dismiss-np-0020", "If-Match": '"1"'}
    path = f"/v1/staff/{answer.json()['id']}"
    assert (await platform.client.get(path, headers=headers)).json()["applied"]
    ended = await platform.client.post(f"{path}/dismissal", headers=headers)
    assert ended.status_code == 200, ended.text
    await platform.settle()
    kept = {role["name"] for role in admin.get_realm_roles_of_user(found["id"])}
    assert "scanner" not in kept
