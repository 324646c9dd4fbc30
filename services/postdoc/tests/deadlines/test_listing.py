"""Who sees which open deadlines."""

from datetime import date, timedelta

from talent_kit.auth import Role

from .given import deadline, save

TODAY = date(2026, 9, 1)


async def listed(world, who, query=""):
    answer = await world.send("GET", f"/v1/deadlines{query}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_everybody_sees_their_own_the_nearest_first(world):
    fellow, unit, other = await world.talent(), await world.unit(), await world.unit()
    days = [TODAY + timedelta(days=n) for n in (50, 5, -1, 0)]
    mine = [deadline(day, talent_id=fellow.id, unit_id=unit.id) for day in days]
    await save(
        world,
        *mine,
        deadline(TODAY, talent_id=fellow.id, unit_id=unit.id, met_on=TODAY),
        deadline(TODAY, unit_id=other.id, region="350721"),
        deadline(TODAY, region="330800"),
    )
    ordered = [str(mine[n]["id"]) for n in (2, 3, 1, 0)]
    for who in (fellow, unit):
        shown = await listed(world, who.headers)
        assert [each["id"] for each in shown] == ordered
        assert [each["overdue"] for each in shown] == [True, False, False, False]
    assert len(await listed(world, other.headers)) == 1
    assert len(await listed(world, world.office())) == 5
    assert len(await listed(world, world.office(region="350721"))) == 1
    assert len(await listed(world, world.staff(Role.AUDITOR, region="330800"))) == 1


async def test_lists_are_filtered_and_turned_page_by_page(world):
    await save(
        world,
        *(deadline(TODAY + timedelta(days=n)) for n in range(-2, 3)),
        deadline(TODAY, kind="opening_report:2"),
    )
    office = world.office()
    assert len(await listed(world, office, "?overdue=true")) == 2
    assert len(await listed(world, office, "?overdue=false")) == 4
    (report,) = await listed(world, office, "?kind=opening_report")
    assert report["label"] == {"zh": "开题报告（第2次）", "en": "Opening report (2)"}
    seen, cursor = [], ""
    while cursor is not None:
        query = f"?limit=2&cursor={cursor}" if cursor else "?limit=2"
        page = (await world.send("GET", f"/v1/deadlines{query}", office)).json()
        seen += [each["due_on"] for each in page["items"]]
        cursor = page["next_cursor"]
    assert seen == sorted(seen)
    assert len(seen) == 6


async def test_a_stranger_is_told_what_is_missing(world):
    for role, code in ((Role.TALENT, "not-registered"), (Role.EMPLOYER, "not-an-agent")):
        answer = await world.send("GET", "/v1/deadlines", world.signed_in("nobody", role))
        assert (answer.status_code, answer.json()["code"]) == (403, code)
