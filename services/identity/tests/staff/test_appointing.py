"""Who may appoint whom, and what an appointment is."""

from datetime import timedelta

import pytest
from talent_kit.auth import Role
from talent_kit.clock import local_date

BODY = {"username": "np-0017", "region": "350702", "roles": ["reviewer"]}


@pytest.fixture
def operator(office):
    return office.caller(Role.OPERATOR, region="350700")


@pytest.fixture
def admin(office):
    return office.caller(Role.POLICY_ADMIN, region="350700")


async def appointed(who, **changes):
    answer = await who.post("/v1/staff", BODY | changes)
    assert answer.status_code == 201, answer.text
    return answer


async def refused(answer, status, code):
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text


async def test_an_appointment_is_recorded_audited_and_told_without_the_account(office, admin):
    answer = await appointed(admin)
    body = answer.json()
    assert answer.headers["ETag"] == '"1"'
    assert body["roles"] == ["reviewer"]
    assert body["appointed_by"] == admin.login
    assert not body["applied"]
    (event,) = await office.events()
    assert event["type"] == "talent.identity.staff.appointed.v1"
    assert event["subject"] == body["id"]
    assert "np-0017" not in str(event)
    audited = (await office.audited())[-1]
    assert (audited.actor, audited.action, audited.region) == (
        admin.login,
        "staff.appointed",
        "350702",
    )
    assert "np-0017" not in str(audited)


@pytest.mark.parametrize(
    ("region", "good"), [("350700", True), ("350702", True), ("350000", False), ("330800", False)]
)
async def test_nobody_gives_a_region_that_they_do_not_oversee(office, admin, region, good):
    answer = await admin.post("/v1/staff", BODY | {"region": region})
    if good:
        assert answer.status_code == 201
    else:
        await refused(answer, 403, "outside-region")


@pytest.mark.parametrize(
    ("roles", "by_admin"),
    [
        (["reviewer"], True),
        (["reviewer", "finance", "scanner"], True),
        (["policy_admin"], False),
        (["auditor"], False),
        (["operator"], False),
        (["reviewer", "operator"], False),
    ],
)
async def test_an_administrator_gives_some_roles_an_operator_all(
    office, admin, operator, roles, by_admin
):
    answer = await admin.post("/v1/staff", BODY | {"roles": roles})
    if by_admin:
        assert answer.status_code == 201
    else:
        await refused(answer, 403, "role-not-yours-to-give")
        assert (await operator.post("/v1/staff", BODY | {"roles": roles})).status_code == 201


@pytest.mark.parametrize("role", ["talent", "employer", "service", "emperor"])
async def test_what_is_no_role_of_staff_cannot_be_given(operator, role):
    await refused(await operator.post("/v1/staff", BODY | {"roles": [role]}), 422, "invalid")


@pytest.mark.parametrize(
    ("username", "good"),
    [
        ("np-0017", True),
        ("npsrst-0017", True),
        ("np-yp-17", True),
        ("a12", True),
        ("np-1", False),
        ("zhangsan", False),
        ("wechat-0a1b2c3d", False),
        ("service-account-tax-office", False),
        ("13812345678", False),
        ("np 0017", False),
    ],
)
async def test_accounts_are_named_by_work_numbers(operator, username, good):
    answer = await operator.post("/v1/staff", BODY | {"username": username})
    assert answer.status_code == (201 if good else 422)


async def test_nobody_appoints_changes_or_dismisses_themselves(office, operator):
    one = (await appointed(operator, roles=["operator"])).json()
    await office.running.settle()
    own = office.caller(Role.OPERATOR, login="login-of-np-0017", region="350700")
    path = f"/v1/staff/{one['id']}"
    await refused(await own.patch(path, {"roles": ["auditor"]}), 403, "self-appointment")
    ending = await own.post(f"{path}/dismissal", If_Match='"1"')
    await refused(ending, 403, "self-appointment")
    assert (await operator.post(f"{path}/dismissal", If_Match='"1"')).status_code == 200
    await refused(await own.post("/v1/staff", BODY), 403, "self-appointment")
    same_name = office.caller(Role.OPERATOR, login="np-0018", region="350700")
    answer = await same_name.post("/v1/staff", BODY | {"username": "np-0018"})
    await refused(answer, 403, "self-appointment")


async def test_one_account_has_one_appointment_at_a_time(operator):
    one = (await appointed(operator)).json()
    await refused(await operator.post("/v1/staff", BODY), 409, "appointment-stands")
    ended = await operator.post(f"/v1/staff/{one['id']}/dismissal", If_Match='"1"')
    assert ended.json()["ended_at"]
    await appointed(operator)


@pytest.mark.parametrize(("days", "good"), [(-1, False), (0, True), (1, True)])
async def test_a_term_does_not_end_before_today_or_its_first_day(office, operator, days, good):
    today = local_date(office.running.clock.now())
    body = BODY | {"valid_until": str(today + timedelta(days=days))}
    answer = await operator.post("/v1/staff", body)
    assert answer.status_code == (201 if good else 422)
    later = {"valid_from": str(today + timedelta(days=5))}
    body = BODY | later | {"valid_until": str(today + timedelta(days=5 + days))}
    answer = await operator.post("/v1/staff", body | {"username": "np-0018"})
    assert answer.status_code == (201 if good else 422)


async def test_a_change_wants_the_version_that_was_read(office, operator, admin):
    path = f"/v1/staff/{(await appointed(operator)).json()['id']}"
    changed = await admin.patch(path, {"roles": ["finance", "scanner"]})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert changed.json()["roles"] == ["finance", "scanner"]
    await refused(await admin.patch(path, {"roles": ["reviewer"]}), 412, "version-changed")
    taken = await admin.patch(path, {"roles": ["auditor"]}, version=2)
    await refused(taken, 403, "role-not-yours-to-give")
    assert (await operator.patch(path, {"roles": ["auditor"]}, version=2)).status_code == 200
    # What an operator gave, an administrator does not take.
    await refused(
        await admin.patch(path, {"roles": ["reviewer"]}, version=3), 403, "role-not-yours-to-give"
    )
    types = [event["type"].split(".")[-2] for event in await office.events()]
    assert types == ["appointed", "updated", "updated"]


async def test_what_has_ended_is_not_changed(operator):
    path = f"/v1/staff/{(await appointed(operator)).json()['id']}"
    await operator.post(f"{path}/dismissal", If_Match='"1"')
    await refused(
        await operator.patch(path, {"roles": ["finance"]}, version=2), 409, "appointment-ended"
    )


async def test_staff_of_another_region_are_neither_shown_nor_changed(office, operator):
    path = f"/v1/staff/{(await appointed(operator)).json()['id']}"
    elsewhere = office.caller(Role.OPERATOR, region="330800")
    assert (await elsewhere.get("/v1/staff")).json()["items"] == []
    await refused(await elsewhere.get(path), 404, "appointment-not-found")
    await refused(await elsewhere.patch(path, {"roles": ["finance"]}), 404, "appointment-not-found")
    auditor = office.caller(Role.AUDITOR, region="350000")
    assert [one["username"] for one in (await auditor.get("/v1/staff")).json()["items"]] == [
        "np-0017"
    ]
