"""A token makes a read wait for the events that it names, and for nothing else."""

import asyncio
import base64
import json
import time
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from talent_contracts import CodeIssued, PackPublished
from talent_kit.consistency import ConsistencyInvalid, decode, encode
from talent_kit.identifiers import age, new_id
from talent_kit.testing.services import fresh_key


def token(*events):
    return encode(events)


async def get(sample, talent, given):
    return await sample.client.get("/v1/notes", headers=talent | {"Talent-Consistency": given})


def test_a_token_names_the_last_twenty_events():
    events = [(CodeIssued.TYPE, new_id()) for _ in range(21)]
    assert decode(encode(events[:20])) == events[:20]
    assert decode(encode(events)) == events[1:]
    assert all(decode(encode(events[:n])) == events[:n] for n in range(21))


async def test_a_read_waits_until_the_write_has_come_through(sample, talent):
    written = await sample.client.post(
        "/v1/notes", json={"text": "a"}, headers=talent | fresh_key()
    )
    given = written.headers["talent-consistency"]
    read = asyncio.create_task(get(sample, talent, given))
    await asyncio.sleep(0.1)
    assert not read.done()
    async with sample.worker.running():
        assert (await read).status_code == 200
        assert (await get(sample, talent, given)).status_code == 200


@pytest.mark.parametrize("seconds", [0, 0.2])
async def test_after_the_limit_the_answer_is_503_and_never_stale(factory, seconds):
    async with factory.running(consistency_wait=seconds) as sample:
        headers = sample.issuer.headers("talent-1")
        began = time.monotonic()
        answer = await get(sample, headers, token((CodeIssued.TYPE, new_id())))
        assert (answer.status_code, answer.json()["code"]) == (503, "not-yet-visible")
        assert answer.headers["retry-after"] == "1"
        assert time.monotonic() - began >= seconds


async def test_events_that_the_service_does_not_take_are_not_waited_for(sample, talent):
    given = token((PackPublished.TYPE, new_id()), ("talent.other.thing.done.v1", new_id()))
    assert (await get(sample, talent, given)).status_code == 200


async def test_events_of_long_ago_are_not_waited_for_whatever_the_clock_says(sample, talent):
    now = new_id()
    day = 86_400_000

    def made(milliseconds_ago):
        return UUID(int=now.int - (milliseconds_ago << 80))

    assert age(made(day)) >= timedelta(days=1)
    assert (await get(sample, talent, token((CodeIssued.TYPE, made(day))))).status_code == 200
    sample.clock.move(timedelta(days=400))
    recent = token((CodeIssued.TYPE, made(day - 60_000)))
    read = asyncio.create_task(get(sample, talent, recent))
    await asyncio.sleep(0.1)
    assert not read.done()
    assert (await read).status_code == 503


def raw(document):
    return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "given",
    [
        "",
        "x",
        "!!!!",
        raw([])[:-1],
        raw({"a": 1}),
        raw([1]),
        raw([["a", "b"]]),
        raw([["a", 5]]),
        raw([["a", str(uuid4()), 1]]),
        raw(5),
        raw(None),
        raw([["a", str(uuid4())]] * 21),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
        "A" * 4097,
        "人".encode(),
    ],
    ids=range(15),
)
async def test_a_bent_token_is_a_bad_request(standing, given):
    answer = await get(standing, standing.issuer.headers("talent-1"), given)
    assert (answer.status_code, answer.json()["code"]) == (400, "consistency-invalid")
    if isinstance(given, str):
        with pytest.raises(ConsistencyInvalid):
            decode(given)


@pytest.mark.parametrize(
    "event_id",
    [UUID(int=(2**48 - 1) << 80 | 7 << 76 | 2 << 62), UUID(int=0), uuid4()],
    ids=["far future", "nil", "random"],
)
async def test_an_id_that_was_never_made_here_does_no_harm(factory, event_id):
    async with factory.running(consistency_wait=0) as sample:
        headers = sample.issuer.headers("talent-1")
        answer = await get(sample, headers, token((CodeIssued.TYPE, event_id)))
        assert answer.status_code in {200, 503}


async def test_an_answer_that_saved_nothing_has_no_token(sample, talent):
    answer = await sample.client.get("/v1/notes", headers=talent)
    assert "talent-consistency" not in answer.headers
