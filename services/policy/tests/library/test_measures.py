from datetime import UTC, date, datetime

import pytest
from talent_kit.identifiers import new_id
from talent_policy.library.cache import PackCache
from talent_policy.library.errors import NoPack
from talent_policy.library.service import measure_in_force, published_pack
from talent_policy.packs.compiling import compile_pack
from talent_policy.packs.content import PackContent

from ..world import pack_json, publish


@pytest.fixture(scope="module")
async def standing(policy_factory):
    """A service with the pack as it stands, for tests that only read."""
    async with policy_factory.running() as service:
        await publish(service, valid_until="2026-12-31")
        service.clock.set(datetime(2025, 3, 1, 17, tzinfo=UTC))
        yield service


async def _measures(policy, **params):
    answer = await policy.client.get("/v1/measures", params={"region": "350700"} | params)
    assert answer.status_code == 200
    return answer.json()


async def test_anybody_reads_what_is_in_force_today_with_citations(standing):
    shown = await _measures(standing)
    assert shown["as_of"] == "2025-03-02"
    assert [measure["id"] for measure in shown["measures"]] == ["2.1", "2.2"]
    measure = shown["measures"][1]
    assert measure["citation"]["document"] == "南委人才〔2021〕2号"
    assert (measure["citation"]["annex"], measure["citation"]["article"]) == (2, 2)
    assert measure["title"]["en"] == "Settling-in grant for a graduate"
    assert [each["mode"] for each in shown["measures"]] == ["review", "offer"]
    assert measure["papers"]
    texts = {each["id"]: each["text"]["zh"] for each in measure["requirements"]}
    assert texts["contract"].startswith("劳动合同期限3年以上")


@pytest.mark.parametrize(
    ("day", "count"),
    [("2021-04-08", 0), ("2021-04-09", 2), ("2026-12-31", 2), ("2027-01-01", 0)],
)
async def test_a_pack_is_in_force_from_its_first_to_its_last_day(standing, day, count):
    assert len((await _measures(standing, as_of=day))["measures"]) == count


@pytest.mark.parametrize(
    ("region", "count"), [("350782", 2), ("3507W1", 2), ("350000", 0), ("350100", 0), ("99", 0)]
)
async def test_a_pack_holds_in_its_region_and_below(standing, region, count):
    assert len((await _measures(standing, region=region))["measures"]) == count


async def test_the_newest_version_that_covers_the_day_counts(policy):
    await publish(policy)
    await publish(policy, valid_from="2023-01-01")
    old = await _measures(policy, as_of="2022-12-31")
    new = await _measures(policy, as_of="2023-01-01")
    assert {measure["pack_version"] for measure in old["measures"]} == {1}
    assert {measure["pack_version"] for measure in new["measures"]} == {2}


async def test_wrong_parameters(standing):
    for params in ({}, {"region": "x" * 33}, {"region": "350700", "as_of": "2023-02-30"}):
        assert (await standing.client.get("/v1/measures", params=params)).status_code == 422


async def test_a_pack_is_found_by_measure_and_by_id(policy):
    published = await publish(policy)
    cache = PackCache(4)
    async with policy.service.database.transaction() as session:
        found = await measure_in_force(session, cache, "350702", date(2023, 1, 1), "2.2")
        assert (str(found.id), found.version) == (published["id"], 1)
        assert (await published_pack(session, cache, found.id)).rules is found.rules
        for region, measure in (("350702", "2.9"), ("350100", "2.2"), ("nowhere", "2.2")):
            with pytest.raises(NoPack):
                await measure_in_force(session, cache, region, date(2023, 1, 1), measure)
        with pytest.raises(NoPack):
            await published_pack(session, cache, new_id())


def test_the_cache_keeps_those_used_last():
    packs = [
        compile_pack(PackContent.model_validate(pack_json(name=f"pack-{number}")))
        for number in range(3)
    ]
    cache = PackCache(2)
    cache.put(packs[0])
    cache.put(packs[1])
    assert cache.get(packs[0].digest) is packs[0]
    cache.put(packs[2])
    assert len(cache) == 2
    assert cache.get(packs[1].digest) is None
    assert cache.get(packs[0].digest) is packs[0]
    assert cache.get(packs[2].digest) is packs[2]
