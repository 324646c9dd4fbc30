"""Every measure of the Nanping pack, asked over HTTP as anybody may."""

import pytest

from ..world import nanping, publish

PER = {measure.id: measure.per.value for measure in nanping().measures}


@pytest.fixture(scope="module")
async def policy(policy_factory):
    """One service for all questions: none of them changes anything."""
    async with policy_factory.running() as service:
        await publish(service, nanping())
        yield service


async def _ask(policy, measure, base, case):
    given = base | case.facts
    body = {
        "as_of": case.as_of.isoformat(),
        "region": "350700",
        "subject": PER[measure],
        "measures": [measure],
        "facts": {name: value for name, value in given.items() if value is not None},
    }
    answer = await policy.client.post("/v1/evaluations", json=body)
    assert answer.status_code == 200, answer.text
    [shown] = answer.json()["measures"]
    return shown


@pytest.mark.parametrize("group", nanping().examples, ids=lambda group: group.measure)
async def test_examples_of_every_measure_come_out_alike(policy, group):
    for case in [case for case in group.cases if not case.settings][::4]:
        shown = await _ask(policy, group.measure, group.base, case)
        assert shown["outcome"] == case.expect.outcome, case.name
        if case.expect.amount_fen is not None:
            assert shown["amount_fen"] == case.expect.amount_fen


async def test_a_person_is_not_asked_about_what_nobody_claims(policy):
    """Who was selected for nothing is refused outright, not sent to a person or left unknown."""
    body = {"as_of": "2023-07-01", "region": "350700", "subject": "person", "facts": {}}
    shown = (await policy.client.post("/v1/evaluations", json=body)).json()["measures"]
    own = [each for each in shown if PER[each["id"]] == "person"]
    assert {each["id"] for each in own} == {"1.4a", "1.4b", "3.3a", "4.2a", "4.2b", "4.3"}
    assert {each["outcome"] for each in own} == {"ineligible"}
