"""Keyset pages: every row once, the newest first, limits at their edges, cursors that were bent."""

import base64
from uuid import UUID

import pytest
from kit_sample.models import Note
from talent_kit.identifiers import new_id
from talent_kit.pagination import encode

FIXED = UUID(int=0x019A9B1C2F0070008000000000000001)


async def fill(sample, count):
    ids = [new_id() for _ in range(count)]
    async with sample.service.database.transaction() as session:
        session.add_all(Note(id=one, owner="x", text=b"", version=1) for one in ids)
    return ids


async def page(sample, talent, **query):
    return await sample.client.get("/v1/notes", params=query, headers=talent)


async def test_pages_hold_every_row_once_though_rows_come_in_between(sample, talent):
    ids = await fill(sample, 7)
    seen, cursor, sizes = [], None, []
    while True:
        query = {"limit": 3} | ({"cursor": cursor} if cursor else {})
        answer = (await page(sample, talent, **query)).json()
        seen += [item["id"] for item in answer["items"]]
        sizes.append(len(answer["items"]))
        cursor = answer["next_cursor"]
        if cursor is None:
            break
        await fill(sample, 2)
    assert seen == [str(one) for one in sorted(ids, reverse=True)]
    assert sizes == [3, 3, 1]


async def test_ids_of_one_millisecond_are_ordered_and_none_is_lost(sample, talent):
    stem = new_id()
    ties = [type(stem)(int=(stem.int & ~0xF) | n) for n in range(4)]
    async with sample.service.database.transaction() as session:
        session.add_all(Note(id=one, owner="x", text=b"", version=1) for one in ties)
    first = (await page(sample, talent, limit=2)).json()
    second = (await page(sample, talent, limit=2, cursor=first["next_cursor"])).json()
    assert [one["id"] for one in first["items"] + second["items"]] == [str(t) for t in ties[::-1]]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("limit", "status"), [(0, 422), (1, 200), (200, 200), (201, 422), ("many", 422)]
)
async def test_the_limit_at_its_edges(standing, limit, status):
    headers = standing.issuer.headers("talent-1")
    assert (await page(standing, headers, limit=limit)).status_code == status


async def test_a_page_holds_exactly_its_limit_and_fifty_without_one(sample, talent):
    await fill(sample, 201)
    full = (await page(sample, talent, limit=200)).json()
    assert len(full["items"]) == 200
    assert full["next_cursor"] is not None
    rest = (await page(sample, talent, limit=200, cursor=full["next_cursor"])).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert len((await page(sample, talent)).json()["items"]) == 50


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "abcd",
        "人",
        encode(FIXED)[:-1],
        encode(FIXED) + "A",
        encode(FIXED) + "==",
        base64.urlsafe_b64encode(b"x" * 15).decode(),
        "' OR 1=1 --",
    ],
)
async def test_a_bent_cursor_is_a_bad_request(standing, cursor):
    answer = await page(standing, standing.issuer.headers("talent-1"), cursor=cursor)
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor-invalid")
    assert answer.json()["field"] == "query.cursor"


@pytest.mark.parametrize(("length", "status"), [(64, 400), (65, 422)])
async def test_a_cursor_has_a_length(standing, length, status):
    headers = standing.issuer.headers("talent-1")
    assert (await page(standing, headers, cursor="x" * length)).status_code == status


async def test_a_cursor_of_nowhere_is_an_end(sample, talent):
    await fill(sample, 1)
    lowest = encode(UUID(int=0))
    answer = (await page(sample, talent, cursor=lowest)).json()
    assert (answer["items"], answer["next_cursor"]) == ([], None)
