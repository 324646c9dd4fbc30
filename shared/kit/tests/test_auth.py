"""Who is admitted: anonymous first, then the wrong role, then the wrong region."""

import time
from datetime import timedelta
from uuid import UUID

import pytest
from talent_kit.auth import Principal, Role
from talent_kit.testing.services import MovableClock

EMPLOYER = str(UUID(int=7))


@pytest.fixture
def sample(standing):
    return standing


async def ask(sample, headers=None, path="/v1/notes"):
    return await sample.client.get(path, headers=headers)


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer x", "Basic dTpw", "Bearer a.b.c", "x y z"],
)
async def test_who_shows_no_good_token_is_not_signed_in(sample, authorization):
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = await ask(sample, headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_headers_of_a_proxy_sign_nobody_in(sample):
    headers = {"X-User": "talent-1", "X-Forwarded-User": "talent-1", "X-Roles": "operator"}
    assert (await ask(sample, headers)).status_code == 401


@pytest.mark.parametrize("shift", [timedelta(days=-3650), timedelta(days=3650)])
@pytest.mark.parametrize(("left", "status"), [(600, 200), (-600, 401)])
async def test_tokens_end_by_the_machine_s_clock_however_the_service_s_is_moved(
    sample, shift, left, status
):
    sample.clock.move(shift)
    token = sample.issuer.token("someone", Role.TALENT, exp=int(time.time()) + left)
    assert (await ask(sample, {"Authorization": f"Bearer {token}"})).status_code == status


@pytest.mark.parametrize("roles", [(), (Role.TALENT,), (Role.REVIEWER, Role.FINANCE)])
async def test_a_missing_role_is_forbidden(sample, roles):
    headers = sample.issuer.headers("someone", *roles)
    answer = await ask(sample, headers, "/v1/operations/sample/events")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize("roles", [(Role.OPERATOR,), (Role.AUDITOR, Role.TALENT)])
async def test_one_of_the_admitted_roles_is_enough(sample, roles):
    headers = sample.issuer.headers("someone", *roles)
    assert (await ask(sample, headers, "/v1/operations/sample/events")).status_code == 200


@pytest.mark.parametrize(
    "access",
    [None, 5, "operator", [], {}, {"roles": None}, {"roles": "operator"}, {"roles": 5},
     {"roles": [5, None, ["operator"]]}, {"roles": ["Operator", "root"]}],
    ids=str,
)  # fmt: skip
async def test_bent_roles_grant_nothing(sample, access):
    token = sample.issuer.token("someone", realm_access=access)
    headers = {"Authorization": f"Bearer {token}"}
    answer = await ask(sample, headers, "/v1/operations/sample/events")
    assert answer.status_code in {401, 403}


@pytest.mark.parametrize(
    ("employer", "status"), [("", 200), (None, 200), (EMPLOYER, 200), ("no-uuid", 401)]
)
async def test_an_employer_is_an_id_or_nothing(sample, employer, status):
    token = (
        sample.issuer.token("someone", Role.TALENT)
        if employer is None
        else (sample.issuer.token("someone", Role.TALENT, employer=employer))
    )
    assert (await ask(sample, {"Authorization": f"Bearer {token}"})).status_code == status


@pytest.mark.parametrize(("region", "status"), [("350700", 200), (None, 403)])
async def test_staff_must_work_in_a_region(sample, region, status):
    headers = sample.issuer.headers("staff", Role.REVIEWER, region=region)
    answer = await sample.client.post("/v1/notes/owners", json={}, headers=headers)
    assert answer.status_code == status


def staff(region):
    return Principal("staff", frozenset({Role.REVIEWER}), region, None)


@pytest.mark.parametrize(
    ("own", "asked", "oversees"),
    [
        ("350700", "350700", True),
        ("350700", "350702", True),
        ("350700", "3507W1", True),
        ("350000", "350702", True),
        ("000000", "361100", True),
        ("350702", "350700", False),
        ("350700", "350100", False),
        ("350700", "341000", False),
        ("350700", "350799", False),
        ("350700", "", False),
        ("999999", "350702", False),
        (None, "350702", False),
    ],
)
def test_a_region_is_overseen_by_ancestry(own, asked, oversees):
    assert staff(own).oversees(asked, MovableClock()) is oversees


async def test_without_the_issuer_s_keys_the_service_is_unavailable(factory, tmp_path):
    async with factory.running(jwks_url=(tmp_path / "none.json").as_uri()) as sample:
        answer = await ask(sample, sample.issuer.headers("someone"))
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
