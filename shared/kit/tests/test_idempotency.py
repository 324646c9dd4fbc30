"""One key, one effect, the same answer; and an answer at rest is sealed."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text
from talent_kit.auth import Role
from talent_kit.testing.services import fresh_key

TEXT = "confidential-words"


async def post(sample, headers, body=None, url="/v1/notes"):
    return await sample.client.post(url, json=body or {"text": TEXT}, headers=headers)


async def rows(sample, table="note"):
    async with sample.service.database.transaction() as session:
        return await session.scalar(text(f"SELECT count(*) FROM {table}"))


@pytest.fixture
def once(talent):
    return talent | fresh_key()


async def test_a_repetition_gets_the_same_answer_and_has_no_effect(sample, once):
    first, second = await post(sample, once), await post(sample, once)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    for header in ("etag", "talent-consistency", "content-type"):
        assert first.headers[header] == second.headers[header]
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert [await rows(sample, table) for table in ("note", "outbox", "audit")] == [1, 1, 1]


async def test_a_token_of_other_roles_does_not_get_the_answer(sample, once):
    assert (await post(sample, once)).status_code == 201
    other = sample.issuer.headers("talent-1", Role.EMPLOYER)
    answer = await post(sample, once | other)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert await rows(sample) == 1


async def test_another_body_or_query_or_path_under_the_key_is_refused(sample, once):
    await post(sample, once)
    for body, url in [
        ({"text": "other"}, "/v1/notes"),
        ({"text": TEXT, "kind": "plain"}, "/v1/notes"),
        ({"text": TEXT}, "/v1/notes?x=1"),
    ]:
        answer = await post(sample, once, body, url)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
        assert answer.json()["field"] == "header.Idempotency-Key"
    assert await rows(sample) == 1


async def test_the_key_of_another_person_is_another_key(sample, talent):
    key = fresh_key()
    other = sample.issuer.headers("talent-2", Role.TALENT)
    first, second = await post(sample, talent | key), await post(sample, other | key)
    assert first.status_code == second.status_code == 201
    assert first.json()["id"] != second.json()["id"]


async def test_twenty_at_once_have_one_effect(sample, once):
    answers = await asyncio.gather(*(post(sample, once) for _ in range(20)))
    by_status = Counter(answer.status_code for answer in answers)
    assert set(by_status) <= {201, 409}
    assert by_status[201] >= 1
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    refused = [answer for answer in answers if answer.status_code == 409]
    assert all(answer.json()["code"] == "idempotency-in-progress" for answer in refused)
    assert all(answer.headers["retry-after"] == "1" for answer in refused)
    assert await rows(sample) == await rows(sample, "outbox") == 1
    assert (await post(sample, once)).status_code == 201


async def test_a_request_in_progress_answers_409_until_it_ends(sample, once, monkeypatch):
    entered, leave = asyncio.Event(), asyncio.Event()
    vault, find = sample.service.vault, sample.service.vault.data_key

    async def slow(session, talent_id):
        entered.set()
        await leave.wait()
        return await find(session, talent_id)

    monkeypatch.setattr(vault, "data_key", slow)
    first = asyncio.create_task(post(sample, once))
    await entered.wait()
    assert (await post(sample, once)).status_code == 409
    leave.set()
    assert (await first).status_code == 201
    assert (await post(sample, once)).content == (await first).content


async def test_an_error_is_not_kept(sample, once):
    body = {"text": "refuse"}
    answer = await post(sample, once, body)
    assert (answer.status_code, answer.json()["code"]) == (409, "notes.refused")
    for table in ("note", "outbox", "audit", "idempotency", "data_key"):
        assert await rows(sample, table) == 0
    assert (await post(sample, once)).status_code == 201


async def test_a_crash_between_keeps_neither_effect_nor_key(sample, once, monkeypatch):
    def crash(*_):
        raise asyncio.CancelledError

    keyring = type(sample.service.keyring)
    with monkeypatch.context() as patch:
        patch.setattr(keyring, "seal", crash)
        with pytest.raises(asyncio.CancelledError):
            await post(sample, once)
    assert await rows(sample) == await rows(sample, "idempotency") == 0
    assert (await post(sample, once)).status_code == 201
    assert await rows(sample) == 1


async def test_the_stored_answer_is_sealed_and_bound_to_its_key(sample, once, talent):
    await post(sample, once)
    second = talent | fresh_key()
    await post(sample, second)
    async with sample.service.database.transaction() as session:
        stored = (await session.execute(text("SELECT * FROM idempotency"))).all()
        assert TEXT not in str(stored)
        assert all(TEXT.encode() not in row.answer for row in stored)
        await session.execute(
            text(
                "UPDATE idempotency SET answer = "
                "(SELECT answer FROM idempotency ORDER BY made_at, key LIMIT 1)"
            )
        )
    answers = [(await post(sample, key)).status_code for key in (once, second)]
    assert sorted(answers) == [201, 500]


@pytest.mark.parametrize(
    ("key", "status"),
    [
        (None, 422),
        ("", 422),
        ("a" * 7, 422),
        ("a" * 8, 201),
        ("a" * 128, 201),
        ("a" * 129, 422),
        ("with space", 422),
        ("人人人人人人人人".encode(), 422),
    ],
)
async def test_forms_of_the_key(sample, talent, key, status):
    headers = talent if key is None else talent | {"Idempotency-Key": key}
    assert (await post(sample, headers)).status_code == status


async def test_who_is_not_signed_in_is_told_so_first(sample):
    assert (await post(sample, {})).status_code == 401
    assert (await post(sample, fresh_key())).status_code == 401


async def test_a_key_is_forgotten_after_its_days(factory):
    async with factory.running(idempotency_days=2) as sample:
        headers = sample.issuer.headers("talent-1", Role.TALENT) | fresh_key()
        first = await post(sample, headers)
        sample.clock.move(timedelta(days=2))
        await sample.worker.upkeep()
        assert (await post(sample, headers)).content == first.content
        sample.clock.move(timedelta(seconds=1))
        await sample.worker.upkeep()
        assert (await post(sample, headers)).json()["id"] != first.json()["id"]
