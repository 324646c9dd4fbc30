"""Tickets for some employers' people, and for so many of each employer."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from talent_contracts import EmploymentConfirmed, EmploymentEnded
from talent_kit.identifiers import new_id
from talent_registration.employers.consumers import on_employments

from ..world import content, ticket, words

HALL = {"quotas": [{"name": "hall", "label": words("hall"), "capacity": 20}]}


async def employ(world, people, employer, kind=EmploymentConfirmed, version=2, **more):
    """Identity tells that people are employed; today is the first of September 2026."""
    given = {
        "status": "confirmed",
        "arrangement": "full_time",
        "contract_kind": "fixed_term",
        "contract_from": date(2026, 1, 1),
        "contract_until": None,
        "ended_on": None,
    } | more
    told = [
        kind(
            employment_id=given.pop("employment_id", None) or new_id(),
            talent_id=person.talent_id,
            employer_id=UUID(str(employer)),
            version=version,
            **given,
        )
        for person in people
    ]
    async with world.running.service.database.transaction() as session:
        await on_employments(session, told)
    return told


async def code(person, activity, number=0, **more):
    answer = (await person.claim(activity, number, **more)).json()
    return answer.get("code", answer.get("status"))


async def test_the_people_of_some_employers_alone(world):
    mine, other = str(uuid4()), str(uuid4())
    activity = await world.published(tickets=[ticket(employers=[mine])])
    people = await world.talents(3)
    await employ(world, people[:1], mine)
    await employ(world, people[1:2], other)
    found = [await code(person, activity) for person in people]
    assert found == ["confirmed", "of-other-employers", "of-other-employers"]


@pytest.mark.parametrize(
    ("more", "admitted"),
    [
        ({"contract_from": date(2026, 9, 1)}, True),
        ({"contract_from": date(2026, 9, 2)}, False),
        ({"contract_until": date(2026, 9, 1)}, True),
        ({"contract_until": date(2026, 8, 31)}, False),
        ({"status": "declared"}, False),
        ({"status": "rejected"}, False),
        ({"status": "ended", "ended_on": date(2026, 9, 1)}, True),
        ({"status": "ended", "ended_on": date(2026, 8, 31)}, False),
    ],
)
async def test_who_is_employed_on_the_day(world, more, admitted):
    employer = str(uuid4())
    activity = await world.published(tickets=[ticket(employers=[employer])])
    person = await world.talent()
    await employ(world, [person], employer, **more)
    assert await code(person, activity) == ("confirmed" if admitted else "of-other-employers")


async def test_word_that_is_older_changes_nothing(world):
    employer = str(uuid4())
    activity = await world.published(tickets=[ticket(employers=[employer])])
    person, one = await world.talent(), new_id()
    ended = {"status": "ended", "ended_on": date(2026, 8, 1), "employment_id": one}
    await employ(world, [person], employer, EmploymentEnded, 3, **ended)
    await employ(world, [person], employer, employment_id=one)
    assert await code(person, activity) == "of-other-employers"


async def test_so_many_of_each_employer(world):
    activity = await world.published(**HALL, tickets=[ticket(per_employer=2), ticket("b")])
    first, second = str(uuid4()), str(uuid4())
    people, others, free = await world.talents(4), await world.talents(3), await world.talents(2)
    await employ(world, people, first)
    await employ(world, others, second)
    answers = await asyncio.gather(*(code(each, activity) for each in [*people, *others, *free]))
    assert sorted(answers[:4]) == ["confirmed"] * 2 + ["employer-limit"] * 2
    assert sorted(answers[4:7]) == ["confirmed"] * 2 + ["employer-limit"]
    assert answers[7:] == ["confirmed"] * 2
    refused = people[answers.index("employer-limit")]
    assert await code(refused, activity, 1) == "confirmed"
    assert await code(refused, activity, 0, move=True) == "employer-limit"
    seated = people[answers.index("confirmed")]
    await seated.cancel(activity)
    assert await code(refused, activity, 0, move=True) == "confirmed"
    assert await code(seated, activity) == "employer-limit"


async def test_who_waits_or_asks_counts_too(world):
    employer = str(uuid4())
    tickets = [ticket(per_employer=1), ticket("asked", per_employer=1, approval=True)]
    no_seat = [{"name": "hall", "label": words("hall"), "capacity": 0}]
    activity = await world.published(quotas=no_seat, tickets=tickets)
    people = await world.talents(4)
    await employ(world, people, employer)
    found = [await code(person, activity, n // 2) for n, person in enumerate(people)]
    assert found == ["waiting", "employer-limit", "requested", "employer-limit"]


async def test_of_who_was_erased_no_employment_is_kept_or_comes_back(world):
    person = await world.talent()
    await employ(world, [person], uuid4())
    await person.erase()
    await employ(world, [person], uuid4(), version=9)
    assert await world.rows("SELECT 1 FROM employment") == []


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"per_employer": 0}, 422),
        ({"per_employer": 1}, 201),
        ({"per_employer": 1_000_001}, 422),
        ({"employers": [str(uuid4()) for _ in range(200)]}, 201),
        ({"employers": [str(uuid4()) for _ in range(201)]}, 422),
    ],
    ids=["none", "one", "too many", "most employers", "too many employers"],
)
async def test_limits_of_a_document(world, more, status):
    body = content(tickets=[ticket(**more)])
    answer = await world.send("POST", "/v1/activities", world.organiser(), json=body)
    assert answer.status_code == status
