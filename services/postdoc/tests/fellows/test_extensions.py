"""Extensions: agreed within the usual longest time, approved beyond it, at most six years."""

from datetime import date, timedelta

import pytest
from talent_kit.auth import Role
from talent_postdoc.fellows.acts import Kind
from talent_postdoc.fellows.errors import ExtensionNeedsApproval, TooEarly, TooLate
from talent_postdoc.fellows.periods import check
from talent_postdoc.fellows.states import fold

from .lives import TERMS, entries
from .story import Story, code

USUAL, LATEST = date(2030, 2, 28), date(2032, 2, 29)
"""The last days of 48 and of 72 months from 1 March 2026."""


def extension(kind, until):
    return (kind, date(2027, 6, 1), {"term_until": until.isoformat()})


def checked(kind, until, *before):
    (one,) = entries(extension(kind, until), start=())
    check(fold(entries(*before)), one, False, TERMS)


@pytest.mark.parametrize(
    ("until", "error"),
    [
        (USUAL - timedelta(1), None),
        (USUAL, None),
        (USUAL + timedelta(1), ExtensionNeedsApproval),
        (LATEST, ExtensionNeedsApproval),
        (LATEST + timedelta(1), TooLate),
    ],
)
def test_fellow_and_unit_agree_up_to_the_usual_longest_time(until, error):
    if error is None:
        checked(Kind.EXTENDED, until)
    else:
        with pytest.raises(error):
            checked(Kind.EXTENDED, until)


@pytest.mark.parametrize(
    ("until", "error"),
    [
        (USUAL, TooEarly),
        (USUAL + timedelta(1), None),
        (LATEST, None),
        (LATEST + timedelta(1), TooLate),
    ],
)
def test_what_goes_beyond_is_asked_for(until, error):
    if error is None:
        checked(Kind.EXTENSION_ASKED, until)
    else:
        with pytest.raises(error):
            checked(Kind.EXTENSION_ASKED, until)


@pytest.mark.parametrize(("days", "ok"), [(-1, True), (0, True), (1, False)])
def test_no_more_is_approved_than_was_asked_for(days, ok):
    asked = date(2031, 2, 28)
    before = extension(Kind.EXTENSION_ASKED, asked)
    if ok:
        checked(Kind.EXTENSION_APPROVED, asked + timedelta(days), before)
    else:
        with pytest.raises(TooLate):
            checked(Kind.EXTENSION_APPROVED, asked + timedelta(days), before)


@pytest.fixture
async def story(world):
    story = await (await Story.begun(world)).entered()
    await story.attach("extension_form")
    return story


async def test_the_unit_asks_and_the_province_approves(world, story):
    until = date(2031, 9, 13)
    refused = await story.act("extended", term_until=until)
    assert code(refused) == (409, "extension-needs-approval")
    assert refused.json()["until"] == "2030-09-13"
    province = world.office(region="350000")
    assert code(await story.act("extension_approved", province, term_until=until)) == (
        409,
        "fellow-step-missing",
    )
    assert (await story.done("extension_asked", term_until=until))["term_until"] == "2028-09-13"
    city = await story.act("extension_approved", story.office, term_until=until)
    assert (*code(city), city.json()["region"]) == (403, "office-above", "350000")
    own = await story.act("extension_approved", term_until=until)
    assert own.status_code == 403
    approved = await story.done("extension_approved", province, term_until=until)
    assert approved["term_until"] == "2031-09-13"
    (row,) = await world.rows("SELECT due_on FROM deadline WHERE kind = 'exit_application'")
    assert row.due_on == date(2031, 6, 13)


async def test_what_is_refused_leaves_the_agreed_time_and_may_be_asked_for_again(world, story):
    province = world.office(region="350000")
    await story.done("extension_asked", term_until=date(2031, 9, 13))
    twice = await story.act("extension_asked", term_until=date(2031, 9, 13))
    assert code(twice) == (409, "fellow-state")
    assert (await story.done("extension_refused", province))["term_until"] == "2028-09-13"
    await story.done("extension_asked", term_until=date(2030, 12, 31))


async def test_a_province_may_leave_it_to_its_cities(world, story):
    given = {"region": "350000", "valid_from": "2026-01-01", "value": 2, "reason": "示例文件"}
    who = world.staff(Role.POLICY_ADMIN, region="350000")
    await world.send("POST", "/v1/terms/EXTENSION_OFFICE/values", who, json=given)
    await story.done("extension_asked", term_until=date(2031, 9, 13))
    await story.done("extension_approved", story.office, term_until=date(2031, 9, 13))


async def test_an_extension_needs_its_form(world):
    story = await (await Story.begun(world)).entered()
    for kind, until in (("extended", date(2029, 9, 13)), ("extension_asked", date(2031, 9, 13))):
        assert code(await story.act(kind, term_until=until))[1] == "documents-missing"
