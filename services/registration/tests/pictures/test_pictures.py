"""Pictures of activities: the organiser's in a draft, everybody's once it is published."""

import pytest
from talent_kit.identifiers import new_id

from ..world import JPEG, PDF, PNG, WEBP, words


async def brought(world, *contents):
    return [(await world.bring(world.organiser(), content)).json()["id"] for content in contents]


async def put(world, activity, files, version=None, who=None, **change):
    body = {"pictures": [{"file_id": file, "alt": words("hall")} | change for file in files]}
    path = f"/v1/activities/{activity['id']}/pictures"
    version = version or activity["version"]
    return await world.send("PUT", path, who or world.organiser(), json=body, version=version)


async def published(world, activity):
    shown = await world.shown(activity)
    submitted = (await world.act(shown, "submission", world.organiser())).json()
    return (await world.act(submitted, "publication", world.reviewer())).json()


async def test_they_are_seen_by_everybody_once_published(world):
    draft, files = await world.draft(), await brought(world, PNG, JPEG, WEBP)
    answer = await put(world, draft, files)
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    path = f"/v1/activities/{draft['id']}/pictures"
    managed = f"/v1/managed-activities/{draft['id']}/pictures"
    for public in (path, f"{path}/{files[0]}"):
        assert (await world.send("GET", public)).json()["code"] == "activity-not-found"
    for who in (world.organiser(), world.reviewer()):
        listed = (await world.send("GET", managed, who)).json()["pictures"]
        assert [each["file_id"] for each in listed] == files
        got = await world.send("GET", f"{managed}/{files[0]}", who)
        assert (got.content, got.headers["Cache-Control"]) == (PNG, "no-store")
    for who in (world.organiser("organiser-2"), world.reviewer(region="330800")):
        for hidden in (managed, f"{managed}/{files[0]}"):
            assert (await world.send("GET", hidden, who)).json()["code"] == "activity-not-found"
    await published(world, draft)
    listed = (await world.send("GET", path)).json()["pictures"]
    assert [each["file_id"] for each in listed] == files
    assert listed[0]["alt"] == words("hall")
    types = [("image/png", PNG), ("image/jpeg", JPEG), ("image/webp", WEBP)]
    for file, (type_, content) in zip(files, types, strict=True):
        got = await world.send("GET", f"{path}/{file}")
        assert (got.headers["Content-Type"], got.content) == (type_, content)
        assert got.headers["Cache-Control"] == "public, max-age=86400, immutable"
        again = await world.send("GET", f"{path}/{file}", {"If-None-Match": got.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


async def test_they_change_in_a_draft_alone_and_the_former_go(world):
    draft, files = await world.draft(), await brought(world, PNG, JPEG)
    await put(world, draft, files)
    assert (await put(world, draft, files[1:], version=2)).json()["version"] == 3
    assert len(await world.files()) == 1
    await published(world, draft)
    late = await put(world, draft, [], version=(await world.shown(draft))["version"])
    assert late.json()["code"] == "activity-state"


@pytest.mark.parametrize("file", ["pdf", "of another", "unknown"])
async def test_what_is_no_picture_of_the_organiser_s(world, file):
    draft = await world.draft()
    talent = await world.talent()
    file_id = {
        "pdf": (await brought(world, PDF))[0],
        "of another": (await world.bring(talent.headers, PNG)).json()["id"],
        "unknown": str(new_id()),
    }[file]
    answer = await put(world, draft, [file_id])
    assert (answer.status_code, answer.json()["code"]) == (422, "no-such-file")
    assert answer.json()["field"] == "body.pictures.0.file_id"


@pytest.mark.parametrize(("number", "status"), [(0, 200), (10, 200), (11, 422)])
async def test_how_many_there_may_be(world, number, status):
    draft, files = await world.draft(), await brought(world, *[PNG] * number)
    assert (await put(world, draft, files)).status_code == status


async def test_none_stands_twice_and_each_has_words(world):
    draft, (file,) = await world.draft(), await brought(world, PNG)
    assert (await put(world, draft, [file, file])).status_code == 422
    assert (await put(world, draft, [file], alt={"zh": "图"})).status_code == 422
    assert (await put(world, draft, [file], who=world.organiser("organiser-2"))).status_code == 404
