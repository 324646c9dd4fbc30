"""How often one caller may ask."""

import pytest
from talent_gateway import rates
from talent_gateway.rates import RateLimit, address_key
from talent_kit.problems import TooManyRequests


class At:
    now = 100.0

    def __call__(self):
        return self.now


def _passed(limit, caller, times):
    count = 0
    for _ in range(times):
        try:
            limit.charge(caller)
        except TooManyRequests:
            continue
        count += 1
    return count


@pytest.mark.parametrize(("asked", "passed"), [(4, 4), (5, 5), (6, 5)])
def test_as_many_as_the_burst_pass_at_once(asked, passed):
    assert _passed(RateLimit(2, 5, now=At()), "a", asked) == passed


@pytest.mark.parametrize(("seconds", "passed"), [(0.49, 0), (0.5, 1), (0.51, 1), (2.5, 5), (60, 5)])
def test_the_bucket_fills_at_the_rate_up_to_the_burst(seconds, passed):
    at = At()
    limit = RateLimit(2, 5, now=at)
    assert _passed(limit, "a", 5) == 5
    at.now += seconds
    assert _passed(limit, "a", 9) == passed


def test_each_caller_has_a_bucket_and_zero_sets_no_limit():
    limit = RateLimit(1, 1, now=At())
    assert [_passed(limit, name, 3) for name in "abc"] == [1, 1, 1]
    assert _passed(RateLimit(0, 1), "a", 1000) == 1000


@pytest.mark.parametrize(("rate", "seconds"), [(0.1, "10"), (1, "1"), (50, "1")])
def test_a_refusal_says_how_long_to_wait(rate, seconds):
    limit = RateLimit(rate, 1, now=At())
    limit.charge("a")
    with pytest.raises(TooManyRequests) as refused:
        limit.charge("a")
    assert refused.value.extra_headers["Retry-After"] == seconds


def test_the_memory_of_callers_is_bounded(monkeypatch):
    monkeypatch.setattr(rates, "_MOST", 3)
    limit = RateLimit(1, 1, now=At())
    assert [_passed(limit, name, 1) for name in "abc"] == [1, 1, 1]
    assert [_passed(limit, name, 1) for name in "abc"] == [0, 0, 0]
    assert _passed(limit, "d", 1) == 1
    assert [_passed(limit, name, 1) for name in "bcd"] == [0, 0, 0]
    assert _passed(limit, "a", 1) == 1


def test_an_address_is_one_caller_and_of_ipv6_its_network():
    assert address_key("192.0.2.1") != address_key("192.0.2.2")
    assert address_key("2001:db8:0:1::1") == address_key("2001:db8:0:1:ffff::9")
    assert address_key("2001:db8:0:1::1") != address_key("2001:db8:0:2::1")
    assert address_key("::ffff:192.0.2.1") == address_key("192.0.2.1")
    assert address_key("fe80::1%eth0") == address_key("fe80::2%eth0")


async def _statuses(edge, times, headers=None):
    return [
        (await edge.client.get("/v1/talents", headers=headers)).status_code for _ in range(times)
    ]


async def test_people_and_addresses_are_limited_apart(make_edge):
    async with make_edge(rate=0.01, rate_burst=2) as edge:
        assert await _statuses(edge, 3) == [200, 200, 429]
        one, other = edge.issuer.headers("one"), edge.issuer.headers("other")
        assert await _statuses(edge, 3, one) == [200, 200, 429]
        again = edge.issuer.headers("one", region="350700")
        assert await _statuses(edge, 1, again) == [429]
        assert await _statuses(edge, 3, other) == [200, 200, 429]
        assert edge.identity.calls == 6
        assert (await edge.client.get("/health/live")).status_code == 200
        refused = await edge.client.get("/v1/talents", headers={"Accept-Language": "en"})
        assert refused.json()["code"] == "too-many-requests"
        assert int(refused.headers["retry-after"]) in range(90, 101)


async def test_bad_tokens_count_against_their_address(make_edge):
    async with make_edge(rate=0.01, rate_burst=2) as edge:
        assert await _statuses(edge, 3, {"Authorization": "Bearer x"}) == [401, 401, 429]
        assert await _statuses(edge, 1) == [429]


async def test_no_limit_is_set_by_default(edge):
    assert set(await _statuses(edge, 60)) == {200}
