"""Reviews in the database: who may do what, what time does, and two at once."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from review_plan import CHECK, EXPERTS, PLAN, PUBLICATION
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from talent_kit.auth import Principal, Role
from talent_kit.identifiers import new_id
from talent_kit.pagination import OldestFirst, PageParams
from talent_kit.problems import VersionChanged
from talent_kit.reviews import Reviews, review_timer
from talent_kit.reviews.errors import (
    AlreadyObjected,
    AlreadyUnderReview,
    NotPossibleInStep,
    NotYourStep,
    ObjectionNotFound,
    OwnSubmission,
    ReviewNotFound,
)
from talent_kit.reviews.repository import Wanted
from talent_kit.reviews.schemas import Answer, Decision, NewObjection
from talent_kit.reviews.service import TIMER
from talent_kit.texts import Bilingual
from talent_kit.timers import Timers
from talent_rules import WorkingCalendar

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
TITLE = Bilingual(zh="示例", en="Example")
YES = Decision(outcome="approved")
PAGE = OldestFirst(None, 50)
ALL = Wanted()


def official(region, name="official", *roles):
    return Principal(name, frozenset(roles or {Role.STATION_ADMIN}), region, None)


COUNTY, CITY, PROVINCE = official("350702"), official("350700"), official("350000")
CITIZEN = Principal("citizen", frozenset({Role.TALENT}), None, None)


class Desk:
    """The sample service's reviews, each call in a transaction of its own."""

    def __init__(self, sample, calendar=None):
        self.sample = sample
        self.followed = []
        self.fails = False
        self.reviews = Reviews(
            sample.clock, sample.service.keyring, {"thing": (self._follow,)}, calendar=calendar
        )

    async def _follow(self, session, reviews, review, act):
        assert reviews is self.reviews
        self.followed.append((str(act.kind), str(review.status)))
        if self.fails:
            await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    async def do(self, name, *given, **named):
        async with self.sample.service.database.transaction() as session:
            return await getattr(self.reviews, name)(session, *given, **named)

    async def begin(self, plan=PLAN, region="350702", by="agent", subject_id=None):
        return await self.do(
            "begin",
            kind="thing",
            subject_id=subject_id or new_id(),
            region=region,
            title=TITLE,
            plan=plan,
            by=by,
        )

    async def pass_time(self, days):
        """Let days go by, the worker running each day."""
        timers = Timers(
            self.sample.service.database,
            self.sample.clock,
            {TIMER: review_timer(self.sample.service.database, self.reviews)},
        )
        for _ in range(days):
            self.sample.clock.move(timedelta(days=1))
            while await timers.step():
                pass

    async def acts(self, review):
        async with self.sample.service.database.transaction() as session:
            rows = await session.execute(
                text("SELECT kind, step, actor FROM review_act WHERE review_id = :id ORDER BY 1"),
                {"id": review.id},
            )
            return [row.kind for row in rows]


@pytest.fixture
def desk(sample):
    sample.clock.set(NOON)
    return Desk(sample)


async def test_a_review_goes_from_office_to_office_and_binds_when_published(desk):
    review = await desk.begin()
    out = await desk.do("decide", CITY, review.id, 1, YES)
    assert (out.step.name, out.step_region, out.due_on) == (
        "province",
        "350000",
        date(2026, 9, 21),
    )
    await desk.do("decide", PROVINCE, review.id, 2, YES)
    await desk.do("conclude", PROVINCE, review.id, 3, passed=True, panel="one")
    published = await desk.do("list_published", PageParams(None, 50))
    assert [(each.id, each.due_on) for each in published.items] == [(review.id, date(2026, 9, 8))]
    await desk.pass_time(7)
    assert (await desk.do("read", PROVINCE, review.id)).status == "open"
    await desk.pass_time(1)
    out = await desk.do("read", PROVINCE, review.id)
    assert (out.status, [act.kind for act in out.acts]) == (
        "approved",
        ["begun", "approved", "approved", "passed", "bound"],
    )
    assert desk.followed[-1] == ("bound", "approved")
    assert [act.actor for act in out.acts][-1] == "system"
    await desk.pass_time(3)
    assert len(desk.followed) == 5


async def test_nobody_but_the_step_s_office_decides_until_it_is_overdue(desk):
    review = await desk.begin()
    for who in (official("350700", "r", Role.REVIEWER), official("330800"), CITIZEN):
        with pytest.raises(ReviewNotFound):
            await desk.do("decide", who, review.id, 1, YES)
    with pytest.raises(NotYourStep):
        await desk.do("decide", COUNTY, review.id, 1, YES)
    with pytest.raises(NotYourStep) as caught:
        await desk.do("decide", PROVINCE, review.id, 1, YES)
    assert caught.value.extensions == {
        "step": "city",
        "region": "350700",
        "due_on": "2026-09-15",
    }
    await desk.pass_time(14)
    with pytest.raises(NotYourStep):
        await desk.do("decide", PROVINCE, review.id, 1, YES)
    await desk.pass_time(1)
    (line,) = (await desk.do("list_to_do", PROVINCE, Wanted(escalated=True), PAGE)).items
    assert (line.id, line.step.name, line.escalated, line.version) == (review.id, "city", True, 2)
    out = await desk.do("decide", PROVINCE, review.id, 2, YES)
    assert (out.step.name, out.escalated) == ("province", False)


async def test_nobody_decides_what_they_began_or_corrected(desk):
    review = await desk.begin(by="official")
    with pytest.raises(OwnSubmission):
        await desk.do("decide", CITY, review.id, 1, YES)
    other = official("350700", "other")
    back = Decision(outcome="returned", words="补正")
    await desk.do("decide", other, review.id, 1, back)
    await desk.do("resubmit", review.id, "other")
    with pytest.raises(OwnSubmission):
        await desk.do("decide", other, review.id, 3, YES)


async def test_what_is_returned_goes_on_at_the_step_that_returned_it(desk):
    review = await desk.begin()
    await desk.do("decide", CITY, review.id, 1, YES)
    back = Decision(outcome="returned", words="请补充材料")
    out = await desk.do("decide", PROVINCE, review.id, 2, back)
    assert (out.status, out.acts[-1].words) == ("returned", "请补充材料")
    assert (await desk.do("list_to_do", PROVINCE, Wanted(), PAGE)).items == []
    await desk.pass_time(40)
    with pytest.raises(NotPossibleInStep):
        await desk.do("decide", PROVINCE, review.id, 3, YES)
    await desk.do("resubmit", review.id, "agent")
    out = await desk.do("read", PROVINCE, review.id)
    assert (out.step.name, out.status, out.since) == ("province", "open", date(2026, 10, 11))
    with pytest.raises(NotPossibleInStep):
        await desk.do("resubmit", review.id, "agent")


async def test_an_objection_keeps_a_publication_from_binding_until_it_is_answered(desk):
    review = await desk.begin((PUBLICATION,))
    lodged = await desk.do("object_to", CITIZEN, review.id, NewObjection(words="材料不实"))
    assert lodged.number == 2
    with pytest.raises(AlreadyObjected):
        await desk.do("object_to", CITIZEN, review.id, NewObjection(words="又"))
    await desk.pass_time(8)
    out = await desk.do("read", PROVINCE, review.id)
    assert (out.status, out.escalated, out.objections) == ("open", True, 1)
    late = Principal("late", frozenset({Role.TALENT}), None, None)
    with pytest.raises(NotPossibleInStep):
        await desk.do("object_to", late, review.id, NewObjection(words="晚"))
    no = Answer(upheld=False, words="经查不成立")
    with pytest.raises(ObjectionNotFound):
        await desk.do("answer", PROVINCE, review.id, 3, 1, no)
    out = await desk.do("answer", PROVINCE, review.id, 3, 2, no)
    assert (out.status, [act.kind for act in out.acts]) == (
        "approved",
        ["begun", "objected", "escalated", "dismissed", "bound"],
    )
    assert [act.answers for act in out.acts] == [None, None, None, 2, None]


async def test_an_objection_that_is_upheld_ends_the_review_and_its_lodger_does_not_answer(desk):
    review = await desk.begin((PUBLICATION,))
    await desk.do("object_to", PROVINCE, review.id, NewObjection(words="异议"))
    yes = Answer(upheld=True, words="成立")
    with pytest.raises(OwnSubmission):
        await desk.do("answer", PROVINCE, review.id, 2, 2, yes)
    other = official("350000", "other")
    out = await desk.do("answer", other, review.id, 2, 2, yes)
    assert out.status == "refused"
    with pytest.raises(ReviewNotFound):
        await desk.do("object_to", CITIZEN, review.id, NewObjection(words="晚"))
    with pytest.raises(NotPossibleInStep):
        await desk.do("withdraw", review.id, "agent")


async def test_who_began_it_sees_neither_who_acted_nor_what_was_objected(desk):
    review = await desk.begin((CHECK, PUBLICATION))
    await desk.do("decide", CITY, review.id, 1, Decision(outcome="approved", words="同意"))
    await desk.do("object_to", CITIZEN, review.id, NewObjection(words="材料不实"))
    async with desk.sample.service.database.transaction() as session:
        current = await desk.reviews.newest_of(session, review.subject_id)
        out = await desk.reviews.told(session, current)
    assert [(act.actor, act.words) for act in out.acts] == [
        (None, None),
        (None, "同意"),
        (None, None),
    ]
    assert "材料不实" not in await desk.sample.stored()


async def test_of_something_one_review_is_open_at_a_time(desk):
    review = await desk.begin()
    with pytest.raises(AlreadyUnderReview):
        await desk.begin(subject_id=review.subject_id)
    await desk.do("withdraw", review.id, "agent")
    again = await desk.begin(subject_id=review.subject_id)
    assert again.id != review.id


async def test_two_officials_at_once_decide_once(desk):
    review = await desk.begin()
    no = Decision(outcome="refused", words="不符合条件")

    async def decide(name, decision):
        try:
            await desk.do("decide", official("350700", name), review.id, 1, decision)
        except VersionChanged:
            return "late"
        return "in time"

    found = await asyncio.gather(decide("one", YES), decide("other", no))
    assert sorted(found) == ["in time", "late"]
    assert len(await desk.acts(review)) == 2


async def test_the_timer_runs_into_a_decision_without_harm(desk):
    review = await desk.begin((PUBLICATION,))
    await desk.do("object_to", CITIZEN, review.id, NewObjection(words="异议"))
    desk.sample.clock.move(timedelta(days=8))
    no = Answer(upheld=False, words="不成立")
    await asyncio.gather(
        *(desk.do("look", review.id) for _ in range(3)),
        desk.do("answer", PROVINCE, review.id, 2, 2, no),
        return_exceptions=True,
    )
    acts = await desk.acts(review)
    assert (acts.count("bound"), acts.count("dismissed")) in {(1, 1), (0, 0)}
    assert acts.count("escalated") <= 1


async def test_what_is_killed_halfway_happens_once_afterwards(desk):
    review = await desk.begin((PUBLICATION,))
    desk.sample.clock.move(timedelta(days=8))
    handler = review_timer(desk.sample.service.database, desk.reviews)
    desk.fails = True
    with pytest.raises(DBAPIError):
        await handler(str(review.id))
    assert await desk.acts(review) == ["begun"]
    desk.fails = False
    for _ in range(2):
        await handler(str(review.id))
    assert await desk.acts(review) == ["begun", "bound"]


async def test_a_step_beyond_the_notices_waits_for_them(sample):
    sample.clock.set(datetime(2025, 12, 26, 4, tzinfo=UTC))
    early = Desk(sample, WorkingCalendar(last_year=2025))
    review = await early.begin((CHECK,))
    await early.pass_time(40)
    (line,) = (await early.do("list_to_do", CITY, Wanted(), PAGE)).items
    assert (line.since, line.due_on, line.step.days, line.escalated) == (
        date(2025, 12, 26),
        None,
        10,
        False,
    )
    later = Desk(sample, WorkingCalendar(last_year=2026))
    await later.pass_time(1)
    assert await later.acts(review) == ["begun", "dated", "escalated"]
    assert (await later.do("read", CITY, review.id)).due_on == date(2026, 1, 12)


async def test_work_lists_are_by_region_step_role_and_kind(desk):
    first = await desk.begin()
    desk.sample.clock.move(timedelta(hours=1))
    second = await desk.begin((EXPERTS,))
    desk.sample.clock.move(timedelta(hours=1))
    await desk.begin(region="330800")

    async def listed(who, wanted=ALL):
        return [line.id for line in (await desk.do("list_to_do", who, wanted, PAGE)).items]

    assert await listed(PROVINCE) == [first.id, second.id]
    assert await listed(PROVINCE, Wanted(step="experts")) == [second.id]
    assert await listed(PROVINCE, Wanted(subject_kind="other")) == []
    assert await listed(CITY) == [first.id]
    assert await listed(COUNTY) == []
    assert await listed(official("350000", "a", Role.AUDITOR)) == [first.id, second.id]
    assert await listed(official("350000", "r", Role.REVIEWER)) == []
    page = await desk.do("list_to_do", PROVINCE, Wanted(), OldestFirst(None, 1))
    assert page.items[0].id == first.id
    assert page.next_cursor


async def test_what_happened_cannot_be_changed(desk):
    await desk.begin()
    for change in ("UPDATE review_act SET actor = 'other'", "DELETE FROM review_act"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with desk.sample.service.database.transaction() as session:
                await session.execute(text(change))
