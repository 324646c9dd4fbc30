"""Reviews: beginning them, what officials and others do to them, and what time does."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_rules import WorkingCalendar

from .. import audit
from ..auth import Principal, Role
from ..clock import Clock, local_date, local_midnight
from ..database import Database
from ..identifiers import new_id
from ..keyring import Keyring
from ..pagination import OldestFirst, Page, PageParams
from ..regions import regions
from ..texts import Bilingual
from ..timers import TimerHandler, set_timer
from ..versions import require_version
from . import errors, repository, rules
from .plans import PLAN, Plan, responsible
from .repository import Wanted
from .rules import ENDED, ActKind, ActNotPossible, Course, Status
from .schemas import (
    Answer,
    Decision,
    NewObjection,
    ObjectionOut,
    PublishedOut,
    ReviewLine,
    ReviewOut,
)
from .showing import line, published, shown, words_of, words_place
from .tables import Review, ReviewAct

TIMER = "review"
_SYSTEM = "system"


class Follower(Protocol):
    """What a service does, in the same transaction, when something happened to a review."""

    async def __call__(
        self, session: AsyncSession, reviews: "Reviews", review: Review, act: ReviewAct, /
    ) -> None: ...


class Reviews:
    """The reviews of one service; `followers` stand by what is reviewed, `always` before them."""

    def __init__(
        self,
        clock: Clock,
        keyring: Keyring,
        followers: Mapping[str, Sequence[Follower]],
        *,
        always: Sequence[Follower] = (),
        calendar: WorkingCalendar | None = None,
    ) -> None:
        self.clock = clock
        self.keyring = keyring
        self._followers = followers
        self._always = always
        self._calendar = calendar or WorkingCalendar()

    async def begin(
        self,
        session: AsyncSession,
        *,
        kind: str,
        subject_id: UUID,
        region: str,
        title: Bilingual,
        plan: Plan,
        by: str,
    ) -> Review:
        """Begin a review of something of a region; `title` is public, `by` the login of who asks.

        Raises AlreadyUnderReview. Takes the caller's lock on the subject for granted.
        """
        last = await repository.newest_of(session, subject_id)
        if last is not None and last.status not in ENDED:
            raise errors.AlreadyUnderReview
        now = self.clock.now()
        course = rules.begun(plan, self._today(), self._calendar)
        review = Review(
            id=new_id(),
            subject_kind=kind,
            subject_id=subject_id,
            region=region,
            title_zh=title.zh,
            title_en=title.en,
            plan=PLAN.dump_python(plan, mode="json"),
            begun_at=now,
            step_began_at=now,
            changed_at=now,
            version=0,
            **self._columns(course, region),
        )
        session.add(review)
        await self._done(session, review, course, ActKind.BEGUN, by)
        await self._by_itself(session, review, course)
        return review

    async def newest_of(self, session: AsyncSession, subject_id: UUID) -> Review | None:
        """Return the last review of something."""
        return await repository.newest_of(session, subject_id)

    async def hold(self, session: AsyncSession, review_id: UUID) -> None:
        """Lock a review: whoever changes what is reviewed along with it locks the review first.

        Followers run with the review locked and lock the subject then; in the other order a
        withdrawal and a decision would wait for each other.
        """
        await self._locked(session, review_id)

    async def resubmit(self, session: AsyncSession, review_id: UUID, by: str) -> Review:
        """Go on with a review that was returned; its owner holds it, and has seen that `by` may."""
        return await self._act(session, review_id, ActKind.RESUBMITTED, by)

    async def withdraw(self, session: AsyncSession, review_id: UUID, by: str) -> Review:
        """End a review that is not decided; its owner holds it, and has seen that `by` may."""
        return await self._act(session, review_id, ActKind.WITHDRAWN, by)

    async def decide(
        self, session: AsyncSession, who: Principal, review_id: UUID, version: int, given: Decision
    ) -> ReviewOut:
        """Decide a check that the caller's office has; raises NotYourStep, OwnSubmission."""
        await self._of_official(session, who, review_id, version)
        act = ActKind(given.outcome)
        await self._act(session, review_id, act, who.subject, given.words)
        return await self.read(session, who, review_id)

    async def conclude(
        self,
        session: AsyncSession,
        who: Principal,
        review_id: UUID,
        version: int,
        *,
        passed: bool,
        words: str | None = None,
        **detail: Any,
    ) -> ReviewOut:
        """Record what the experts concluded; `detail` says where that stands."""
        await self._of_official(session, who, review_id, version)
        act = ActKind.PASSED if passed else ActKind.FAILED
        await self._act(session, review_id, act, who.subject, words, **detail)
        return await self.read(session, who, review_id)

    async def object_to(
        self, session: AsyncSession, who: Principal, review_id: UUID, given: NewObjection
    ) -> ObjectionOut:
        """Lodge an objection to what is published, one a person; raises AlreadyObjected."""
        review = await self._locked(session, review_id)
        if review.step_kind != "publication" or review.status != Status.OPEN:
            raise errors.ReviewNotFound
        acts = await repository.acts_of(session, review_id)
        lodged = {(act.step, act.actor) for act in acts if act.kind == ActKind.OBJECTED}
        if (review.step, who.subject) in lodged:
            raise errors.AlreadyObjected
        await self._act(session, review_id, ActKind.OBJECTED, who.subject, given.words)
        return ObjectionOut(review_id=review_id, number=len(acts) + 1, at=review.changed_at)

    async def answer(
        self,
        session: AsyncSession,
        who: Principal,
        review_id: UUID,
        version: int,
        number: int,
        given: Answer,
    ) -> ReviewOut:
        """Answer an objection by its number; raises ObjectionNotFound."""
        await self._of_official(session, who, review_id, version)
        acts = await repository.acts_of(session, review_id)
        answered = {act.detail.get("answers") for act in acts}
        lodged = {act.number: act for act in acts if act.kind == ActKind.OBJECTED}
        if number not in lodged or number in answered:
            raise errors.ObjectionNotFound
        if lodged[number].actor == who.subject:
            raise errors.OwnSubmission
        act = ActKind.UPHELD if given.upheld else ActKind.DISMISSED
        await self._act(session, review_id, act, who.subject, given.words, answers=number)
        return await self.read(session, who, review_id)

    async def objections_of(self, session: AsyncSession, login: str) -> list[tuple[datetime, str]]:
        """Return when somebody lodged objections, and their words, for themselves."""
        acts = await repository.objections_of(session, login)
        return [(act.at, words_of(self.keyring, act) or "") for act in acts]

    async def look(self, session: AsyncSession, review_id: UUID) -> None:
        """Do what time alone brings about; as often as it is asked, each thing once."""
        review = await self._locked(session, review_id)
        await self._by_itself(session, review, _course(review))

    async def read(self, session: AsyncSession, who: Principal, review_id: UUID) -> ReviewOut:
        """Return a review to staff of its region; raises ReviewNotFound."""
        review = await self._seen(session, who, review_id)
        acts = await repository.acts_of(session, review_id)
        return shown(self.keyring, review, acts, for_staff=True)

    async def told(self, session: AsyncSession, review: Review) -> ReviewOut:
        """Return a review as whoever began it sees it."""
        acts = await repository.acts_of(session, review.id)
        return shown(self.keyring, review, acts, for_staff=False)

    async def list_to_do(
        self, session: AsyncSession, who: Principal, wanted: Wanted, page: OldestFirst
    ) -> Page[ReviewLine]:
        """List what waits for the offices that the caller oversees, longest in its step first."""
        scope = who.regions(self.clock)
        roles = () if Role.AUDITOR in who.roles else who.roles
        rows, cursor = await repository.page_to_do(session, scope, roles, wanted, page)
        return Page(items=[line(row) for row in rows], next_cursor=cursor)

    async def list_published(self, session: AsyncSession, page: PageParams) -> Page[PublishedOut]:
        """List what is published for objections, newest first."""
        rows, cursor = await repository.page_published(session, page)
        return Page(items=[published(row) for row in rows], next_cursor=cursor)

    async def _of_official(
        self, session: AsyncSession, who: Principal, review_id: UUID, version: int
    ) -> None:
        """Lock a review for an official of its step; raises NotYourStep, OwnSubmission."""
        review = await self._locked(session, review_id)
        self._require_seen(who, review)
        require_version(review.version, version)
        if review.status != Status.OPEN:
            raise errors.NotPossibleInStep(status=review.status, step=review.step)
        if not self._has_step(who, review):
            raise errors.NotYourStep(
                step=review.step,
                region=review.step_region,
                due_on=review.due_on and review.due_on.isoformat(),
            )
        acts = await repository.acts_of(session, review_id)
        submitted = {ActKind.BEGUN, ActKind.RESUBMITTED}
        if any(act.kind in submitted and act.actor == who.subject for act in acts):
            raise errors.OwnSubmission

    def _has_step(self, who: Principal, review: Review) -> bool:
        """Tell whether a step is the caller's: of their own office, or late and below it."""
        if review.step_role not in who.roles or not who.oversees(review.step_region, self.clock):
            return False
        own = regions().within(str(who.region), review.step_region, self._today())
        return bool(own) or review.escalated

    def _require_seen(self, who: Principal, review: Review) -> None:
        roles = {step["role"] for step in review.plan} | {Role.AUDITOR}
        if who.roles.isdisjoint(roles) or not who.oversees(review.region, self.clock):
            raise errors.ReviewNotFound

    async def _seen(self, session: AsyncSession, who: Principal, review_id: UUID) -> Review:
        review = await repository.by_id(session, review_id)
        if review is None:
            raise errors.ReviewNotFound
        self._require_seen(who, review)
        return review

    async def _locked(self, session: AsyncSession, review_id: UUID) -> Review:
        review = await repository.by_id(session, review_id, for_update=True)
        if review is None:
            raise errors.ReviewNotFound
        return review

    async def _act(
        self,
        session: AsyncSession,
        review_id: UUID,
        act: ActKind,
        by: str,
        words: str | None = None,
        **detail: Any,
    ) -> Review:
        review = await self._locked(session, review_id)
        course = _course(review)
        try:
            after = rules.after(course, act, self._today(), self._calendar)
        except ActNotPossible as error:
            raise errors.NotPossibleInStep(status=review.status, step=review.step) from error
        await self._done(session, review, after, act, by, words, **detail)
        await self._by_itself(session, review, after)
        return review

    async def _by_itself(self, session: AsyncSession, review: Review, course: Course) -> None:
        while act := rules.by_itself(course, self._today(), self._calendar):
            course = rules.after(course, act, self._today(), self._calendar)
            await self._done(session, review, course, act, _SYSTEM)
        if (day := rules.next_look(course, self._today())) is not None:
            await set_timer(session, TIMER, str(review.id), local_midnight(day))

    async def _done(
        self,
        session: AsyncSession,
        review: Review,
        course: Course,
        kind: ActKind,
        by: str,
        words: str | None = None,
        **detail: Any,
    ) -> None:
        """Keep what an act made of a review, and tell its followers."""
        now, identifier = self.clock.now(), new_id()
        sealed = words and self.keyring.seal(words.encode(), words_place(identifier))
        act = ReviewAct(
            id=identifier,
            review_id=review.id,
            number=review.version + 1,
            kind=kind,
            step=review.step,
            round=review.round,
            actor=by,
            words_sealed=sealed or None,
            detail=detail,
            at=now,
        )
        if (course.position, course.round) != (review.position, review.round):
            review.step_began_at = now
        for name, value in self._columns(course, review.region).items():
            setattr(review, name, value)
        review.changed_at = now
        review.version += 1
        await session.flush()
        session.add(act)
        await session.flush()
        await audit.record(
            session,
            self.clock,
            actor=by,
            action=f"review.{kind}",
            subject=f"review:{review.id}",
            region=review.region,
            detail={"act": str(act.id), "step": act.step},
        )
        for follow in (*self._always, *self._followers.get(review.subject_kind, ())):
            await follow(session, self, review, act)

    def _columns(self, course: Course, region: str) -> dict[str, Any]:
        step = course.step
        return {
            "position": course.position,
            "round": course.round,
            "status": course.status,
            "step": step.name,
            "step_kind": step.kind,
            "step_region": responsible(region, step.level, self._today()),
            "step_role": step.role,
            "since": course.since,
            "due_on": course.due,
            "standing": course.standing,
            "escalated": course.escalated,
        }

    def _today(self) -> date:
        return local_date(self.clock.now())


def review_timer(database: Database, reviews: Reviews) -> TimerHandler:
    """Return what the worker does when a review's timer falls due."""

    async def look(key: str) -> None:
        async with database.transaction() as session:
            await reviews.look(session, UUID(key))

    return look


def _course(review: Review) -> Course:
    return Course(
        plan=PLAN.validate_python(review.plan),
        since=review.since,
        due=review.due_on,
        position=review.position,
        status=Status(review.status),
        round=review.round,
        standing=review.standing,
        escalated=review.escalated,
    )
