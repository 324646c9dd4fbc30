"""GET /v1/talents/me, /v1/talents/{id} and the list for reviewers."""

from uuid import uuid4

import pytest
from talent_kit.auth import Role


async def test_a_talent_reads_their_own_record_both_ways(world):
    caller, shown = await world.talent()
    mine = await caller.get("/v1/talents/me")
    assert (mine.status_code, mine.json(), mine.headers["etag"]) == (200, shown, '"1"')
    assert (await caller.get(f"/v1/talents/{shown['id']}")).json() == shown
    assert [entry.action for entry in await world.audited()] == ["talent.registered"]


async def test_who_has_not_registered_has_no_record(world):
    answer = await world.caller(Role.TALENT).get("/v1/talents/me")
    assert (answer.status_code, answer.json()["code"]) == (404, "talent-not-registered")


async def test_another_persons_record_is_not_found(world):
    _, shown = await world.talent()
    other, _ = await world.talent()
    for path in (f"/v1/talents/{shown['id']}", f"/v1/talents/{uuid4()}"):
        answer = await other.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "talent-not-found")


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
async def test_staff_read_records_of_their_region_and_what_lies_in_it(world, role):
    _, shown = await world.talent(region="350702")
    path = f"/v1/talents/{shown['id']}"
    for region, status in (
        ("350702", 200),
        ("350700", 200),
        ("350000", 200),
        ("350703", 404),
        ("350100", 404),
        ("330800", 404),
        ("999999", 404),
        (None, 404),
    ):
        answer = await world.caller(role, region=region).get(path)
        assert answer.status_code == status, region
        if status == 200:
            assert answer.json() == shown
    reads = [entry for entry in await world.audited() if entry.action == "talent.read"]
    assert len(reads) == 3
    assert {entry.subject for entry in reads} == {f"talent:{shown['id']}"}


async def test_staff_who_are_talents_too_read_their_own_without_an_audit_entry(world):
    caller, shown = await world.talent()
    both = world.caller(Role.TALENT, Role.REVIEWER, login=caller.login, region="330800")
    assert (await both.get(f"/v1/talents/{shown['id']}")).status_code == 200
    staff = world.caller(Role.REVIEWER, login=caller.login, region="330800")
    assert (await staff.get(f"/v1/talents/{shown['id']}")).status_code == 404


async def test_a_reviewer_lists_the_region_and_what_lies_in_it_newest_first(world):
    regions = ("350702", "350703", "3507W1", "350700", "330800", "350000")
    registered = [(await world.talent(region=region))[1] for region in regions]
    reviewer = world.caller(Role.REVIEWER, region="350700")
    answer = await reviewer.get("/v1/talents")
    assert answer.status_code == 200
    assert answer.json() == {"items": registered[3::-1], "next_cursor": None}
    entry = (await world.audited())[-1]
    assert (entry.action, entry.subject, entry.detail) == (
        "talents.listed",
        "region:350700",
        {"shown": 4},
    )


async def test_the_list_is_read_page_by_page(world):
    registered = [(await world.talent())[1]["id"] for _ in range(5)]
    reviewer = world.caller(Role.REVIEWER, region="350700")
    seen, cursor, sizes = [], "", []
    while cursor is not None:
        query = f"?limit=2{'&cursor=' + cursor if cursor else ''}"
        page = (await reviewer.get(f"/v1/talents{query}")).json()
        seen += [item["id"] for item in page["items"]]
        sizes.append(len(page["items"]))
        cursor = page["next_cursor"]
    assert (seen, sizes) == (registered[::-1], [2, 2, 1])


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=0", 422), ("limit=1", 200), ("limit=200", 200), ("limit=201", 422), ("cursor=x", 400)],
)
async def test_the_limits_of_a_page(world, query, status):
    reviewer = world.caller(Role.REVIEWER, region="350700")
    assert (await reviewer.get(f"/v1/talents?{query}")).status_code == status


async def test_a_reviewer_without_or_with_an_unknown_region_lists_nothing(world):
    await world.talent()
    assert (await world.caller(Role.REVIEWER).get("/v1/talents")).status_code == 403
    unknown = await world.caller(Role.REVIEWER, region="999999").get("/v1/talents")
    assert unknown.json()["items"] == []
