"""Files: told by their content, sealed, their owner's, and gone where nothing refers to them."""

from datetime import timedelta

import pytest
from talent_registration.files import service

from ..world import JPEG, PDF, PNG, WEBP, booth, stored, words


def code(answer):
    return answer.status_code, answer.json().get("code")


@pytest.mark.parametrize(
    ("content", "type_"),
    [
        (PDF, "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
    ],
)
async def test_a_file_is_kept_sealed_and_read_by_its_owner_alone(world, content, type_):
    talent, other = await world.talents(2)
    told = (await world.bring(talent.headers, content)).json()
    assert (told["type"], told["size"]) == (type_, len(content))
    (kept,) = await world.files()
    assert content not in kept
    path = f"/v1/registration-files/{told['id']}"
    assert (await world.send("GET", path, talent.headers)).json() == told
    got = await world.send("GET", f"{path}/content", talent.headers)
    assert (got.content, got.headers["Content-Type"]) == (content, type_)
    assert got.headers["Cache-Control"] == "no-store"
    for who in (other.headers, world.organiser()):
        for method, more in (("GET", ""), ("GET", "/content"), ("DELETE", "")):
            answer = await world.send(method, path + more, who)
            assert code(answer) == (404, "file-not-found")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (PNG[:8] + b"\0\0\0\x07tEXtAuthor.CRC." + PNG[8:], PNG),
        (JPEG[:2] + b"\xff\xfe\0\x08Author" + JPEG[2:] + b"Author", JPEG),
        (WEBP[:4] + b"\x24" + WEBP[5:] + b"XMP \6\0\0\0Author", WEBP),
    ],
)
async def test_what_a_camera_wrote_into_a_picture_is_taken_out(world, before, after):
    organiser = world.organiser()
    told = (await world.bring(organiser, before)).json()
    assert told["size"] == len(after)
    path = f"/v1/registration-files/{told['id']}/content"
    assert (await world.send("GET", path, organiser)).content == after


async def test_what_is_no_such_file_is_refused(world):
    talent = await world.talent()
    for broken in (PNG[:-1], JPEG[:-1], WEBP[:-1]):
        assert code(await world.bring(talent.headers, broken)) == (415, "file-type-refused")
    assert code(await world.bring(talent.headers, b"a,b\n")) == (415, "file-type-refused")
    assert code(await world.bring(talent.headers, b"RIFF1234WAVE")) == (415, "file-type-refused")
    assert code(await world.bring(talent.headers, b"")) == (422, "file-empty")
    stranger = world.running.issuer.headers("nobody", "talent")
    assert code(await world.bring(stranger, PDF)) == (403, "not-registered")
    assert await world.files() == []


@pytest.mark.parametrize(("more", "status"), [(-1, 201), (0, 201), (1, 413)])
async def test_how_large_it_may_be(world, more, status):
    talent = await world.talent()
    size = world.running.service.settings.max_upload_bytes + more
    answer = await world.bring(talent.headers, PDF.ljust(size, b"x"))
    assert answer.status_code == status


async def test_how_many_one_may_have(world, monkeypatch):
    monkeypatch.setattr(service, "MOST", 2)
    talent = await world.talent()
    brought = [await world.bring(talent.headers, PDF) for _ in range(3)]
    assert [code(each) for each in brought[1:]] == [(201, None), (409, "too-many-files")]
    path = f"/v1/registration-files/{brought[0].json()['id']}"
    assert (await world.send("DELETE", path, talent.headers)).status_code == 204
    assert (await world.bring(talent.headers, PDF)).status_code == 201
    assert len(await world.files()) == 2


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 0)])
async def test_what_is_named_for_nothing_within_a_day_goes(world, seconds, left):
    talent = await world.talent()
    await world.bring(talent.headers, PDF)
    world.later(days=1, seconds=seconds)
    await world.due()
    assert len(await world.files()) == left


async def test_what_is_used_stays_and_is_not_removed(world):
    draft = await world.draft()
    file = (await world.bring(world.organiser(), PNG)).json()["id"]
    path = f"/v1/activities/{draft['id']}/pictures"
    body = {"pictures": [{"file_id": file, "alt": words("hall")}]}
    put = await world.send("PUT", path, world.organiser(), json=body, version=1)
    assert put.status_code == 200, put.text
    world.running.clock.move(timedelta(days=2))
    await world.due()
    answer = await world.send("DELETE", f"/v1/registration-files/{file}", world.organiser())
    assert code(answer) == (409, "file-in-use")
    assert len(await world.files()) == 1


async def test_a_damaged_file_is_said_to_be(world):
    talent = await world.talent()
    file = (await world.bring(talent.headers, PDF)).json()["id"]
    (kept,) = stored(world.running.service)
    kept.write_bytes(b"something else")
    path = f"/v1/registration-files/{file}/content"
    assert code(await world.send("GET", path, talent.headers)) == (409, "file-damaged")


async def test_who_is_erased_leaves_no_file(world):
    fair, firm = await world.published(**booth()), await world.employer()
    booking = (await firm.book(fair)).json()["id"]
    talent = await world.talent()
    await talent.claim(fair, 1)
    file = (await world.bring(talent.headers, PDF)).json()["id"]
    await world.bring(talent.headers, PDF)
    path = f"/v1/activities/{fair['id']}/bookings/{booking}/curricula/me"
    body = {"file_id": file, "contact": "me@example.com"}
    left = await world.send("PUT", path, talent.headers, json=body)
    assert left.status_code == 200, left.text
    await talent.erase()
    assert await world.files() == []
    assert await world.rows("SELECT 1 FROM curriculum UNION ALL SELECT 1 FROM file") == []
