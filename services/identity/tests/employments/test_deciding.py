"""Confirming, rejecting and ending an employment."""

import asyncio
from datetime import timedelta

import pytest
import pytest_asyncio
from talent_kit.auth import Role
from talent_kit.clock import local_date

from ..factories import fixed_term

PATH = "/v1/employments"


@pytest_asyncio.fixture
async def case(world):
    """A talent, an agent, and a declared employment between them."""
    talent, _ = await world.talent()
    agent, employer = await world.employer()
    answer = await talent.post(PATH, fixed_term(employer["id"]))
    return talent, agent, answer.json()


async def act(caller, shown, name, version=1, body=None):
    path = f"{PATH}/{shown['id']}/{name}"
    return await caller.post(path, body, If_Match=f'"{version}"')


REJECT = {"reason": "dates-wrong"}


async def test_an_agent_confirms(world, case):
    _talent, agent, shown = case
    answer = await act(agent, shown, "confirm")
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (answer.json()["status"], answer.json()["version"]) == ("confirmed", 2)
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employment.confirmed.v1"
    assert (event["data"]["version"], event["data"]["status"]) == (2, "confirmed")
    entry = (await world.audited())[-1]
    assert (entry.actor, entry.action) == (agent.login, "employment.confirm")


async def test_a_rejected_declaration_is_edited_and_declared_again(world, case):
    talent, agent, shown = case
    answer = await act(agent, shown, "reject", body=REJECT)
    assert (answer.json()["status"], answer.json()["rejection"]) == ("rejected", "dates-wrong")
    assert (await talent.get(f"{PATH}/{shown['id']}")).json()["rejection"] == "dates-wrong"
    edited = await talent.patch(
        f"{PATH}/{shown['id']}", {"contract_until": "2028-06-30"}, version=2
    )
    assert (edited.json()["status"], edited.json()["rejection"]) == ("declared", None)
    assert (await act(agent, shown, "confirm", version=3)).json()["status"] == "confirmed"
    events = (await world.events())[-4:]
    assert [event["type"].split(".")[3] for event in events] == [
        "declared",
        "rejected",
        "declared",
        "confirmed",
    ]
    assert [event["data"]["version"] for event in events] == [1, 2, 3, 4]


async def test_the_last_day_ends_a_confirmed_employment(world, case):
    _talent, agent, shown = case
    await act(agent, shown, "confirm")
    answer = await act(agent, shown, "end", version=2, body={"ended_on": "2025-03-31"})
    assert (answer.json()["status"], answer.json()["ended_on"]) == ("ended", "2025-03-31")
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employment.ended.v1"
    assert (event["data"]["version"], event["data"]["ended_on"]) == (3, "2025-03-31")


async def test_an_end_lies_in_the_term_and_not_in_the_future(world, case):
    _talent, agent, shown = case
    await act(agent, shown, "confirm")
    tomorrow = local_date(world.running.clock.now()) + timedelta(days=1)
    for day in ("2024-06-30", str(tomorrow)):
        answer = await act(agent, shown, "end", version=2, body={"ended_on": day})
        assert (answer.status_code, answer.json()["code"]) == (422, "ended-on-impossible"), day
    answer = await act(agent, shown, "end", version=2, body={"ended_on": "2024-07-01"})
    assert answer.status_code == 200


BODIES = {"confirm": None, "reject": REJECT, "end": {"ended_on": "2024-08-01"}}


@pytest.mark.parametrize(
    ("reached", "possible"),
    [
        ("declared", {"confirm", "reject", "edit"}),
        ("rejected", {"edit"}),
        ("confirmed", {"end"}),
        ("ended", set()),
    ],
)
async def test_what_is_possible_in_each_state(world, case, reached, possible):
    talent, agent, shown = case
    steps = {
        "declared": [],
        "rejected": ["reject"],
        "confirmed": ["confirm"],
        "ended": ["confirm", "end"],
    }[reached]
    for version, step in enumerate(steps, start=1):
        await act(agent, shown, step, version, BODIES[step])
    version = len(steps) + 1
    for name in {"confirm", "reject", "end", "edit"} - possible:
        if name == "edit":
            path = f"{PATH}/{shown['id']}"
            answer = await talent.patch(path, {"arrangement": "dispatch"}, version=version)
        else:
            answer = await act(agent, shown, name, version, BODIES[name])
        assert (answer.status_code, answer.json()["code"]) == (409, "employment-state"), name
        assert answer.json()["state"] == reached
    assert (await agent.get(f"{PATH}/{shown['id']}")).json()["version"] == version


@pytest.mark.parametrize("name", list(BODIES))
async def test_agents_of_others_do_not_find_it(world, case, name):
    _talent, _agent, shown = case
    rival, _ = await world.employer()
    claiming = world.caller(Role.EMPLOYER, employer=shown["employer_id"])
    for caller in (rival, claiming):
        answer = await act(caller, shown, name, body=BODIES[name])
        assert (answer.status_code, answer.json()["code"]) == (404, "employment-not-found")


async def test_nobody_confirms_their_own_employment(world, case):
    talent, agent, shown = case
    employers = f"/v1/employers/{shown['employer_id']}/agents"
    await agent.post(employers, {"login": talent.login})
    both = world.caller(Role.TALENT, Role.EMPLOYER, login=talent.login)
    answer = await act(both, shown, "confirm")
    assert (answer.status_code, answer.json()["code"]) == (403, "own-employment")
    assert (await act(agent, shown, "confirm")).status_code == 200


async def test_an_agent_confirms_the_version_they_read(world, case):
    talent, agent, shown = case
    await talent.patch(f"{PATH}/{shown['id']}", {"contract_until": "2034-06-30"})
    answer = await act(agent, shown, "confirm", version=1)
    assert (answer.status_code, answer.json()["code"]) == (412, "version-changed")
    assert (await agent.get(f"{PATH}/{shown['id']}")).json()["status"] == "declared"
    assert (await act(agent, shown, "confirm", version=2)).status_code == 200


async def test_of_confirming_and_rejecting_at_once_one_wins(world, case):
    talent, agent, shown = case
    answers = await asyncio.gather(
        *(act(agent, shown, "confirm") for _ in range(5)),
        *(act(agent, shown, "reject", body=REJECT) for _ in range(5)),
        talent.patch(f"{PATH}/{shown['id']}", {"arrangement": "dispatch"}),
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 10
    assert (await agent.get(f"{PATH}/{shown['id']}")).json()["version"] == 2


async def test_a_repeated_confirmation_gets_the_same_answer(world, case):
    _talent, agent, shown = case
    path = f"{PATH}/{shown['id']}/confirm"
    headers = {"If_Match": '"1"', "Idempotency_Key": "the-same-key"}
    first = await agent.post(path, **headers)
    again = await agent.post(path, **headers)
    assert (again.status_code, again.json()) == (200, first.json())


async def test_a_reason_is_one_of_the_known_codes(world, case):
    _talent, agent, shown = case
    answer = await act(agent, shown, "reject", body={"reason": "because"})
    assert answer.json()["errors"][0]["code"] == "enum"
