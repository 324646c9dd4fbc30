"""The list of who is registered as a file."""

import csv
import io

import pytest
from talent_kit.testing.sheets import from_xlsx

from ..world import ticket, words

QUESTIONS = [
    {"name": "name", "label": words("Name"), "kind": "text"},
    {"name": "guest", "label": words("Guest"), "kind": "yes_no"},
    {
        "name": "diet",
        "label": words("Diet"),
        "kind": "choices",
        "choices": [{"name": one, "label": words(one)} for one in ("vegan", "halal")],
    },
    {"name": "age", "label": words("Age"), "kind": "number"},
]
ANSWERS = {"name": "=1+林𠮷", "guest": True, "diet": ["vegan", "halal"], "age": 31}


async def fetch(world, activity, kind, who=None, language="en"):
    path = f"/v1/activities/{activity['id']}/registrations/export?format={kind}"
    headers = (who or world.organiser()) | {"Accept-Language": language}
    return await world.send("GET", path, headers)


def read(answer, kind):
    if kind == "csv":
        text = answer.content.decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text, newline="")))
    return from_xlsx(answer.content)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_the_file_holds_everybody_and_what_they_answered(world, monkeypatch, kind):
    monkeypatch.setattr("talent_registration.exports.service._SOME", 2)
    activity = await world.published(questions=QUESTIONS, tickets=[ticket()])
    people = await world.talents(4)
    await people[0].seat(activity, answers=ANSWERS)
    for person in people[1:]:
        await person.seat(activity)
    answer = await fetch(world, activity, kind)
    assert answer.headers["content-disposition"].endswith(f'"registrations.{kind}"')
    assert answer.headers["cache-control"] == "no-store"
    head, first, *others = read(answer, kind)
    assert head[5:] == ["Name", "Guest", "Diet", "Age"]
    name = "'=1+林𠮷" if kind == "csv" else "=1+林𠮷"
    assert first[5:] == [name, "yes", "vegan; halal", "31"]
    assert first[1:5] == [str(people[0].talent_id), "visitor", "confirmed", "2026-09-01 12:00:00"]
    assert [row[1] for row in others] == [str(each.talent_id) for each in people[1:]]
    assert others[-1][3] == "waiting"
    zh = read(await fetch(world, activity, kind, language="zh-CN"), kind)
    assert (zh[0][2], zh[1][6]) == ("票种", "是")


async def test_its_organiser_alone_and_audited(world):
    activity, person = await world.published(questions=QUESTIONS), await world.talent()
    await person.seat(activity, answers=ANSWERS)
    other = await fetch(world, activity, "csv", world.organiser("organiser-2"))
    assert (other.status_code, other.json()["code"]) == (404, "activity-not-found")
    assert (await fetch(world, activity, "ods")).status_code == 422
    assert (await fetch(world, activity, "csv")).status_code == 200
    noted = await world.rows("SELECT action, subject FROM audit WHERE actor = 'organiser-1'")
    found = {(row.action, row.subject) for row in noted}
    assert ("registrations.exported", f"activity:{activity['id']}") in found
    assert ("answers.read", f"talent:{person.talent_id}") in found


async def test_of_who_was_erased_the_pseudonym_stays_alone(world):
    activity, person = await world.published(questions=QUESTIONS), await world.talent()
    await person.seat(activity, answers=ANSWERS)
    await person.erase()
    (_, row) = read(await fetch(world, activity, "csv"), "csv")
    assert (row[3], row[5:]) == ("cancelled", [""] * 4)
