"""The dossier: all that a decision needs in one answer, read for a purpose that is kept."""

import json
from typing import Any

import pytest
from talent_kit.auth import Role

from .story import Story, begin


async def dossier(story: Story, made: Any, purpose: str = "review") -> Any:
    answer = await story.policy.client.get(
        f"/v1/applications/{made['id']}/dossier",
        params={"purpose": purpose},
        headers=story.staff(Role.REVIEWER),
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    return answer.json()


async def test_all_that_a_reviewer_needs_is_there(policy) -> None:
    story = await begin(policy, arrangement="dispatch")
    made = (await story.apply()).json()
    await story.step(made, "return", {"reason": "合同缺页"})
    back = (await story.step(made | {"version": 2}, "resubmit", headers=story.talent)).json()
    seen = await dossier(story, made)
    assert seen["application"]["number"] == made["number"]
    assert (seen["talent_id"], seen["employer_id"]) == (
        str(story.talent_id),
        str(story.employer_id),
    )
    assert (seen["outcome"], seen["waiting_days"], seen["version"]) == (
        "needs_person",
        0,
        back["version"],
    )
    by_id = {row["id"]: row for row in seen["requirements"]}
    assert by_id["arrangement"]["state"] == "referred"
    assert by_id["arrangement"]["reasons"]
    assert "附件2第" in by_id["arrangement"]["article"]["zh"]
    facts = {fact["name"]: fact for fact in seen["facts"]}
    degree = facts["person.degree"]
    assert (degree["value"], degree["source"], degree["verified"]) == ("master", "education", True)
    assert degree["label"]["en"]
    assert degree["source_label"]["zh"]
    assert seen["papers"]
    [past] = seen["history"]
    assert (past["result"], past["decided_by"], past["reason"]) == (
        "returned",
        "staff-reviewer",
        "合同缺页",
    )


async def test_payments_and_determinations_stand_in_it(policy) -> None:
    story = await begin(policy)
    made = (await story.apply("2.1")).json()
    await story.step(made, "approve", {})
    seen = await dossier(story, made)
    assert [row["status"] for row in seen["application"]["payments"]] == ["ordered"]
    assert [row["result"] for row in seen["history"]] == ["approved"]


async def test_reading_is_kept_with_its_purpose(policy) -> None:
    story = await begin(policy)
    made = (await story.apply("2.1")).json()
    await dossier(story, made, "complaint")
    async with policy.service.database.engine.connect() as connection:
        rows = await connection.exec_driver_sql(
            "SELECT actor, purpose, detail FROM audit WHERE action = 'application.dossier-read'"
        )
        [(actor, purpose, detail)] = rows.all()
    assert (actor, purpose) == ("staff-reviewer", "complaint")
    assert "1995" not in json.dumps(detail)


@pytest.mark.parametrize("query", ["", "?purpose=curiosity"])
async def test_nobody_reads_without_a_purpose(policy, query: str) -> None:
    story = await begin(policy)
    made = (await story.apply("2.1")).json()
    answer = await policy.client.get(
        f"/v1/applications/{made['id']}/dossier{query}", headers=story.staff(Role.REVIEWER)
    )
    assert answer.status_code == 422


async def test_not_of_another_region(policy) -> None:
    story = await begin(policy)
    made = (await story.apply("2.1")).json()
    answer = await policy.client.get(
        f"/v1/applications/{made['id']}/dossier?purpose=review",
        headers=story.staff(Role.REVIEWER, region="330800"),
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "outside-region")
