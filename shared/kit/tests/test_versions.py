"""Updates name the version that they read; its ETag comes with every answer that has one."""

import asyncio
from collections import Counter

import pytest
from talent_kit.testing.services import fresh_key


@pytest.fixture
def sample(standing):
    return standing


@pytest.fixture
async def note(sample, talent):
    answer = await sample.client.post("/v1/notes", json={"text": "a"}, headers=talent | fresh_key())
    assert answer.headers["etag"] == '"1"'
    return f"/v1/notes/{answer.json()['id']}"


async def change(sample, talent, url, match, text="b"):
    headers = talent if match is None else talent | {"If-Match": match}
    return await sample.client.patch(url, json={"text": text}, headers=headers)


async def test_the_version_read_may_be_changed_and_the_next_one_comes_back(sample, talent, note):
    read = await sample.client.get(note, headers=talent)
    changed = await change(sample, talent, note, read.headers["etag"])
    assert (changed.status_code, changed.headers["etag"]) == (200, '"2"')
    again = await sample.client.get(note, headers=talent)
    assert (again.json()["text"], again.headers["etag"]) == ("b", '"2"')


@pytest.mark.parametrize("match", ['"0"', '"2"', '"999999999999999999"'])
async def test_another_version_is_refused_and_nothing_changes(sample, talent, note, match):
    answer = await change(sample, talent, note, match)
    assert (answer.status_code, answer.json()["code"]) == (412, "version-changed")
    assert answer.json()["current_version"] == 1
    assert (await sample.client.get(note, headers=talent)).json()["text"] == "a"


@pytest.mark.parametrize(
    ("match", "status", "code"),
    [
        (None, 428, "version-required"),
        ("", 400, "version-invalid"),
        ("*", 400, "version-invalid"),
        ('W/"1"', 400, "version-invalid"),
        ('"1", "2"', 400, "version-invalid"),
        ('"-1"', 400, "version-invalid"),
        ('"1.0"', 400, "version-invalid"),
        ("²".encode("latin-1"), 400, "version-invalid"),
        ('"1000000000000000000"', 400, "version-invalid"),
        ("1", 200, None),
        (' "1" ', 200, None),
    ],
)
async def test_forms_of_if_match(sample, talent, note, match, status, code):
    answer = await change(sample, talent, note, match)
    assert answer.status_code == status
    if code is not None:
        assert (answer.json()["code"], answer.json()["field"]) == (code, "header.If-Match")


async def test_of_many_changes_of_one_version_one_wins(sample, talent, note):
    answers = await asyncio.gather(
        *(change(sample, talent, note, '"1"', text=str(n)) for n in range(8))
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 7}
    winner = next(answer for answer in answers if answer.status_code == 200)
    read = await sample.client.get(note, headers=talent)
    assert read.json() == winner.json()


async def test_a_list_has_no_etag(sample, talent, note):
    assert "etag" not in (await sample.client.get("/v1/notes", headers=talent)).headers
