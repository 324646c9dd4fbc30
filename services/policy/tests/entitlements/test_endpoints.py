"""What staff see of kept matches: their region's, page by page, with figures and runs."""

import pytest
from talent_kit.auth import Role

from ..applications.story import begin, join


@pytest.fixture(scope="module")
async def found(policy_factory):
    """Three graduates, one of whom applied."""
    async with policy_factory.running() as policy:
        stories = [await begin(policy), await join(policy), await join(policy)]
        made = await stories[0].apply("2.1")
        assert made.status_code == 201
        await policy.settle()
        yield stories


async def ask(story, path="", region="350700", role=Role.REVIEWER, **params):
    headers = story.staff(role, region=region)
    return await story.policy.client.get(f"/v1/entitlements{path}", params=params, headers=headers)


async def test_staff_see_their_region_and_below(found):
    everyone = (await ask(found[0], measure="2.2")).json()["items"]
    assert {row["subject_id"] for row in everyone} == {str(each.employment_id) for each in found}
    assert {row["outcome"] for row in everyone} == {"eligible"}
    assert {row["as_of"] for row in everyone} == {"2025-09-01"}
    assert (await ask(found[0], region="350702", measure="2.2")).json()["items"] == everyone
    assert (await ask(found[0], region="350781")).json()["items"] == []


async def test_a_region_of_others_is_refused(found):
    assert (await ask(found[0], region="350702")).status_code == 200
    answer = await ask(found[0], "", "350781")
    assert answer.status_code == 200
    headers = found[0].staff(Role.REVIEWER, region="350781")
    refused = await found[0].policy.client.get(
        "/v1/entitlements", params={"region": "350702"}, headers=headers
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "outside-region")


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"measure": "2.1"}, 3),
        ({"measure": "2.1", "applied": "true"}, 1),
        ({"measure": "2.1", "applied": "false"}, 2),
        ({"measure": "2.1", "outcome": "unknown"}, 0),
        ({"measure": "9.9"}, 0),
    ],
)
async def test_a_list_can_be_narrowed(found, asked, count):
    assert len((await ask(found[0], **asked)).json()["items"]) == count


async def test_pages_hold_every_match_once(found):
    whole = (await ask(found[0])).json()["items"]
    got, cursor = [], None
    while cursor is not None or not got:
        page = (await ask(found[0], limit=2, **({"cursor": cursor} if cursor else {}))).json()
        got += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert got == whole


async def test_figures_tell_who_was_found_and_has_not_applied(found):
    figures = (await ask(found[0], "/figures", measure="2.1")).json()["figures"]
    by_applied = {row["applied"]: (row["subjects"], row["amount_fen"]) for row in figures}
    assert by_applied[False][0] == 2
    assert by_applied[True][0] == 1
    assert by_applied[False][1] == 2 * by_applied[True][1]
    assert (await ask(found[0], "/figures", region="350781")).json() == {"figures": []}


async def test_runs_tell_how_far_they_are(found):
    runs = (await ask(found[0], "/runs", role=Role.POLICY_ADMIN)).json()["items"]
    assert {(run["reason"], run["status"], run["region"]) for run in runs} == {
        ("day", "done", None)
    }
    assert runs[0]["matched"] == runs[0]["subjects"] == 3
