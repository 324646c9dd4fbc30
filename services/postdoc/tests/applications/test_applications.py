"""Applications for stations over HTTP: filed at once, or reviewed in steps."""

import asyncio
from datetime import date

import pytest
from talent_kit.identifiers import new_id
from talent_postdoc.models.documents import Document

from .rows import CONTENT

PATH = "/v1/station-applications"
PANEL = [
    {
        "login": f"expert-{n}",
        "name": f"专家{n}",
        "kind": "outside",
        "organisation": "示例学院",
        "chair": n == 0,
    }
    for n in range(5)
]


async def attach(world, application_id, *kinds):
    """Attach documents as if they had been uploaded."""
    for kind in kinds:
        service = world.running.service
        async with service.database.transaction() as session:
            row = Document(
                id=new_id(),
                kind=kind,
                subject_kind="station_application",
                subject_id=application_id,
                talent_id=None,
                region="350702",
                type="application/pdf",
                size=1,
                checksum=b"1",
                made_by="somebody",
                made_at=service.clock.now(),
            )
            session.add(row)


async def written(world, unit, **changes):
    answer = await unit.send("POST", PATH, json=CONTENT | changes)
    assert answer.status_code == 201, answer.text
    out = answer.json()
    await attach(world, out["id"], "legal_person", "recruitment_plan", "joint_agreement")
    return out


async def submitted(unit, out, version=1):
    return await unit.send("POST", f"{PATH}/{out['id']}/submission", version=version)


async def told(world, kind):
    return await world.rows(
        "SELECT convert_from(value, 'UTF8') AS value FROM outbox WHERE type LIKE :kind",
        kind=f"%{kind}%",
    )


def states(out):
    return {each["id"]: each["state"] for each in out["conditions"]}


async def mobile(world):
    return await world.station(await world.unit(kind="public_institution"), kind="mobile")


async def test_an_enterprise_of_jiangsu_files_its_workstation_at_once(world):
    partner = await mobile(world)
    unit = await world.unit(region="320500")
    out = await written(world, unit, partners=[{"station_id": str(partner)}])
    assert (set(states(out).values()), out["files_at_once"]) == ({"met"}, True)
    answer = await submitted(unit, out)
    found = answer.json()
    assert (found["status"], found["review"]) == ("established", None)
    station = (await unit.send("GET", f"/v1/stations/{found['station_id']}")).json()
    assert (station["kind"], station["status"], station["approved_on"], station["region"]) == (
        "workstation",
        "active",
        "2026-09-01",
        "320500",
    )
    advisors = await unit.send("GET", f"/v1/advisors?station_id={station['id']}")
    assert {each["name"] for each in advisors.json()["items"]} == {
        "示例导师0",
        "示例导师1",
        "示例导师2",
    }
    links = (await unit.send("GET", f"/v1/stations/{station['id']}/links")).json()["items"]
    assert [(each["mobile_id"], each["confirmed_by"]) for each in links] == [
        (str(partner), ["station"])
    ]
    (event,) = await told(world, "station.recognised")
    assert f'"station_id":"{station["id"]}"' in event.value.replace(" ", "")
    assert "示例导师" not in event.value
    again = await submitted(unit, out, 2)
    assert (again.status_code, again.json()["code"]) == (409, "station-application-state")


async def test_elsewhere_it_goes_from_city_to_notice_and_is_recognised_when_that_is_over(world):
    unit = await world.unit()
    out = await written(world, unit)
    assert states(out)["joint"] == "referred"
    found = (await submitted(unit, out)).json()
    assert (found["status"], found["review"]["step"]["name"]) == ("under_review", "city")
    review = f"/v1/reviews/{found['review']['id']}"
    city, province = world.office(), world.office("p", region="350000")
    for who, version in ((city, 1), (province, 2)):
        answer = await world.send(
            "POST", f"{review}/decision", who, version=version, json={"outcome": "approved"}
        )
        assert answer.status_code == 200
    panel = (
        await world.send(
            "POST",
            "/v1/panels",
            province,
            json={"purpose": "set_up", "subject_id": out["id"], "members": PANEL},
        )
    ).json()
    seen = await world.send("GET", f"{PATH}/{out['id']}", world.signed_in("expert-1"))
    assert (seen.status_code, states(seen.json())) == (200, states(out))
    stranger = await world.send("GET", f"{PATH}/{out['id']}", world.signed_in("expert-9"))
    assert (stranger.status_code, stranger.json()["code"]) == (404, "station-application-not-found")
    early = await world.send(
        "POST", f"{review}/conclusion", province, version=3, json={"panel_id": panel["id"]}
    )
    assert (early.status_code, early.json()["code"]) == (409, "panel-not-concluded")
    for each in PANEL:
        who = world.signed_in(each["login"])
        vote = {"grade": "passed", "reason": "符合条件"}
        await world.send("POST", f"/v1/panels/{panel['id']}/votes", who, json=vote)
    done = await world.send(
        "POST",
        f"/v1/panels/{panel['id']}/conclusion",
        world.signed_in("expert-0"),
        json={"minutes": "一致通过"},
    )
    assert done.status_code == 201, done.text
    answer = await world.send(
        "POST", f"{review}/conclusion", province, version=3, json={"panel_id": panel["id"]}
    )
    assert answer.json()["step"]["name"] == "publication"
    assert await told(world, "station.recognised") == []
    world.today(date(2026, 9, 9))
    await world.running.settle()
    out = (await unit.send("GET", f"{PATH}/{out['id']}")).json()
    assert (out["status"], out["review"]["status"]) == ("established", "approved")
    (row,) = await world.rows("SELECT approved_on, status FROM station WHERE approval = 'new'")
    assert tuple(row) == (date(2026, 9, 9), "active")
    (entry,) = await world.rows("SELECT kind, recorded_by FROM station_entry")
    assert tuple(entry) == ("recognised", "system")


async def test_what_is_returned_is_corrected_and_goes_on(world):
    unit = await world.unit()
    out = await written(world, unit)
    review = (await submitted(unit, out)).json()["review"]
    refused = await unit.send("PUT", f"{PATH}/{out['id']}", version=2, json=CONTENT)
    assert (refused.status_code, refused.json()["code"]) == (409, "station-application-state")
    back = {"outcome": "returned", "words": "请更正待遇"}
    path = f"/v1/reviews/{review['id']}/decision"
    await world.send("POST", path, world.office(), version=1, json=back)
    seen = (await unit.send("GET", f"{PATH}/{out['id']}")).json()
    assert (seen["status"], seen["review"]["acts"][-1]["words"]) == ("returned", "请更正待遇")
    facts = CONTENT["facts"] | {"pay_fen": 9_000_000}
    changed = await unit.send(
        "PUT", f"{PATH}/{out['id']}", version=seen["version"], json=CONTENT | {"facts": facts}
    )
    again = await submitted(unit, out, changed.json()["version"])
    assert again.json()["status"] == "under_review"
    assert again.json()["review"]["step"]["name"] == "city"
    withdrawn = await unit.send(
        "POST", f"{PATH}/{out['id']}/withdrawal", version=again.json()["version"]
    )
    assert withdrawn.json()["status"] == "withdrawn"


async def test_a_refusal_ends_it_and_another_may_be_written(world):
    unit = await world.unit()
    out = await written(world, unit)
    review = (await submitted(unit, out)).json()["review"]
    no = {"outcome": "refused", "words": "不符合规划"}
    await world.send(
        "POST", f"/v1/reviews/{review['id']}/decision", world.office(), version=1, json=no
    )
    assert (await unit.send("GET", f"{PATH}/{out['id']}")).json()["status"] == "refused"
    other = await written(world, unit)
    assert (await submitted(unit, other)).json()["status"] == "under_review"


async def test_what_is_unmet_or_unsaid_is_told_with_its_article(world):
    unit = await world.unit()
    out = await written(world, unit, facts={"rd_unit": False}, advisors=CONTENT["advisors"][:2])
    answer = await submitted(unit, out)
    assert (answer.status_code, answer.json()["code"]) == (409, "conditions-unmet")
    found = {each["id"]: (each["state"], each["missing"]) for each in answer.json()["conditions"]}
    assert found == {
        "rd_unit": ("unmet", []),
        "advisors": ("unmet", []),
        "plan": ("unknown", ["plan.people"]),
        "pay": ("unknown", ["pay.yearly"]),
    }
    assert all(each["article"] for each in answer.json()["conditions"])
    [advisors] = [each for each in answer.json()["conditions"] if each["id"] == "advisors"]
    assert advisors["figures"] == {"STATION_ADVISORS": 3}
    assert [(each["name"], each["source"], each["value"]) for each in advisors["facts"]] == [
        ("advisors.full_time", "drawn", 2)
    ]


async def test_advisors_on_file_count_once_by_name_and_only_with_a_title_that_qualifies(world):
    unit = await world.unit()
    base = await world.station(unit, kind="practice_base", level="provincial")
    await world.advisor(base, name="示例导师0")
    out = await written(world, unit, advisors=CONTENT["advisors"][:2])
    assert states(out)["advisors"] == "unmet"
    await world.advisor(base, name="另一导师", full_time=False)
    await world.advisor(base, name="已离开", until_on=date(2026, 8, 31))
    out = (await unit.send("GET", f"{PATH}/{out['id']}")).json()
    assert states(out)["advisors"] == "unmet"
    await world.advisor(base, name="第三导师")
    out = (await unit.send("GET", f"{PATH}/{out['id']}")).json()
    assert states(out)["advisors"] == "met"


async def test_documents_are_asked_for(world):
    unit = await world.unit()
    out = (await unit.send("POST", PATH, json=CONTENT)).json()
    answer = await submitted(unit, out)
    assert (answer.status_code, answer.json()["code"]) == (409, "documents-missing")


@pytest.mark.parametrize(
    ("kind", "level", "disciplines", "status"),
    [
        ("workstation", "national", ["0805"], 409),
        ("mobile", "national", ["0812"], 200),
    ],
)
async def test_a_unit_has_one_workstation(world, kind, level, disciplines, status):
    unit = await world.unit()
    await world.station(unit)
    facts = CONTENT["facts"] | {"graduates": 1}
    out = await written(world, unit, kind=kind, level=level, disciplines=disciplines, facts=facts)
    answer = await submitted(unit, out)
    assert answer.status_code == status
    if status == 409:
        assert answer.json()["code"] == "station-exists"


@pytest.mark.parametrize(("discipline", "status"), [("0812", 409), ("0805", 200)])
async def test_a_unit_has_one_mobile_station_in_each_discipline(world, discipline, status):
    unit = await world.unit(kind="public_institution")
    await world.station(unit, kind="mobile")
    facts = CONTENT["facts"] | {"graduates": 1}
    out = await written(world, unit, kind="mobile", disciplines=[discipline], facts=facts)
    assert (await submitted(unit, out)).status_code == status


async def test_of_two_applications_at_once_one_is_submitted(world):
    unit = await world.unit()
    drafts = [await written(world, unit) for _ in range(2)]
    answers = await asyncio.gather(*(submitted(unit, out) for out in drafts))
    assert sorted(answer.status_code for answer in answers) == [200, 409]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"level": "city"}, "level-unknown", "body.level"),
        ({"kind": "branch"}, "parent-invalid", "body.parent_id"),
        (
            {"partners": [{"station_id": "0197a2b4-0000-7000-8000-000000000001"}]},
            "partner-invalid",
            "body.partners.0.station_id",
        ),
        (
            {"advisors": [CONTENT["advisors"][0] | {"title": "wizard"}]},
            "title-unknown",
            "body.advisors.0.title",
        ),
    ],
)
async def test_what_does_not_fit_is_refused_with_its_field(world, changes, code, field):
    unit = await world.unit()
    answer = await unit.send("POST", PATH, json=CONTENT | changes)
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (
        422,
        code,
        field,
    )


async def test_a_branch_stands_under_a_workstation_on_file(world):
    above = await world.station(await world.unit())
    unit = await world.unit(region="320500")
    out = await written(world, unit, kind="branch", parent_id=str(above), advisors=[])
    found = (await submitted(unit, out)).json()
    assert found["status"] == "established"
    station = (await unit.send("GET", f"/v1/stations/{found['station_id']}")).json()
    assert station["parent_id"] == str(above)


async def test_others_see_nothing_and_the_office_no_draft(world):
    unit, other = await world.unit(), await world.unit()
    out = await written(world, unit)
    path = f"{PATH}/{out['id']}"
    for answer in (
        await other.send("GET", path),
        await other.send("PUT", path, version=1, json=CONTENT),
        await submitted(other, out),
        await world.send("GET", path, world.office()),
    ):
        assert (answer.status_code, answer.json()["code"]) == (
            404,
            "station-application-not-found",
        )
    await submitted(unit, out)
    listed = (await world.send("GET", PATH, world.office())).json()["items"]
    assert [each["id"] for each in listed] == [out["id"]]
    far = world.office(region="330800")
    assert (await world.send("GET", PATH, far)).json()["items"] == []
    assert "示例导师" not in await world.running.stored()


async def test_a_unit_is_told_which_documents_to_bring_before_it_submits(world):
    unit = await world.unit()
    out = (await unit.send("POST", PATH, json=CONTENT)).json()
    assert [(each["kind"], each["attached"]) for each in out["documents"]] == [
        ("joint_agreement", False),
        ("legal_person", False),
        ("recruitment_plan", False),
    ]
    assert out["documents"][1]["name"]["en"] == "Certificate of the legal person"
    await attach(world, out["id"], "legal_person")
    out = (await unit.send("GET", f"{PATH}/{out['id']}")).json()
    assert [each["kind"] for each in out["documents"] if each["attached"]] == ["legal_person"]
