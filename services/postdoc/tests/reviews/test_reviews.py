"""Reviews over HTTP, their deadlines, and objections by anybody."""

from datetime import date

from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.reviews import Level, StepKind

from .rows import TITLE, begun, step

NOTICE = step("publication", StepKind.PUBLICATION, Level.PROVINCE)


async def deadlines(world):
    query = "SELECT kind, region, due_on, remind_on, met_on FROM deadline ORDER BY due_on, kind"
    return [tuple(row) for row in await world.rows(query)]


async def test_an_office_finds_its_work_decides_it_and_the_next_deadline_is_kept(world):
    review = await begun(
        world, step("city", days=10), step("province", level=Level.PROVINCE), subject_id=new_id()
    )
    city, province = world.office(), world.office("p", region="350000")
    listed = (await world.send("GET", "/v1/reviews?step=city", city)).json()["items"]
    assert [each["id"] for each in listed] == [str(review)]
    due = date(2026, 9, 15)
    assert await deadlines(world) == [("review_city", "350700", due, date(2026, 9, 12), None)]
    path = f"/v1/reviews/{review}/decision"
    answer = await world.send("POST", path, city, version=1, json={"outcome": "approved"})
    assert answer.json()["step"]["name"] == "province"
    assert answer.headers["ETag"] == '"2"'
    again = await world.send("POST", path, city, version=2, json={"outcome": "approved"})
    assert (again.status_code, again.json()["code"]) == (403, "not-your-step")
    assert await deadlines(world) == [
        ("review_province", "350000", date(2026, 9, 8), date(2026, 9, 5), None),
        ("review_city", "350700", due, date(2026, 9, 12), date(2026, 9, 1)),
    ]
    silent = await world.send("POST", path, province, version=2, json={"outcome": "refused"})
    assert silent.status_code == 422
    assert (silent.json()["field"], silent.json()["errors"][0]["code"]) == (
        "body.words",
        "reason-missing",
    )


async def test_what_is_published_is_read_by_all_and_binds_by_the_worker(world):
    review = await begun(world, NOTICE, subject_id=new_id())
    published = (await world.send("GET", "/v1/reviews/published")).json()["items"]
    assert published == [
        {
            "id": str(review),
            "subject_kind": "example",
            "title": TITLE.model_dump(),
            "region": "350702",
            "since": "2026-09-01",
            "days": 5,
            "due_on": "2026-09-08",
        }
    ]
    assert await deadlines(world) == []
    world.today(date(2026, 9, 8))
    await world.running.settle()
    assert (await world.send("GET", "/v1/reviews/published")).json()["items"]
    world.today(date(2026, 9, 9))
    await world.running.settle()
    assert (await world.send("GET", "/v1/reviews/published")).json()["items"] == []
    auditor = world.staff(Role.AUDITOR)
    out = (await world.send("GET", f"/v1/reviews/{review}", auditor)).json()
    assert (out["status"], out["acts"][-1]["kind"]) == ("approved", "bound")


async def test_an_objection_waits_for_the_office_with_a_deadline(world):
    review = await begun(world, NOTICE, subject_id=new_id())
    somebody = world.signed_in("somebody-else", Role.TALENT)
    path = f"/v1/reviews/{review}/objections"
    lodged = await world.send("POST", path, somebody, json={"words": "材料不实"})
    assert (lodged.status_code, lodged.json()["number"]) == (201, 2)
    again = await world.send("POST", path, somebody, json={"words": "材料不实"})
    assert (again.status_code, again.json()["code"]) == (409, "already-objected")
    assert [row[0] for row in await deadlines(world)] == ["review_publication"]
    province = world.office("p", region="350000")
    answer = await world.send(
        "POST", f"{path}/2/answer", province, version=2, json={"upheld": True, "words": "成立"}
    )
    assert answer.json()["status"] == "refused"
    assert [row[-1] for row in await deadlines(world)] == [date(2026, 9, 1)]
    assert "材料不实" not in await world.running.stored()


async def test_what_is_overdue_is_marked_and_told_of_once_and_the_office_above_may_decide(world):
    review = await begun(world, step("city", days=10), subject_id=new_id())
    province = world.office("p", region="350000")

    async def seen():
        events = await world.rows("SELECT type FROM outbox WHERE type LIKE '%escalated%'")
        acts = await world.rows("SELECT kind FROM review_act ORDER BY number")
        return len(events), [row.kind for row in acts]

    for day, expected in (
        (date(2026, 9, 15), (0, ["begun"])),
        (date(2026, 9, 16), (1, ["begun", "escalated"])),
        (date(2026, 9, 17), (1, ["begun", "escalated"])),
    ):
        world.today(day)
        await told(world)
        assert await seen() == expected
    listed = await world.send("GET", "/v1/reviews?escalated=true", province)
    assert [each["id"] for each in listed.json()["items"]] == [str(review)]
    answer = await world.send(
        "POST",
        f"/v1/reviews/{review}/decision",
        province,
        version=2,
        json={"outcome": "approved"},
    )
    assert answer.json()["status"] == "approved"


async def told(world):
    """Let the worker do all but send events, which would leave nothing to count."""
    worker = world.running.worker
    steps = [worker.timers.step, *(loop.step for loop in worker.loops)]
    while sum([await step() for step in steps]):
        pass
