"""A withdrawal against a decision: the review is locked before the grant."""

import asyncio

import pytest
from talent_kit.auth import Principal, Role
from talent_kit.reviews.schemas import Decision

from .given import Proposal, called

OFFICE = Principal("office-1", frozenset({Role.STATION_ADMIN}), "350700", None)


@pytest.fixture
async def proposal(world):
    call = await called(world)
    proposal = await Proposal.of(world)
    await proposal.submitted(call)
    return proposal


@pytest.mark.parametrize(
    ("outcome", "expected", "status"),
    [("approved", 200, "withdrawn"), ("refused", 412, "refused")],
)
async def test_a_withdrawal_waits_for_a_decision_on_its_way(
    world, proposal, outcome, expected, status
):
    service = world.running.service
    review_id = proposal.grant["review_id"]
    rows = await world.rows("SELECT id, version FROM review")
    (review,) = [row for row in rows if str(row.id) == review_id]
    async with service.database.transaction() as session:
        await service.reviews.hold(session, review.id)
        withdrawing = asyncio.create_task(proposal.act("withdrawal"))
        await asyncio.sleep(0.5)
        assert not withdrawing.done()
        decision = Decision(outcome=outcome, words="示例理由")
        await service.reviews.decide(session, OFFICE, review.id, review.version, decision)
    assert (await withdrawing).status_code == expected
    assert (await proposal.read())["status"] == status


async def test_of_both_at_once_each_is_answered_and_one_end_holds(world, proposal):
    withdrawn, decided = await asyncio.gather(
        proposal.act("withdrawal"), proposal.step("decision", outcome="refused", words="示例理由")
    )
    assert {withdrawn.status_code, decided.status_code} <= {200, 409, 412}
    assert (await proposal.read())["status"] in {"withdrawn", "refused"}
