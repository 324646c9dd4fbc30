"""`/v1/corrections`: asked for by the talent, answered by a reviewer of the region."""

from typing import Any

import pytest
from talent_kit.auth import Role
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_policy.rights.correcting import MAX_OPEN

from ..applications.story import Story, begin, join

PATH = "/v1/corrections"
WORDS = "学位证书为博士"


@pytest.fixture
async def story(policy: ServiceUnderTest) -> Story:
    return await begin(policy)


def wish(story: Story, fact: str = "person.degree", **changes: Any) -> dict[str, Any]:
    kind = fact.partition(".")[0]
    identifier = story.talent_id if kind == "person" else story.employment_id
    subject = {"kind": kind, "id": str(identifier)}
    given = {"subject": subject, "fact": fact, "objection": "wrong-value", "words": WORDS}
    return given | changes


async def ask(story: Story, body: dict[str, Any], who: dict[str, str] | None = None) -> Any:
    headers = (who or story.talent) | fresh_key()
    return await story.policy.client.post(PATH, json=body, headers=headers)


async def close(story: Story, row: dict[str, Any], who: dict[str, str], outcome: str) -> Any:
    return await story.policy.client.post(
        f"{PATH}/{row['id']}/close",
        json={"outcome": outcome},
        headers=who | fresh_key() | {"If-Match": f'"{row["version"]}"'},
    )


async def listed(story: Story, who: dict[str, str], query: str = "") -> list[dict[str, Any]]:
    answer = await story.policy.client.get(f"{PATH}{query}", headers=who)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


@pytest.mark.parametrize("fact", ["person.degree", "employment.pension_from"])
async def test_asked_seen_and_closed(story: Story, fact: str) -> None:
    asked = await ask(story, wish(story, fact))
    assert asked.status_code == 201, asked.text
    row = asked.json()
    assert (row["fact"], row["status"], row["words"]) == (fact, "open", WORDS)
    reviewer = story.staff(Role.REVIEWER)
    assert await listed(story, reviewer, "?status=open") == [row]
    closed = await close(story, row, reviewer, "passed_on")
    assert closed.status_code == 200, closed.text
    assert (closed.json()["status"], closed.json()["version"]) == ("passed_on", 2)
    assert await listed(story, story.talent) == [closed.json()]
    assert await listed(story, reviewer, "?status=open") == []
    again = await close(story, closed.json(), reviewer, "corrected")
    assert (again.status_code, again.json()["code"]) == (409, "policy.correction-closed")
    assert (await ask(story, wish(story, fact))).status_code == 201
    assert WORDS not in await story.policy.stored()


async def test_one_open_for_each_fact_and_not_too_many(story: Story) -> None:
    assert (await ask(story, wish(story))).status_code == 201
    twice = await ask(story, wish(story, words=None))
    assert (twice.status_code, twice.json()["code"]) == (409, "policy.correction-open")
    facts = (await story.policy.client.get("/v1/facts")).json()["facts"]
    names = [fact["name"] for fact in facts if fact["owner"] in {"person", "employment"}]
    open_ = 1
    for name in names:
        if name == "person.degree":
            continue
        answer = await ask(story, wish(story, name))
        if open_ == MAX_OPEN:
            assert (answer.status_code, answer.json()["code"]) == (
                409,
                "policy.too-many-corrections",
            )
            return
        assert answer.status_code == 201, answer.text
        open_ += 1
    pytest.fail("the vocabulary has too few facts of a talent to reach the limit")


async def test_only_facts_of_one_s_own_subjects(story: Story) -> None:
    other = await join(story.policy)
    foreign = await ask(story, wish(other))
    assert (foreign.status_code, foreign.json()["code"]) == (404, "policy.no-subject")
    for fact in ("person.no_such_fact", "employment.pension_from", WORDS):
        answer = await ask(story, wish(story) | {"fact": fact})
        assert (answer.status_code, answer.json()["code"]) == (422, "policy.fact-of-another")
        assert WORDS not in answer.text
    agent = await ask(story, wish(story), story.agent)
    assert agent.status_code == 403


async def test_reviewers_of_other_regions_and_parties_do_not_answer(story: Story) -> None:
    row = (await ask(story, wish(story))).json()
    elsewhere = story.staff(Role.REVIEWER, region="350800")
    assert await listed(story, elsewhere) == []
    refused = await close(story, row, elsewhere, "unfounded")
    assert (refused.status_code, refused.json()["code"]) == (403, "outside-region")
    self_serving = story.staff(Role.REVIEWER, subject=story.login)
    refused = await close(story, row, self_serving, "corrected")
    assert (refused.status_code, refused.json()["code"]) == (403, "policy.own-subject")
