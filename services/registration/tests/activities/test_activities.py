"""From draft to the end: who may do what when, and what a document must be."""

import pytest

from ..world import at, content, words


async def test_from_draft_to_the_end(world):
    made = await world.draft()
    assert (made["status"], made["version"]) == ("draft", 1)
    public = f"/v1/activities/{made['id']}"
    assert (await world.send("GET", public)).json()["code"] == "activity-not-found"
    submitted = (await world.act(made, "submission", world.organiser())).json()
    back = await world.act(submitted, "return", world.reviewer(), reason="dates-wrong")
    assert back.json()["status"] == "draft"
    edited = await world.send(
        "PUT", public, world.organiser(), json=content(title=words("other")), version=3
    )
    assert edited.json()["title"] == words("other")
    submitted = (await world.act(edited.json(), "submission", world.organiser())).json()
    published = (await world.act(submitted, "publication", world.reviewer())).json()
    assert published["status"] == "published"
    shown = await world.send("GET", public)
    assert shown.status_code == 200
    assert shown.headers["etag"] == f'"{published["version"]}"'
    listed = (await world.send("GET", "/v1/activities?region=350000")).json()["items"]
    assert [each["id"] for each in listed] == [made["id"]]
    assert (await world.send("GET", "/v1/activities?region=330000")).json()["items"] == []
    finished = await world.act(published, "completion", world.organiser())
    assert finished.json()["status"] == "finished"
    assert (await world.send("GET", "/v1/activities")).json()["items"] == []
    assert (await world.send("GET", public)).status_code == 200


async def test_what_is_not_possible_in_a_state(world):
    published = await world.published()
    for act in ("submission", "publication"):
        who = world.reviewer() if act == "publication" else world.organiser()
        answer = await world.act(published, act, who)
        assert (answer.status_code, answer.json()["code"]) == (409, "activity-state")
        assert answer.json()["state"] == "published"
    answer = await world.send(
        "PUT",
        f"/v1/activities/{published['id']}",
        world.organiser(),
        json=content(),
        version=published["version"],
    )
    assert answer.json()["code"] == "activity-state"


async def test_an_older_version_changes_nothing(world):
    made = await world.draft()
    await world.act(made, "submission", world.organiser())
    answer = await world.act(made, "cancellation", world.organiser())
    assert (answer.status_code, answer.json()["code"]) == (412, "version-changed")


async def test_other_organisers_and_offices(world):
    made = await world.draft()
    submitted = (await world.act(made, "submission", world.organiser())).json()
    other = await world.act(submitted, "cancellation", world.organiser("organiser-2"))
    assert other.json()["code"] == "activity-not-found"
    elsewhere = await world.act(submitted, "publication", world.reviewer(region="330800"))
    assert elsewhere.json()["code"] == "activity-not-found"
    both = world.reviewer("organiser-1")
    own = await world.act(submitted, "publication", both)
    assert (own.status_code, own.json()["code"]) == (403, "own-activity")
    below = await world.act(submitted, "publication", world.reviewer(region="350702"))
    assert below.json()["code"] == "activity-not-found"
    outside = await world.send(
        "POST", "/v1/activities", world.organiser(region="350702"), json=content()
    )
    assert outside.json() | {"code": "outside-region", "field": "body.region"} == outside.json()


async def test_lists_of_staff(world):
    made = await world.draft()
    path = "/v1/managed-activities"

    async def seen(who):
        return [each["id"] for each in (await world.send("GET", path, who)).json()["items"]]

    assert await seen(world.organiser()) == [made["id"]]
    assert await seen(world.organiser("organiser-2")) == []
    assert await seen(world.reviewer()) == [made["id"]]
    assert await seen(world.reviewer(region="330800")) == []
    assert await seen(world.reviewer(region="350702")) == []


MEETING = content()["meetings"][0]
QUOTA = content()["quotas"][0]
TICKET = content()["tickets"][0]
ASKED = {
    "name": "speaker",
    "label": words("speaker"),
    "choices": [{"name": name, "label": words(name)} for name in ("good", "poor")],
}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at": at(-1)}, "body"),
        ({"closes_at": at(14.31)}, "body"),
        ({"meetings": []}, "body.meetings"),
        ({"meetings": [MEETING | {"ends_at": MEETING["starts_at"]}]}, "body.meetings.0"),
        (
            {"meetings": [MEETING | {"starts_at": "2026-09-15T09:00:00"}]},
            "body.meetings.0.starts_at",
        ),
        ({"meetings": [MEETING, MEETING]}, "body"),
        ({"quotas": [QUOTA | {"capacity": -1}]}, "body.quotas.0.capacity"),
        ({"quotas": [QUOTA | {"capacity": 1_000_001}]}, "body.quotas.0.capacity"),
        ({"tickets": [TICKET | {"quotas": []}]}, "body.tickets.0.quotas"),
        ({"tickets": [TICKET | {"quotas": ["nowhere"]}]}, "body"),
        ({"tickets": [TICKET | {"quotas": ["hall", "hall"]}]}, "body"),
        ({"region": "999999"}, "body.region"),
        ({"regions": ["350702", "999999"]}, "body.regions.1"),
        ({"host": "party"}, "body.host"),
        ({"hours": -1}, "body.hours"),
        ({"hours": 501}, "body.hours"),
        ({"survey": [ASKED | {"choices": ASKED["choices"][:1]}]}, "body.survey.0.choices"),
        ({"survey": [ASKED, ASKED]}, "body"),
        ({"survey": [ASKED | {"choices": ASKED["choices"][:1] * 2}]}, "body"),
        ({"meetings": [MEETING | {"region": "999999"}]}, "body.meetings.0.region"),
        ({"offer_minutes": 4}, "body.offer_minutes"),
        ({"title": {"zh": "a", "en": "a\u0000"}}, "body.title.en"),
        ({"kind": "party"}, "body.kind"),
    ],
)
async def test_documents_that_do_not_fit(world, changes, field):
    answer = await world.send("POST", "/v1/activities", world.organiser(), json=content(**changes))
    assert answer.status_code == 422
    problem = answer.json()
    assert field in {problem.get("field"), *(one["field"] for one in problem.get("errors", []))}
    assert await world.rows("SELECT 1 FROM activity") == []


async def test_who_hosts_it_and_where(world):
    made = await world.draft(host="government", meetings=[MEETING | {"region": "350703"}])
    assert (made["host"], made["meetings"][0]["region"]) == ("government", "350703")
    plain = await world.draft()
    assert (plain["host"], plain["meetings"][0]["region"]) == ("other", None)


@pytest.mark.parametrize("changes", [{"closes_at": at(14.3)}, {"offer_minutes": 5}])
async def test_documents_that_just_fit(world, changes):
    assert (await world.draft(**changes))["status"] == "draft"


@pytest.mark.parametrize("invited", [True, False])
async def test_a_ticket_says_whether_its_holder_was_invited(world, invited):
    given = {"invited": True} if invited else {}
    made = await world.published(tickets=[TICKET | given])
    assert made["tickets"][0]["invited"] is invited


async def test_what_a_ticket_has_left_is_the_least_of_its_quotas(world):
    activity = await world.published(
        quotas=[
            {"name": "hall", "label": words("hall"), "capacity": 5},
            {"name": "zone", "label": words("zone"), "capacity": 2},
        ],
        tickets=[TICKET | {"quotas": ["hall", "zone"]}],
    )
    person = await world.talent()
    await person.claim(activity)
    shown = (await world.send("GET", f"/v1/activities/{activity['id']}")).json()
    assert [each["left"] for each in shown["quotas"]] == [4, 1]
    assert shown["tickets"][0]["left"] == 1
