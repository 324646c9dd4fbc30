"""Panels over HTTP: convened, voted in from afar, concluded."""

import io

import pytest
import pytest_asyncio
from pypdf import PdfReader
from talent_kit.auth import Role
from talent_postdoc.panels import service
from talent_postdoc.panels.errors import PanelNotConcluded

from .experts import Panels, expert, experts, refused


@pytest_asyncio.fixture
async def panels(world):
    return await Panels.of(world)


async def test_a_panel_from_its_convening_to_its_minutes(panels):
    panel = await panels.convened()
    assert (panel["status"], panel["quorum"], panel["version"]) == ("open", 4, 1)
    for number in (1, 2, 3):
        assert (await panels.vote(panel, number)).status_code == 201
    assert refused(await panels.conclude(panel), 409, "panel-no-quorum")["voted"] == 3
    assert (await panels.vote(panel, 4, "failed")).status_code == 201
    done = (await panels.conclude(panel)).json()
    assert (done["status"], done["grade"], done["concluded_on"]) == (
        "concluded",
        "passed",
        "2026-09-01",
    )
    assert len(done["votes"]) == 4
    refused(await panels.conclude(panel), 409, "panel-state")
    refused(await panels.vote(panel, 5), 409, "panel-state")
    pdf = await panels.by(5, "GET", f"/v1/panels/{panel['id']}/minutes.pdf")
    assert pdf.headers["content-type"] == "application/pdf"
    (page,) = PdfReader(io.BytesIO(pdf.content)).pages
    text = "".join(page.extract_text().split())
    for words in ("示例专家1", "组长", "合格", "示例纪要：同意。", "2026年9月1日", "4票"):
        assert words in text


async def test_a_member_sees_who_voted_but_not_how_until_it_concluded(panels):
    panel = await panels.convened()
    await panels.vote(panel, 1)
    seen = (await panels.by(2, "GET", f"/v1/panels/{panel['id']}")).json()
    assert seen["votes"] == []
    assert [each["voted"] for each in seen["members"]] == [True, False, False, False, False]
    assert [each["you"] for each in seen["members"]] == [False, True, False, False, False]
    own = (await panels.by(1, "GET", f"/v1/panels/{panel['id']}")).json()
    assert [each["grade"] for each in own["votes"]] == ["passed"]
    unit = (await panels.unit.send("GET", f"/v1/panels/{panel['id']}")).json()
    assert unit["votes"] == []


async def test_it_does_not_exist_for_whom_it_does_not_concern(panels, world):
    panel = await panels.convened()
    path = f"/v1/panels/{panel['id']}"
    other = await world.unit()
    for who in (other.headers, panels.doctor.headers, world.office(region="330800")):
        refused(await world.send("GET", path, who), 404, "panel-not-found")
        vote = {"grade": "passed", "reason": "x"}
        refused(await world.send("POST", f"{path}/votes", who, json=vote), 404, "panel-not-found")
    assert (await world.send("GET", path, world.office())).status_code == 200
    assert (await world.send("GET", path, world.staff(Role.AUDITOR))).status_code == 200
    refused(
        await other.send("POST", f"{path}/dissolution", json={"reason": "x"}),
        404,
        "panel-not-found",
    )


async def test_lists_of_a_member_a_unit_and_an_office(panels, world):
    panel = await panels.convened()

    async def listed(who, query=""):
        answer = await world.send("GET", f"/v1/panels{query}", who)
        return [each["id"] for each in answer.json()["items"]]

    expert_, unit = world.signed_in("expert-3"), panels.unit.headers
    assert await listed(expert_) == [panel["id"]]
    assert await listed(world.signed_in("expert-8")) == []
    assert await listed(unit) == []
    assert await listed(unit, "?view=convener") == [panel["id"]]
    assert await listed(world.office(), "?view=convener") == [panel["id"]]
    assert await listed(world.office(region="330800"), "?view=convener") == []
    assert await listed(unit, f"?view=convener&subject_id={panels.fellow_id}") == [panel["id"]]
    assert await listed(unit, f"?view=convener&subject_id={panels.station_id}") == []


async def test_composition_conflicts_and_repetitions_are_refused(panels):
    four = refused(await panels.asked(members=experts(4)), 422, "panel-composition")
    assert four["breaches"] == [{"code": "too-few", "needed": 5, "found": 4}]
    again = [*experts(5), expert(1, name="Another", organisation="elsewhere")]
    assert refused(await panels.asked(members=again), 422, "panel-member-twice")["field"] == (
        "body.members.5"
    )
    own = [*experts(5), expert(6, login=await _login(panels))]
    found = refused(await panels.asked(members=own), 422, "panel-conflict")
    assert (found["conflict"], found["field"]) == ("subject", "body.members.5")
    unit = [*experts(5), expert(6, organisation="示例企业")]
    assert refused(await panels.asked(members=unit), 422, "panel-conflict")["conflict"] == (
        "same-unit"
    )


async def _login(panels):
    (row,) = await panels.world.rows(
        "SELECT login FROM person WHERE talent_id = :id", id=panels.doctor.id
    )
    return row.login


async def test_the_advisor_is_found_by_name_and_does_not_chair_the_mid_term_review(world):
    unit = await world.unit()
    station_id = await world.station(unit)
    advisor_id = await world.advisor(station_id)
    panels = await Panels.of(world, advisor_id=advisor_id)
    name = (await unit.send("GET", f"/v1/advisors?station_id={station_id}")).json()["items"][0][
        "name"
    ]
    hidden = experts(3, name=name)
    found = refused(await panels.asked("mid_term", hidden), 422, "panel-conflict")
    assert found["conflict"] == "advisor-not-said"
    said = experts(3, name=name, advisor=True)
    found = refused(await panels.asked("mid_term", said), 422, "panel-composition")
    assert [each["code"] for each in found["breaches"]] == ["advisor-chairs"]
    said[0]["chair"], said[1]["chair"] = False, True
    panel = await panels.convened("mid_term", said)
    advising = next(each for each in panel["members"] if each["advisor"])
    answer = await panels.unit.send(
        "POST", f"/v1/panels/{panel['id']}/chair", json={"member_id": advising["id"]}
    )
    refused(answer, 422, "panel-composition")


async def test_of_each_purpose_a_fellow_has_one_panel_unless_it_is_dissolved(panels):
    panel = await panels.convened()
    assert refused(await panels.asked(), 409, "panel-exists")["panel_id"] == panel["id"]
    gone = await panels.unit.send(
        "POST", f"/v1/panels/{panel['id']}/dissolution", json={"reason": "改期"}
    )
    assert gone.json()["status"] == "dissolved"
    await panels.convened()
    await panels.convened("exit")


async def test_only_the_station_s_unit_convenes_for_its_fellows(panels, world):
    other = await world.unit()
    refused(await panels.asked(who=other), 404, "panel-subject-not-found")
    body = {"purpose": "entry", "subject_id": str(panels.fellow_id), "members": experts(5)}
    refused(await world.send("POST", "/v1/panels", world.office(), json=body), 403, "not-an-agent")
    nobody = body | {"subject_id": str(panels.station_id)}
    refused(
        await panels.unit.send("POST", "/v1/panels", json=nobody), 404, "panel-subject-not-found"
    )


async def test_a_vote_is_changed_until_the_conclusion_and_each_stays_on_record(panels, world):
    panel = await panels.convened()
    for number in (1, 2, 3, 4):
        await panels.vote(panel, number, "failed")
    for number in (1, 2, 3):
        await panels.vote(panel, number, "passed")
    done = (await panels.conclude(panel)).json()
    assert (done["grade"], done["version"]) == ("passed", 9)
    rows = await world.rows("SELECT member_id, number, grade FROM panel_vote")
    assert (
        sorted((row.number, row.grade) for row in rows) == [(1, "failed")] * 4 + [(2, "passed")] * 3
    )
    acts = await world.rows(
        "SELECT action FROM audit WHERE subject LIKE 'panel:%' ORDER BY position"
    )
    assert [row.action for row in acts] == [
        "panel.convened",
        *["panel.voted"] * 7,
        "panel.concluded",
    ]


async def test_a_vote_fits_its_purpose(panels):
    panel = await panels.convened()
    refused(await panels.vote(panel, 1, "excellent"), 422, "vote-invalid")
    refused(await panels.vote(panel, 1, None), 422, "vote-invalid")
    refused(await panels.vote(panel, 1, score=90), 422, "vote-invalid")


async def test_the_chair_alone_concludes(panels):
    panel = await panels.convened()
    for number in range(1, 6):
        await panels.vote(panel, number)
    refused(await panels.conclude(panel, 2), 403, "not-the-chair")
    refused(await panels.conclude(panel, 8), 404, "panel-not-found")
    path = f"/v1/panels/{panel['id']}/chair"
    moved = await panels.unit.send("POST", path, json={"member_id": panel["members"][1]["id"]})
    assert [each["chair"] for each in moved.json()["members"]][:2] == [False, True]
    refused(await panels.conclude(panel, 1), 403, "not-the-chair")
    assert (await panels.conclude(panel, 2)).status_code == 201


async def test_who_recuses_leaves_with_their_vote_and_needs_a_replacement(panels):
    panel = await panels.convened()
    path = f"/v1/panels/{panel['id']}"
    for number in range(1, 6):
        await panels.vote(panel, number, "failed" if number == 5 else "passed")
    left = await panels.by(5, "POST", f"{path}/recusal", json={"reason": "曾共同发表论文"})
    assert left.status_code == 201
    refused(await panels.by(5, "GET", path), 404, "panel-not-found")
    refused(await panels.vote(panel, 5), 404, "panel-not-found")
    short = refused(await panels.conclude(panel), 409, "panel-incomplete")
    assert short["breaches"] == [{"code": "too-few", "needed": 5, "found": 4}]
    gone = panel["members"][4]["id"]
    joining = {"member": expert(6), "replaces": gone, "reason": "接替回避的专家"}
    joined = (await panels.unit.send("POST", f"{path}/members", json=joining)).json()
    assert [each["standing"] for each in joined["members"]][4:] == ["recused", "sitting"]
    refused(
        await panels.unit.send("POST", f"{path}/members", json=joining | {"member": expert(7)}),
        404,
        "panel-member-not-found",
    )
    done = (await panels.conclude(panel)).json()
    assert (done["grade"], len(done["votes"])) == ("passed", 4)


async def test_a_member_who_leaves_is_replaced_in_one_step_and_never_returns(panels):
    panel = await panels.convened()
    path, second = f"/v1/panels/{panel['id']}/members", panel["members"][1]["id"]
    back = {"member": expert(2), "replaces": second, "reason": "x"}
    refused(await panels.unit.send("POST", path, json=back), 422, "panel-member-twice")
    other = {"member": expert(7, kind="university_supervisor"), "replaces": second, "reason": "x"}
    joined = (await panels.unit.send("POST", path, json=other)).json()
    assert [each["standing"] for each in joined["members"]][1] == "replaced"
    own = expert(8, login=await _login(panels))
    refused(
        await panels.unit.send("POST", path, json={"member": own, "reason": "x"}),
        422,
        "panel-conflict",
    )
    chairs = {"member": expert(8, chair=True), "reason": "x"}
    refused(await panels.unit.send("POST", path, json=chairs), 422, "panel-composition")


async def test_a_mid_term_panel_takes_no_sixth(panels):
    panel = await panels.convened("mid_term", experts(5))
    path = f"/v1/panels/{panel['id']}/members"
    sixth = await panels.unit.send("POST", path, json={"member": expert(6), "reason": "x"})
    assert refused(sixth, 422, "panel-composition")["breaches"][0]["code"] == "too-many"


async def test_a_conflict_that_came_up_since_keeps_from_voting_and_concluding(panels, world):
    panel = await panels.convened("exit")
    for number in range(1, 6):
        await panels.vote(panel, number)
    await world.rows(
        "UPDATE organisation SET agents = array_append(agents, 'expert-4') "
        "WHERE employer_id = :unit RETURNING 1",
        unit=panels.unit.id,
    )
    refused(await panels.vote(panel, 4), 409, "panel-must-recuse")
    found = refused(await panels.conclude(panel), 409, "panel-must-recuse")
    assert found["member_id"] == panel["members"][3]["id"]
    await panels.unit.send(
        "POST",
        f"/v1/panels/{panel['id']}/members",
        json={"member": expert(6), "replaces": found["member_id"], "reason": "回避"},
    )
    assert (await panels.conclude(panel)).status_code == 201


async def test_what_others_build_on(panels, world):
    panel = await panels.convened("exit")

    async def concluded(purpose="exit", subject=None):
        async with world.running.service.database.transaction() as session:
            given = (panel["id"], purpose, subject or panels.fellow_id)
            return await service.conclusion(session, *given)

    for given in ((), ("entry",), ("exit", panels.station_id)):
        try:
            await concluded(*given)
        except PanelNotConcluded:
            continue
        raise AssertionError(given)
    for number in range(1, 6):
        await panels.vote(panel, number, "good")
    await panels.conclude(panel)
    found = await concluded()
    assert (found.grade, found.passed, str(found.concluded_on)) == ("good", True, "2026-09-01")


async def test_no_name_reason_or_minutes_lies_open_in_a_table(panels, world):
    panel = await panels.convened()
    for number in range(1, 6):
        await panels.vote(panel, number)
    await panels.conclude(panel)
    for table in ("panel", "panel_member", "panel_vote", "audit", "outbox"):
        rows = await world.rows(f"SELECT t::text AS line FROM {table} t")
        told = " ".join(row.line for row in rows)
        for secret in ("示例专家", "示例理由", "示例纪要"):
            assert secret not in told
            assert secret.encode().hex() not in told


async def test_experts_read_of_whom_they_assess_while_they_sit(world):
    panels = await Panels.of(world)
    path = f"/v1/fellows/{panels.fellow_id}"
    refused(await panels.by(1, "GET", path), 404, "fellow-not-found")
    panel = await panels.convened()
    for rest in ("", "/entries"):
        assert (await panels.by(2, "GET", path + rest)).status_code == 200
    refused(await panels.by(9, "GET", path), 404, "fellow-not-found")
    left = {"reason": "利害关系"}
    await panels.by(2, "POST", f"/v1/panels/{panel['id']}/recusal", json=left)
    refused(await panels.by(2, "GET", path), 404, "fellow-not-found")


@pytest.mark.parametrize(
    ("purpose", "report"), [("mid_term", "midterm_report"), ("exit", "exit_report")]
)
async def test_experts_are_called_once_the_report_that_they_assess_is_there(
    panels, purpose, report
):
    problem = refused(await panels.asked(purpose), 409, "documents-missing")
    assert problem["missing"] == [report]
    await panels.attach(report)
    assert (await panels.asked(purpose)).status_code == 201
