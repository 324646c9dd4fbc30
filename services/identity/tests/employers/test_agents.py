"""/v1/employers/{id}/agents: who may act, as data."""

import asyncio
from datetime import timedelta

import pytest
from talent_identity.employers.agents import MAX_AGENTS
from talent_kit.auth import Role
from talent_kit.clock import local_date, local_midnight


def path(employer: dict) -> str:
    return f"/v1/employers/{employer['id']}/agents"


async def test_an_added_agent_acts_at_once_and_a_removed_one_no_more(world):
    first, shown = await world.employer()
    second = world.caller(Role.EMPLOYER)
    answer = await first.post(path(shown), {"login": second.login})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"2"')
    assert {agent["login"] for agent in answer.json()["items"]} == {first.login, second.login}
    assert (await second.get(path(shown))).json() == answer.json()
    assert [one["id"] for one in (await second.get("/v1/employers/me")).json()["items"]] == [
        shown["id"]
    ]
    gone = await second.delete(f"{path(shown)}/{first.login}")
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await first.get(path(shown))).status_code == 404
    assert (await first.get("/v1/employers/me")).json()["items"] == []
    events = await world.events()
    assert [event["data"]["version"] for event in events] == [1, 2, 3]
    assert [event["data"]["agents"] for event in events[1:]] == [
        sorted([first.login, second.login]),
        [second.login],
    ]
    assert [(entry.action, entry.detail) for entry in await world.audited()] == [
        ("employer.registered", {}),
        ("employer.agent-added", {"agent": second.login}),
        ("employer.agent-removed", {"agent": first.login}),
    ]


async def test_the_last_agent_cannot_go(world):
    agent, shown = await world.employer()
    answer = await agent.delete(f"{path(shown)}/{agent.login}")
    assert (answer.status_code, answer.json()["code"]) == (409, "last-agent")
    assert (await agent.get(path(shown))).json()["version"] == 1


async def test_one_agent_without_an_end_must_stay(world):
    agent, shown = await world.employer()
    until = str(local_date(world.running.clock.now()))
    await agent.post(path(shown), {"login": "for-today", "valid_until": until})
    answer = await agent.delete(f"{path(shown)}/{agent.login}")
    assert (answer.status_code, answer.json()["code"]) == (409, "last-agent")
    assert (await agent.delete(f"{path(shown)}/for-today")).status_code == 204


@pytest.mark.parametrize(
    ("until", "status"), [("2199-12-31", 201), ("2200-01-01", 422), ("9999-12-31", 422)]
)
async def test_an_agents_time_ends_within_the_calendar(world, until, status):
    agent, shown = await world.employer()
    answer = await agent.post(path(shown), {"login": "someone", "valid_until": until})
    assert answer.status_code == status


async def test_two_agents_who_remove_one_another_at_once_leave_one(world):
    first, shown = await world.employer()
    second = world.caller(Role.EMPLOYER)
    await first.post(path(shown), {"login": second.login})
    answers = await asyncio.gather(
        first.delete(f"{path(shown)}/{second.login}"),
        second.delete(f"{path(shown)}/{first.login}"),
    )
    assert sorted(answer.status_code for answer in answers) == [204, 404]
    assert len(await world.rows("SELECT 1 FROM agent")) == 1


async def test_who_is_no_agent_cannot_be_removed(world):
    agent, shown = await world.employer()
    answer = await agent.delete(f"{path(shown)}/nobody")
    assert (answer.status_code, answer.json()["code"]) == (404, "agent-not-found")


async def test_an_agent_is_added_once(world):
    agent, shown = await world.employer()
    answer = await agent.post(path(shown), {"login": agent.login})
    assert (answer.status_code, answer.json()["code"]) == (409, "agent-exists")


async def test_a_repeated_request_adds_once(world):
    agent, shown = await world.employer()
    for _ in range(2):
        answer = await agent.post(path(shown), {"login": "two"}, Idempotency_Key="the-same-key")
        assert (answer.status_code, answer.json()["version"]) == (201, 2)


async def test_an_agent_may_act_to_the_end_of_the_last_day(world):
    clock = world.running.clock
    agent, shown = await world.employer()
    today = local_date(clock.now())
    limited = world.caller(Role.EMPLOYER)
    body = {"login": limited.login, "valid_until": str(today)}
    assert (await agent.post(path(shown), body)).status_code == 201
    over = local_midnight(today + timedelta(days=1))
    clock.set(over - timedelta(microseconds=1))
    assert (await limited.get(path(shown))).status_code == 200
    clock.set(over)
    assert (await limited.get(path(shown))).status_code == 404
    assert (await limited.get(f"/v1/employers/{shown['id']}")).status_code == 404
    assert (await limited.get("/v1/employers/me")).json()["items"] == []
    assert len((await agent.get(path(shown))).json()["items"]) == 1


async def test_subscribers_learn_when_an_agents_time_is_over(world):
    clock = world.running.clock
    agent, shown = await world.employer()
    today = local_date(clock.now())
    for login in ("a", "b"):
        await agent.post(path(shown), {"login": login, "valid_until": str(today)})
    over = local_midnight(today + timedelta(days=1))
    clock.set(over - timedelta(microseconds=1))
    assert await world.running.worker.timers.step() == 0
    clock.set(over)
    assert await world.running.worker.timers.step() == 1
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employer.updated.v1"
    assert (event["data"]["version"], event["data"]["agents"]) == (4, [agent.login])


async def test_the_end_of_an_agent_removed_before_is_no_news(world):
    clock = world.running.clock
    agent, shown = await world.employer()
    today = local_date(clock.now())
    await agent.post(path(shown), {"login": "a", "valid_until": str(today)})
    await agent.delete(f"{path(shown)}/a")
    clock.set(local_midnight(today + timedelta(days=1)))
    assert await world.running.worker.timers.step() == 1
    assert [event["data"]["version"] for event in await world.events()] == [1, 2, 3]


async def test_an_agent_whose_time_is_over_may_come_again(world):
    clock = world.running.clock
    agent, shown = await world.employer()
    today = local_date(clock.now())
    await agent.post(path(shown), {"login": "a", "valid_until": str(today)})
    clock.move(timedelta(days=1))
    answer = await agent.post(path(shown), {"login": "a"})
    assert answer.status_code == 201
    assert {one["login"]: one["valid_until"] for one in answer.json()["items"]}["a"] is None


@pytest.mark.parametrize(("days", "status"), [(-1, 422), (0, 201), (1, 201)])
async def test_a_last_day_does_not_lie_in_the_past(world, days, status):
    agent, shown = await world.employer()
    until = str(local_date(world.running.clock.now()) + timedelta(days=days))
    answer = await agent.post(path(shown), {"login": "a", "valid_until": until})
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["code"] == "agent-valid-until-past"


async def test_an_employer_has_fifty_agents_at_most(world):
    agent, shown = await world.employer()
    async with world.running.service.database.engine.begin() as connection:
        await connection.exec_driver_sql(
            "INSERT INTO agent (employer_id, login, added_by, added_at) "
            f"SELECT '{shown['id']}', 'agent-' || n, 'x', now() "
            f"FROM generate_series(1, {MAX_AGENTS - 2}) n"
        )
    assert (await agent.post(path(shown), {"login": "the-fiftieth"})).status_code == 201
    answer = await agent.post(path(shown), {"login": "one-more"})
    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-agents")


@pytest.mark.parametrize(
    ("login", "status"), [("", 422), ("a", 201), ("a" * 255, 201), ("a" * 256, 422), ("林", 422)]
)
async def test_a_login_is_of_printable_characters(world, login, status):
    agent, shown = await world.employer()
    assert (await agent.post(path(shown), {"login": login})).status_code == status
