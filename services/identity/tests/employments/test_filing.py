"""Filing many employments at once."""

from uuid import UUID, uuid4

import pytest
from talent_identity.employments import filing
from talent_identity.employments.schemas import EmploymentCreate
from talent_identity.employments.states import Status
from talent_identity.filing import Outcome

from ..employers.test_filing import file as file_employers
from ..factories import employer_body, fixed_term, talent_body
from ..talents.test_claiming import OFFICIAL
from ..talents.test_filing import file as file_talents


async def parties(world):
    (talent,) = await file_talents(world, talent_body())
    (employer,) = await file_employers(world, employer_body())
    return talent.id, employer.id


def row(talent_id, employer_id, status=Status.CONFIRMED, **changes):
    body = EmploymentCreate.model_validate(fixed_term(str(employer_id), **changes))
    return filing.EmploymentRow(talent_id, body.employer_id, body, status)


async def file(world, *rows):
    parts = world.running.service
    async with parts.database.transaction() as session:
        return await filing.file_many(session, parts, OFFICIAL, rows)


@pytest.mark.parametrize(
    ("status", "told"), [(Status.CONFIRMED, "confirmed"), (Status.DECLARED, "declared")]
)
async def test_each_row_is_an_employment_in_the_state_that_the_list_speaks_for(world, status, told):
    talent_id, employer_id = await parties(world)
    rows = await file(
        world,
        row(talent_id, employer_id, status),
        row(
            talent_id, employer_id, status, contract_from="2020-07-01", contract_until="2023-06-30"
        ),
    )
    assert [each.outcome for each in rows] == [Outcome.FILED] * 2
    events = (await world.events())[2:]
    assert {event["type"] for event in events} == {f"talent.identity.employment.{told}.v1"}
    assert [event["subject"] for event in events] == [str(each.id) for each in rows]
    assert {event["data"]["status"] for event in events} == {told}
    assert {event["data"]["version"] for event in events} == {1}
    assert [entry.action for entry in await world.audited()][2:] == ["employment.filed"] * 2


async def test_the_same_list_twice_changes_nothing(world):
    given = row(*await parties(world))
    first, twin = await file(world, given, row(*given.key[:2], arrangement="dispatch"))
    assert (first.outcome, twin.outcome) == (Outcome.FILED, Outcome.KNOWN)
    stored = await world.running.stored()
    (again,) = await file(world, given)
    assert again == (Outcome.KNOWN, first.id, None, False)
    assert await world.running.stored() == stored


async def test_an_office_confirms_what_an_employer_declared(world):
    talent_id, employer_id = await parties(world)
    (declared,) = await file(world, row(talent_id, employer_id, Status.DECLARED))
    (again,) = await file(world, row(talent_id, employer_id, Status.DECLARED))
    assert again == (Outcome.KNOWN, declared.id, None, False)
    (confirmed,) = await file(world, row(talent_id, employer_id, arrangement="dispatch"))
    assert (confirmed.outcome, confirmed.id) == (Outcome.FILED, declared.id)
    event = (await world.events())[-1]
    assert event["type"] == "talent.identity.employment.confirmed.v1"
    assert (event["data"]["version"], event["data"]["arrangement"]) == (2, "dispatch")
    (last,) = await file(world, row(talent_id, employer_id))
    assert last == (Outcome.KNOWN, declared.id, None, False)


async def test_strangers_are_refused_row_by_row(world):
    talent_id, employer_id = await parties(world)
    nobody, nowhere, good = await file(
        world,
        row(uuid4(), employer_id),
        row(talent_id, uuid4()),
        row(talent_id, employer_id),
    )
    assert (nobody.problem.code, nowhere.problem.code) == (
        "talent-not-found",
        "employer-not-found",
    )
    assert good.outcome is Outcome.FILED


async def test_who_claims_the_talent_has_the_employments(world):
    body = talent_body()
    (talent,) = await file_talents(world, body)
    (employer,) = await file_employers(world, employer_body())
    (filed,) = await file(world, row(talent.id, employer.id))
    caller, _ = await world.talent(**body)
    (shown,) = (await caller.get("/v1/employments")).json()["items"]
    assert (UUID(shown["id"]), shown["status"]) == (filed.id, "confirmed")
