"""Finding activities: each filter alone, at its limits, and together."""

import pytest

from ..world import DAY, NOON, at, words

MEETING = {"name": "day-1", "starts_at": at(14), "ends_at": at(14.5), "place": words("hall")}
NANPING = {"latitude": 26.6417, "longitude": 118.1777}


async def found(world, query):
    """The titles of what is found, and how far it is."""
    answer = await world.send("GET", f"/v1/activities?{query}")
    assert answer.status_code == 200, answer.text
    return {each["title"]["en"]: each["distance_km"] for each in answer.json()["items"]}


def quoted(instant):
    return instant.replace("+", "%2B")


async def test_kind_words_and_what_is_open(world):
    await world.published(title={"zh": "秋季人才交流会", "en": "Fair 100%"})
    await world.published(title={"zh": "𠮷 校园行", "en": "Trip"}, kind="campus_trip")
    await world.published(title=words("Later"), opens_at=at(1))
    await world.draft(title=words("Draft"))
    assert set(await found(world, "")) == {"Fair 100%", "Trip", "Later"}
    assert set(await found(world, "kind=campus_trip")) == {"Trip"}
    assert set(await found(world, "kind=campus_trip&kind=fair&open_now=true")) == {
        "Fair 100%",
        "Trip",
    }
    for words_, expected in (
        ("交流", {"Fair 100%"}),
        ("%F0%A0%AE%B7", {"Trip"}),
        ("fair", {"Fair 100%"}),
        ("100%25", {"Fair 100%"}),
        ("%25", {"Fair 100%"}),
        ("_", set()),
    ):
        assert set(await found(world, f"words={words_}")) == expected
    world.running.clock.set(NOON + 10 * DAY)
    assert await found(world, "open_now=true") == {}
    assert set(await found(world, "region=350000&kind=fair")) == {"Fair 100%", "Later"}


@pytest.mark.parametrize(
    ("query", "there"),
    [
        (f"from={quoted(at(14.4999))}", True),
        (f"from={quoted(at(14.5))}", False),
        (f"until={quoted(at(14))}", False),
        (f"until={quoted(at(14.0001))}", True),
        (f"from={quoted(at(13))}&until={quoted(at(15))}", True),
    ],
)
async def test_a_session_within_a_time(world, query, there):
    await world.published(meetings=[MEETING])
    assert bool(await found(world, query)) is there


async def test_what_is_near_and_how_far(world):
    await world.published(title=words("here"), meetings=[MEETING | {"at": NANPING}])
    far = MEETING | {"name": "day-2", "at": {"latitude": 28.9358, "longitude": 118.8593}}
    both = [MEETING | {"at": NANPING}, far]
    await world.published(title=words("both"), meetings=both)
    await world.published(title=words("quzhou"), meetings=[far | {"name": "day-1"}])
    await world.published(title=words("online"))
    near = await found(world, "latitude=26.64&longitude=118.18&km=5")
    assert near == {"here": 0.3, "both": 0.3}
    assert set(await found(world, "latitude=26.64&longitude=118.18&km=264")) == {
        "here",
        "both",
        "quzhou",
    }
    assert "quzhou" not in await found(world, "latitude=26.64&longitude=118.18&km=263")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("latitude=26.64", "query.longitude"),
        ("longitude=118.18", "query.latitude"),
        ("latitude=90.01&longitude=0", "query.latitude"),
        ("latitude=0&longitude=180.01", "query.longitude"),
        ("latitude=0&longitude=0&km=0.9", "query.km"),
        ("latitude=0&longitude=0&km=501", "query.km"),
        ("latitude=nan&longitude=0", "query.latitude"),
        ("kind=party", "query.kind.0"),
        ("from=2026-09-15T09:00:00", "query.from"),
        ("words=", "query.words"),
        ("words=a%00", "query.words"),
    ],
)
async def test_what_cannot_be_sought(world, query, field):
    answer = await world.send("GET", f"/v1/activities?{query}")
    assert answer.status_code == 422
    problem = answer.json()
    assert field in {problem.get("field"), *(one["field"] for one in problem.get("errors", []))}


async def test_poles_and_the_date_line(world):
    await world.published(meetings=[MEETING | {"at": {"latitude": 30, "longitude": -179.95}}])
    assert len(await found(world, "latitude=30&longitude=179.95&km=10")) == 1
    assert await found(world, "latitude=90&longitude=0&km=500") == {}
    assert len(await found(world, "latitude=30&longitude=180&km=10")) == 1
