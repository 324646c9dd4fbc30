"""What is held of a talent, shown and taken along."""

from ..door import Door
from ..world import words

QUESTION = {"name": "diet", "label": words("diet"), "kind": "text"}
PATH = "/v1/personal-data/registration"


async def test_everything_of_the_caller_and_of_nobody_else(world):
    activity = await world.published(questions=[QUESTION])
    person, other = await world.talents(2)
    await person.seat(activity, answers={"diet": "花生过敏"})
    await other.seat(activity, answers={"diet": "不吃辣"})
    await world.send("POST", "/v1/calendar-feeds", person.headers)
    await person.cancel(activity)
    await person.claim(activity, code="guess")
    listing = f"/v1/activities/{activity['id']}/registrations?answers=true"
    await world.send("GET", listing, world.organiser())
    shown = await world.send("GET", PATH, person.headers)
    assert shown.headers["cache-control"] == "no-store"
    held = shown.json()
    (registration,) = held["registrations"]
    assert registration["answers"] == {"diet": "花生过敏"}
    assert (registration["status"], registration["attended_on"]) == ("cancelled", None)
    assert held["calendar_feed_made_at"]
    assert [each["tries"] for each in held["wrong_codes"]] == [1]
    assert [(each["action"], each["purpose"]) for each in held["readings"]] == [
        ("answers.read", "organise")
    ]
    exported = (await world.send("GET", f"{PATH}/export", person.headers)).json()
    assert exported == held | {"exported_at": exported["exported_at"]}
    noted = await world.rows("SELECT 1 FROM audit WHERE action = 'personal-data.exported'")
    assert len(noted) == 1
    await person.erase()
    gone = await world.send("GET", PATH, person.headers)
    assert (gone.status_code, gone.json()["code"]) == (403, "not-registered")


async def test_when_somebody_was_at_which_gate_is_theirs_to_know(world):
    door = await Door.opened(world)
    talent, code = await door.registered()
    _, other = await door.registered()
    door.first_day()
    for shown in (code, other, code):
        await door.scan(shown)
    held = (await world.send("GET", PATH, talent.headers)).json()
    (registration,) = held["registrations"]
    assert [(each["result"], each["reason"]) for each in registration["scans"]] == [
        ("counted", None),
        ("refused", "already-in"),
    ]
    assert registration["attended_on"] == "2026-09-15"
    assert held["code_serials"] == [1]
