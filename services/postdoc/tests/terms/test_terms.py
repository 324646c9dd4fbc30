"""Reading and setting figures over HTTP."""

from talent_kit.auth import Role

AGE = {"region": "350700", "valid_from": "2027-01-01", "value": 36, "reason": "示例文件"}
PATH = "/v1/terms/ENTRY_AGE/values"


async def age(world, region, on):
    answer = await world.send("GET", f"/v1/terms?region={region}&on={on}")
    return next(each["value"] for each in answer.json()["items"] if each["name"] == "ENTRY_AGE")


async def test_an_authority_sets_a_figure_for_its_region_from_a_day_on(world):
    answer = await world.send("POST", PATH, world.staff(Role.POLICY_ADMIN), json=AGE)
    assert answer.status_code == 201
    assert [await age(world, "350702", f"{year}") for year in ("2026-12-31", "2027-01-01")] == [
        35,
        36,
    ]
    assert await age(world, "320000", "2027-01-01") == 35


async def test_a_figure_tells_what_holds_where_nobody_set_one(world):
    given = AGE | {"region": "320500", "valid_from": "2026-01-01", "value": 0}
    who = world.staff(Role.POLICY_ADMIN, region="320000")
    await world.send("POST", "/v1/terms/FILING_AT_ONCE/values", who, json=given)

    async def filing(region):
        items = (await world.send("GET", f"/v1/terms?region={region}")).json()["items"]
        [found] = [each for each in items if each["name"] == "FILING_AT_ONCE"]
        return found["value"], found["shipped"]

    assert [await filing(region) for region in ("320000", "320500", "350700")] == [
        (1, 1),
        (0, 1),
        (0, 0),
    ]


async def test_nobody_sets_a_figure_for_a_region_that_is_not_theirs(world):
    who = world.staff(Role.POLICY_ADMIN, region="330800")
    answer = await world.send("POST", PATH, who, json=AGE)
    assert (answer.status_code, answer.json()["code"]) == (403, "outside-region")


async def test_what_does_not_exist_is_refused(world):
    who = world.staff(Role.POLICY_ADMIN)
    none = await world.send("POST", "/v1/terms/NONE/values", who, json=AGE)
    assert (none.status_code, none.json()["code"]) == (404, "term-not-found")
    nowhere = await world.send("POST", PATH, who, json=AGE | {"region": "999999"})
    assert (nowhere.status_code, nowhere.json()["code"]) == (422, "unknown-region")
    read = await world.send("GET", "/v1/terms?region=999999")
    assert (read.status_code, read.json()["code"]) == (422, "unknown-region")
