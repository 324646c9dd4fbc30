"""The public search."""

import pytest

from .opened import Recruiting


async def found(world, query=""):
    answer = await world.send("GET", f"/v1/positions{query}")
    assert answer.status_code == 200, answer.text
    return [each["title"]["en"] for each in answer.json()["items"]]


def titled(zh, en, **more):
    return {"title": {"zh": zh, "en": en}, "about": {"zh": zh, "en": en}} | more


@pytest.fixture(name="market")
async def _market(world):
    here = await Recruiting.begun(world, name_en="Light station")
    await here.published(**titled("光子芯片设计", "Photonic chips"))
    there = await Recruiting.begun(
        world, {"0805": 5}, region="350781", disciplines=["0805"], kind="practice_base"
    )
    pay = {"least": 10_000_000, "most": 20_000_000}
    soon = {"opens_on": "2026-09-02", "language": "en", "pay": pay}
    await there.published(**titled("锂电池材料", "Battery materials", disciplines=["0805"], **soon))
    await there.drafted(**titled("未发布芯片", "Unpublished chips", disciplines=["0805"]))
    return world


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Battery materials", "Photonic chips"]),
        ("?q=chip", ["Photonic chips"]),
        ("?q=CHIPS", ["Photonic chips"]),
        ("?q=material", ["Battery materials"]),
        ("?q=chip+material", []),
        ("?q=芯片", ["Photonic chips"]),
        ("?q=片", ["Photonic chips"]),
        ("?q=电池材料", ["Battery materials"]),
        ("?q=料电", []),
        ("?q=芯片+photonic", ["Photonic chips"]),
        ("?q=light", ["Photonic chips"]),
        ("?q=未发布", []),
        ("?q=!!!", []),
        ("?q='; --", []),
        ("?discipline=0812", ["Photonic chips"]),
        ("?discipline=0812&discipline=0805", ["Battery materials", "Photonic chips"]),
        ("?discipline=08", ["Battery materials", "Photonic chips"]),
        ("?discipline=07", []),
        ("?region=350781", ["Battery materials"]),
        ("?region=350000", ["Battery materials", "Photonic chips"]),
        ("?region=330000", []),
        ("?region=999999", []),
        ("?kind=practice_base", ["Battery materials"]),
        ("?language=en", ["Battery materials", "Photonic chips"]),
        ("?language=zh", ["Photonic chips"]),
        ("?pay=20000000", ["Battery materials", "Photonic chips"]),
        ("?pay=20000001", ["Photonic chips"]),
        ("?pay=1000000000", []),
        ("?open_now=true", ["Photonic chips"]),
        (
            "?q=芯片&discipline=0812&region=350700&kind=workstation&open_now=true",
            ["Photonic chips"],
        ),
    ],
)
async def test_what_is_sought_is_found(market, query, expected):
    assert await found(market, query) == expected


async def test_what_a_station_offers_is_gone_while_it_may_not_recruit(market):
    await market.rows(
        "UPDATE station SET status = 'suspended' WHERE kind = 'workstation' RETURNING 1"
    )
    assert await found(market) == ["Battery materials"]
    feed = await market.send("GET", "/v1/positions/feed.atom")
    assert "Photonic" not in feed.text


async def test_pages_follow_one_another_without_gap_or_double(world):
    here = await Recruiting.begun(world)
    for number in range(5):
        await here.published(**titled("岗位", f"Position {number}"))
    seen, query = [], "?limit=2"
    while True:
        page = (await world.send("GET", f"/v1/positions{query}")).json()
        seen += [each["title"]["en"] for each in page["items"]]
        if page["next_cursor"] is None:
            break
        query = f"?limit=2&cursor={page['next_cursor']}"
    assert seen == [f"Position {number}" for number in (4, 3, 2, 1, 0)]
    wrong = await world.send("GET", "/v1/positions?cursor=AAAA")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "cursor-invalid")


@pytest.mark.parametrize(
    "query",
    [
        "?region=35",
        "?kind=none",
        "?pay=-1",
        "?pay=1000000001",
        "?q=%00",
        f"?q={'a' * 101}",
        "?limit=201",
    ],
)
async def test_what_cannot_be_sought_is_said(world, query):
    answer = await world.send("GET", f"/v1/positions{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


@pytest.mark.parametrize("path", ["", "/feed.atom", "/{id}", "/{id}/job-posting"])
async def test_caches_keep_what_has_not_changed(world, path):
    here = await Recruiting.begun(world)
    position = await here.published()
    path = "/v1/positions" + path.format(id=position)
    first = await world.send("GET", path)
    # A position that was taken down is not shown by a cache either.
    assert first.headers["Cache-Control"] == "public, no-cache"
    etag = first.headers["ETag"]
    for given in (etag, f'"other", W/{etag}', "*"):
        again = await world.send("GET", path, headers={"If-None-Match": given})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == etag
    await here.published(number=2) if position not in path else await world.rows(
        "UPDATE position SET title_zh = 'x', title_en = 'x' RETURNING 1"
    )
    changed = await world.send("GET", path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag
