"""Candidacies from the application to the decision."""

import asyncio
from datetime import date

import pytest

from ..positions.opened import Recruiting
from .applied import INTERVIEW, accepted, act, apply, interviewed


async def test_a_doctor_applies_once_however_often_they_ask(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    position = await here.published()
    first, again = await apply(doctor, position), await apply(doctor, position)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    changed = (await apply(doctor, position, "换一个说法")).json()
    assert (changed["id"], changed["version"]) == (first.json()["id"], 2)
    mine = (await doctor.send("GET", "/v1/candidacies/mine")).json()["items"]
    assert len(mine) == 1
    held = (await doctor.send("GET", f"/v1/candidacies/{changed['id']}")).json()
    assert held["statement"] == "换一个说法"


async def test_two_requests_at_once_make_one_candidacy(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    position = await here.published()
    answers = await asyncio.gather(*(apply(doctor, position) for _ in range(4)))
    assert {each.status_code for each in answers} == {200}
    assert len({each.json()["id"] for each in answers}) == 1


@pytest.mark.parametrize(
    ("day", "status"),
    [
        (date(2026, 9, 4), 409),
        (date(2026, 9, 5), 200),
        (date(2026, 9, 6), 200),
        (date(2026, 9, 7), 409),
    ],
)
async def test_one_applies_between_the_days_both_included(world, day, status):
    here, doctor = await Recruiting.begun(world), await world.talent()
    position = await here.published(opens_on="2026-09-05", closes_on="2026-09-06")
    world.today(day)
    answer = await apply(doctor, position)
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "position-not-open"


async def test_nobody_applies_for_a_draft_or_where_a_station_may_not_recruit(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    draft = (await here.drafted()).json()["id"]
    assert (await apply(doctor, draft)).json()["code"] == "position-not-found"
    position = await here.published()
    await world.rows("UPDATE station SET status = 'suspended' RETURNING 1")
    assert (await apply(doctor, position)).json()["code"] == "position-not-open"


async def test_what_a_position_asks_is_answered(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    asked = {"name": "start", "label": {"zh": "何时到岗", "en": "When?"}, "required": True}
    position = await here.published(questions=[asked])
    missing = (await apply(doctor, position)).json()
    assert (missing["code"], missing["question"]) == ("answer-missing", "start")
    other = await apply(doctor, position, answers={"start": "十月", "else": "x"})
    assert other.json()["code"] == "question-unknown"
    assert (await apply(doctor, position, answers={"start": "十月"})).status_code == 200


async def test_a_candidacy_goes_from_screening_to_acceptance_and_fills_the_position(world):
    here = await Recruiting.begun(world)
    position = await here.published(number=1)
    doctor, other = await world.talent(), await world.talent()
    waiting = (await apply(other, position)).json()["id"]
    candidacy = await accepted(here, doctor, position)
    held = (await doctor.send("GET", f"/v1/candidacies/{candidacy}")).json()
    told = {name: held[name] for name in ("status", "place", "notes", "reason", "passed")}
    assert told == {
        "status": "accepted",
        "place": "示例楼101",
        "notes": "示例记录",
        "reason": "示例理由",
        "passed": True,
    }
    assert (await world.send("GET", f"/v1/positions/{position}")).json()["status"] == "filled"
    lapsed = (await other.send("GET", f"/v1/candidacies/{waiting}")).json()
    assert lapsed["status"] == "lapsed"
    events = await world.rows("SELECT * FROM outbox")
    assert any("position.closed" in str(row) and "filled" in str(row) for row in events)
    listed = (await here.unit.send("GET", f"/v1/candidacies?position_id={position}")).json()
    assert [each["status"] for each in listed["items"]] == ["accepted", "lapsed"]


async def test_acts_out_of_order_change_nothing(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    position = await here.published()
    candidacy = (await apply(doctor, position)).json()["id"]
    for name, body in (
        ("invitation", {"at": INTERVIEW, "place": "x"}),
        ("interview", {"passed": True, "notes": "x"}),
        ("acceptance", {"reason": "x"}),
    ):
        answer = await act(here.unit, candidacy, name, **body)
        assert (answer.status_code, answer.json()["code"]) == (409, "candidacy-state")
    await act(here.unit, candidacy, "shortlisting")
    assert (await apply(doctor, position, "anew")).json()["code"] == "candidacy-state"
    now = world.running.clock.now()
    past = await act(here.unit, candidacy, "invitation", at=now.isoformat(), place="x")
    assert past.json()["code"] == "interview-past"
    await act(here.unit, candidacy, "invitation", at=INTERVIEW, place="x")
    early = await act(here.unit, candidacy, "interview", passed=True, notes="x")
    assert early.json()["code"] == "interview-to-come"


async def test_who_failed_the_interview_is_refused_not_accepted(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    candidacy = await interviewed(here, doctor, await here.published(), passed=False)
    answer = await act(here.unit, candidacy, "acceptance", reason="x")
    assert answer.json()["code"] == "interview-failed"
    refused = await act(here.unit, candidacy, "refusal", reason="未通过面试")
    assert refused.json()["status"] == "refused"
    held = (await doctor.send("GET", f"/v1/candidacies/{candidacy}")).json()
    assert held["reason"] == "未通过面试"


async def test_who_withdraws_after_acceptance_gives_the_place_back(world):
    here, doctor, other = await Recruiting.begun(world), await world.talent(), await world.talent()
    position = await here.published(number=1)
    candidacy = await accepted(here, doctor, position)
    assert (await act(doctor, candidacy, "withdrawal")).json()["status"] == "withdrawn"
    row = (await here.unit.send("GET", f"/v1/positions/{position}/managed")).json()
    assert (row["status"], row["taken"]) == ("closed", 0)
    assert (await apply(other, position)).json()["code"] == "position-not-open"


async def test_who_withdrew_may_apply_again_with_nothing_of_before(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    position = await here.published()
    candidacy = await interviewed(here, doctor, position)
    await act(doctor, candidacy, "withdrawal")
    again = (await apply(doctor, position)).json()
    assert (again["id"], again["status"], again["passed"]) == (candidacy, "applied", None)
    held = (await doctor.send("GET", f"/v1/candidacies/{candidacy}")).json()
    assert (held["place"], held["notes"]) == (None, None)


async def test_the_last_place_goes_to_one_of_two_accepted_at_once(world):
    here, one, two = await Recruiting.begun(world), await world.talent(), await world.talent()
    position = await here.published(number=1)
    both = [await interviewed(here, each, position) for each in (one, two)]
    answers = await asyncio.gather(
        *(act(here.unit, each, "acceptance", reason="x") for each in both)
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    rows = await world.rows("SELECT status FROM candidacy ORDER BY status")
    assert [row.status for row in rows] == ["accepted", "lapsed"]


async def test_nobody_else_sees_or_touches_a_candidacy(world):
    here, doctor, other = await Recruiting.begun(world), await world.talent(), await world.talent()
    candidacy = (await apply(doctor, await here.published())).json()["id"]
    stranger = await world.unit()
    for who in (other, stranger):
        answer = await who.send("GET", f"/v1/candidacies/{candidacy}")
        assert (answer.status_code, answer.json()["code"]) == (404, "candidacy-not-found")
    assert (await act(other, candidacy, "withdrawal")).status_code == 404
    assert (await act(stranger, candidacy, "refusal", reason="x")).status_code == 404
    assert (await stranger.send("GET", "/v1/candidacies")).json()["items"] == []


async def test_no_word_is_kept_in_clear_and_the_unit_s_reading_is_audited(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    secret = "只有本人知道的话"
    candidacy = (await apply(doctor, await here.published(), secret)).json()["id"]
    assert secret not in await world.running.stored()
    before = await world.rows("SELECT 1 FROM audit WHERE action = 'candidacy.read'")
    read = await here.unit.send("GET", f"/v1/candidacies/{candidacy}")
    assert (read.json()["statement"], read.headers["Cache-Control"]) == (secret, "no-store")
    await doctor.send("GET", f"/v1/candidacies/{candidacy}")
    after = await world.rows("SELECT purpose FROM audit WHERE action = 'candidacy.read'")
    assert (before, [row.purpose for row in after]) == ([], ["recruit"])


async def test_public_answers_name_no_candidate_and_no_advisor(world):
    here, doctor = await Recruiting.begun(world), await world.talent()
    position = await here.published()
    candidacy = await interviewed(here, doctor, position)
    paths = ("", f"/{position}", f"/{position}/job-posting", "/feed.atom")
    for path in paths:
        told = (await world.send("GET", f"/v1/positions{path}")).text
        assert candidacy not in told
        assert str(doctor.id) not in told
        assert "advisor" not in told
