"""Employees registered together: each a claim like any other, and only of the employer's own."""

import asyncio
from uuid import uuid4

import pytest

from ..registrations.test_employees import employ


async def register(world, firm, activity, people, ticket=0):
    body = {
        "ticket_id": activity["tickets"][ticket]["id"],
        "talent_ids": [str(one.talent_id) for one in people],
    }
    path = f"/v1/activities/{activity['id']}/groups/me"
    return await world.send("PUT", path, firm.headers, json=body)


def came(answer):
    assert answer.status_code == 200, answer.text
    return [one["status"] or one["code"] for one in answer.json()["items"]]


async def test_seats_for_those_who_are_employed_and_places_when_they_are_gone(world):
    activity, firm, people = await world.published(), await world.employer(), await world.talents(5)
    await employ(world, people[:4], firm.employer_id)
    expected = ["confirmed"] * 3 + ["waiting", "not-employed"]
    assert came(await register(world, firm, activity, people)) == expected
    assert came(await register(world, firm, activity, people)) == expected, "again"
    assert (await world.taken(activity)) == {"hall": 3}
    assert (await people[0].cancel(activity)).status_code == 200, "theirs to give up"
    rows = await world.rows("SELECT subject FROM audit WHERE action = 'group.registered'")
    assert {row.subject for row in rows} == {f"talent:{one.talent_id}" for one in people[:4]}


async def test_nobody_registers_another_s_people(world):
    activity, people = await world.published(), await world.talents(2)
    one, other = await world.employer(), await world.employer()
    await employ(world, people[:1], one.employer_id)
    await employ(world, people[1:], other.employer_id)
    assert came(await register(world, one, activity, people)) == ["confirmed", "not-employed"]
    stranger = await world.employer()
    stranger.headers = world.running.issuer.headers("nobody", "employer")
    refused = await register(world, stranger, activity, people)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-an-agent")


async def test_what_speaks_against_a_claim_speaks_against_one_of_a_group(world):
    firm, (person,) = await world.employer(), await world.talents(1)
    await employ(world, [person], firm.employer_id)
    elsewhere = await world.published(regions=["330800"])
    assert came(await register(world, firm, elsewhere, [person])) == ["not-admitted"]
    hidden = await register(world, firm, await world.draft(), [person])
    assert (hidden.status_code, hidden.json()["code"]) == (404, "activity-not-found")


async def test_many_groups_at_once_take_no_connection_from_their_claims(world):
    activity = await world.published()
    firms = [await world.employer() for _ in range(12)]
    groups = [await world.talents(5) for _ in firms]
    for firm, people in zip(firms, groups, strict=True):
        await employ(world, people, firm.employer_id)
    answers = await asyncio.gather(
        *(
            register(world, firm, activity, people)
            for firm, people in zip(firms, groups, strict=True)
        )
    )
    states = [state for answer in answers for state in came(answer)]
    assert (states.count("confirmed"), states.count("waiting")) == (3, 57)


@pytest.mark.parametrize("number", [0, 201])
async def test_so_many_and_no_more(world, number):
    activity, firm = await world.published(), await world.employer()
    ids = [str(uuid4()) for _ in range(number)]
    body = {"ticket_id": activity["tickets"][0]["id"], "talent_ids": ids}
    path = f"/v1/activities/{activity['id']}/groups/me"
    assert (await world.send("PUT", path, firm.headers, json=body)).status_code == 422
    body["talent_ids"] = [str(uuid4())] * 2
    assert (await world.send("PUT", path, firm.headers, json=body)).status_code == 422
