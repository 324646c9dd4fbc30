import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OKPKey
from talent_identity.accounts.tokens import AssertionGrant, IssuerUnavailable
from talent_identity.session_keys import create_session_keys, load_session_keys
from talent_kit.testing.services import MovableClock
from talent_kit.tokens import TokenVerifier
from talent_standalone.issuer import (
    ASSERTION_CLIENT,
    AUDIENCE,
    ISSUER,
    POLICY_CLIENT,
    Assertions,
    Issuer,
    create_app,
)


@pytest.fixture
def issuer():
    return Issuer(OKPKey.generate_key("Ed25519", {"kid": "k1"}), "development", "not-a-real-secret")


@pytest.fixture
async def http(issuer):
    transport = httpx2.ASGITransport(app=create_app(issuer))
    async with httpx2.AsyncClient(transport=transport, base_url="http://dev") as client:
        yield client


async def test_a_token_carries_what_was_asked_and_verifies(http, tmp_path):
    employer = str(uuid4())
    asked = {
        "subject": "reviewer-1",
        "roles": ["reviewer", "finance"],
        "region": "350700",
        "employer": employer,
    }
    answer = await http.post("/token", json=asked)
    assert answer.status_code == 200
    document = answer.json()
    assert (document["token_type"], document["expires_in"]) == ("Bearer", 28_800)

    keys = tmp_path / "jwks.json"
    keys.write_text((await http.get("/jwks")).text)
    verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks_url=keys.as_uri())
    claims = await verifier.verify(document["access_token"])
    assert claims["sub"] == "reviewer-1"
    assert claims["realm_access"] == {"roles": ["finance", "reviewer"]}
    assert (claims["region"], claims["employer"]) == ("350700", employer)
    assert claims["exp"] - claims["iat"] == 28_800
    assert abs(claims["iat"] - datetime.now(UTC).timestamp()) < 60
    assert claims["jti"]


async def test_two_tokens_are_told_apart(http):
    asked = {"subject": "a", "roles": []}
    answers = [(await http.post("/token", json=asked)).json()["access_token"] for _ in range(2)]
    assert answers[0] != answers[1]


async def test_the_published_keys_hold_no_private_half(http):
    (key,) = (await http.get("/jwks")).json()["keys"]
    assert "d" not in key
    assert key["kid"] == "k1"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": ""}, "body.subject"),
        ({"subject": "a" * 65}, "body.subject"),
        ({"subject": "王"}, "body.subject"),
        ({"roles": ["emperor"]}, "body.roles.0"),
        ({"roles": "talent"}, "body.roles"),
        ({"region": "999999"}, "body.region"),
        ({"employer": "x"}, "body.employer"),
        ({"admin": True}, "body.*"),
    ],
)
async def test_wrong_input_is_refused_by_its_field(http, change, field):
    answer = await http.post("/token", json={"subject": "a", "roles": ["talent"]} | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert field in [problem.get("field"), *(error["field"] for error in problem.get("errors", []))]
    assert "emperor" not in json.dumps(problem)


async def test_a_subject_at_the_limit_is_taken(http):
    assert (await http.post("/token", json={"subject": "a" * 64})).status_code == 200


async def test_broken_json_and_wrong_methods_are_problems(http):
    broken = await http.post("/token", content=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (400, "bad-request")
    assert (await http.get("/token")).json()["code"] == "method-not-allowed"


def test_there_is_no_issuer_in_production():
    with pytest.raises(ValueError, match="development alone"):
        Issuer(OKPKey.generate_key("Ed25519"), "production", "x")


@pytest.mark.parametrize(
    ("secret", "grant", "status"),
    [
        ("not-a-real-secret", "client_credentials", 200),
        ("not-a-real-secre", "client_credentials", 401),
        ("not-a-real-secrets", "client_credentials", 401),
        ("not-a-real-secret", "password", 400),
    ],
)
async def test_a_service_signs_in_by_its_secret(http, issuer, tmp_path, secret, grant, status):
    form = {"grant_type": grant, "client_id": POLICY_CLIENT, "client_secret": secret}
    answer = await http.post("/client-token", data=form)
    assert answer.status_code == status
    if status == 200:
        jwks = tmp_path / "jwks.json"
        jwks.write_text(json.dumps(issuer.published()))
        verifier = TokenVerifier(issuer=ISSUER, audience=AUDIENCE, jwks_url=jwks.as_uri())
        claims = await verifier.verify(answer.json()["access_token"])
        assert (claims["sub"], claims["realm_access"]) == (POLICY_CLIENT, {"roles": ["service"]})


@pytest.fixture
def assured(tmp_path):
    """An issuer that takes assertions, and what makes them."""
    create_session_keys(tmp_path / "sessions.json", at=datetime.now(UTC) - timedelta(minutes=5))
    keys = load_session_keys(tmp_path / "sessions.json")
    issuer = Issuer(
        OKPKey.generate_key("Ed25519", {"kid": "k1"}),
        "development",
        "not-a-real-secret",
        assertions=Assertions("https://identity.test", keys.published()),
    )

    async def bring(**changes):
        given = {
            "keys": keys,
            "issuer": "https://identity.test",
            "audience": ISSUER,
            "client_id": ASSERTION_CLIENT,
            "client_secret": "not-a-real-secret",
            "timeout": 1,
            "transport": httpx2.ASGITransport(app=create_app(issuer)),
        }
        grant = AssertionGrant("http://dev/client-token", **given | changes)
        token = (await grant.token("h" * 64)).value
        return jwt.decode(token, issuer._key, algorithms=["Ed25519"]).claims

    return bring


async def test_an_assertion_of_identity_s_makes_a_talent(assured):
    claims = await assured()
    assert claims["sub"] == f"wechat-{'h' * 40}"
    assert claims["realm_access"] == {"roles": ["talent"]}


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "https://another.test"},
        {"audience": "https://another.test"},
        {"client_secret": "another"},
        {"client_id": POLICY_CLIENT},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_another_assertion_makes_nobody(assured, change):
    with pytest.raises(IssuerUnavailable):
        await assured(**change)


async def test_an_assertion_that_is_over_makes_nobody(assured):
    with pytest.raises(IssuerUnavailable):
        await assured(clock=MovableClock(datetime.now(UTC) - timedelta(minutes=1)))


async def test_an_assertion_under_another_key_makes_nobody(assured, tmp_path):
    create_session_keys(tmp_path / "others.json", at=datetime.now(UTC) - timedelta(minutes=5))
    with pytest.raises(IssuerUnavailable):
        await assured(keys=load_session_keys(tmp_path / "others.json"))


async def test_nobody_signs_in_as_a_service_without_credentials(http):
    answer = await http.post("/client-token", data={"grant_type": "client_credentials"})
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
