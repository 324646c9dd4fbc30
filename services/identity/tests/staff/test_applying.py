"""How the directory follows what stands."""

from datetime import timedelta

import pytest
from talent_kit.auth import Role
from talent_kit.clock import local_date

BODY = {"username": "np-0017", "region": "350702", "roles": ["reviewer"]}
HAS = (["reviewer"], "350702")


@pytest.fixture
def operator(office):
    return office.caller(Role.OPERATOR, region="350700")


async def appoint(office, who, **changes):
    answer = await who.post("/v1/staff", BODY | changes)
    assert answer.status_code == 201, answer.text
    return f"/v1/staff/{answer.json()['id']}"


async def settled(office, seconds=0):
    office.running.clock.move(timedelta(seconds=seconds))
    await office.running.settle()


async def test_the_account_gets_what_stands_and_loses_it_again(office, operator):
    path = await appoint(office, operator)
    assert office.directory.accounts == {}
    await settled(office)
    assert office.directory.accounts == {"np-0017": HAS}
    assert (await operator.get(path)).json()["applied"]
    await operator.patch(path, {"roles": ["finance", "reviewer"]})
    assert not (await operator.get(path)).json()["applied"]
    await settled(office)
    assert office.directory.accounts == {"np-0017": (["finance", "reviewer"], "350702")}
    await operator.post(f"{path}/dismissal", If_Match='"2"')
    await settled(office)
    assert office.directory.accounts == {"np-0017": None}
    assert (await operator.get(path)).json()["applied"]


async def test_a_directory_that_is_away_is_asked_again(office, operator):
    office.directory.away = True
    path = await appoint(office, operator)
    await settled(office)
    assert not (await operator.get(path)).json()["applied"]
    office.directory.away = False
    await settled(office, seconds=1)
    assert office.directory.accounts == {}
    await settled(office, seconds=1)
    assert office.directory.accounts == {"np-0017": HAS}


async def test_a_term_begins_and_ends_by_itself(office, operator):
    today = local_date(office.running.clock.now())
    first, last = today + timedelta(days=2), today + timedelta(days=3)
    path = await appoint(office, operator, valid_from=str(first), valid_until=str(last))
    seen = []
    for _ in range(5):
        await settled(office)
        seen.append(office.directory.accounts.get("np-0017"))
        office.running.clock.move(timedelta(days=1))
    assert seen == [None, None, HAS, HAS, None]
    ended = (await operator.get(path)).json()
    assert ended["ended_at"]
    assert (ended["version"], ended["applied"]) == (2, True)
    assert (await office.audited())[-1].action == "staff.term-over"
    await appoint(office, operator)


async def test_a_term_made_longer_is_not_cut_at_its_old_end(office, operator):
    today = local_date(office.running.clock.now())
    path = await appoint(office, operator, valid_until=str(today))
    await operator.patch(path, {"valid_until": None})
    office.running.clock.move(timedelta(days=3))
    await settled(office)
    assert office.directory.accounts == {"np-0017": HAS}
    assert (await operator.get(path)).json()["ended_at"] is None


async def test_an_old_term_takes_nothing_from_a_new_appointment(office, operator):
    today = local_date(office.running.clock.now())
    path = await appoint(office, operator, valid_until=str(today + timedelta(days=1)))
    await operator.post(f"{path}/dismissal", If_Match='"1"')
    await appoint(office, operator, roles=["finance"])
    for _ in range(3):
        await settled(office)
        assert office.directory.accounts == {"np-0017": (["finance"], "350702")}
        office.running.clock.move(timedelta(days=1))


async def test_what_changes_while_the_directory_is_asked_is_applied_after_all(office, operator):
    path = await appoint(office, operator)

    async def dismissed():
        answer = await operator.post(f"{path}/dismissal", If_Match='"1"')
        assert answer.status_code == 200

    office.directory.meanwhile = dismissed
    await settled(office)
    await settled(office, seconds=2)
    assert office.directory.accounts == {"np-0017": None}


async def test_who_appoints_an_account_of_their_own_unknowingly_gets_nothing(office):
    office.directory.logins["np-0017"] = "the-operator"
    operator = office.caller(Role.OPERATOR, login="the-operator", region="350700")
    path = await appoint(office, operator)
    await settled(office)
    await settled(office, seconds=2)
    assert office.directory.accounts == {"np-0017": None}
    assert (await operator.get(path)).json()["ended_at"]
    actions = [row.action for row in await office.audited()]
    assert "staff.self-appointment-refused" in actions
