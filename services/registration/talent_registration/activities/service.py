"""Writing, publishing and closing activities."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    ActivityCancelled,
    ActivityFinished,
    ActivityPublished,
    ActivityState,
    ActivityUpdated,
)
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page, PageParams
from talent_kit.regions import region_and_below, regions
from talent_kit.texts import Bilingual
from talent_kit.timers import set_timer
from talent_kit.versions import require_version

from ..models import Activity, Meeting
from . import errors, repository
from .finding import Sought, distances
from .meetings import Coordinates
from .questions import Question
from .repository import Parts
from .schemas import (
    ActivityContent,
    ActivityLine,
    ActivityOut,
    MeetingOut,
    NoShowRule,
    RefundStep,
    SendBack,
)
from .states import Act, Status, after
from .tickets import ADMITTING, QuotaOut, TicketOut
from .timers import ANSWERS_TIMER, BOOKINGS_TIMER, SERVE_TIMER

_EVENTS: dict[Status, type[ActivityState]] = {
    Status.PUBLISHED: ActivityPublished,
    Status.CANCELLED: ActivityCancelled,
    Status.FINISHED: ActivityFinished,
}
_PUBLIC = frozenset({Status.PUBLISHED, Status.CANCELLED, Status.FINISHED})


async def write(
    session: AsyncSession, clock: Clock, who: Principal, content: ActivityContent
) -> ActivityOut:
    """Begin a draft in the organiser's region."""
    _check_regions(clock, who, content)
    now = clock.now()
    activity = Activity(
        id=new_id(),
        organiser=who.subject,
        status=Status.DRAFT,
        created_at=now,
        changed_at=now,
        version=1,
        **_columns(content),
    )
    session.add(activity)
    await session.flush()
    parts = await repository.write_parts(session, activity.id, content)
    await record(session, clock, who, "activity.written", activity)
    return shown(activity, parts)


async def replace(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    expected: int,
    content: ActivityContent,
) -> ActivityOut:
    """Put another document in the place of a draft's."""
    _check_regions(clock, who, content)
    activity = await own(session, who, activity_id)
    _step(activity, Act.EDIT, expected, clock)
    for name, value in _columns(content).items():
        setattr(activity, name, value)
    parts = await repository.write_parts(session, activity.id, content)
    await record(session, clock, who, "activity.edited", activity)
    return shown(activity, parts)


async def act_on_own(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, expected: int, act: Act
) -> ActivityOut:
    """Submit, cancel or finish an activity of the caller's."""
    activity = await own(session, who, activity_id)
    public = activity.status == Status.PUBLISHED
    _step(activity, act, expected, clock)
    if public:
        # Who claims a seat holds the quotas: after these are held no further claim gets through.
        await repository.locked_quotas(session, [activity.id])
        await set_timer(session, SERVE_TIMER, str(activity.id), clock.now())
        if activity.status == Status.CANCELLED:
            await set_timer(session, BOOKINGS_TIMER, str(activity.id), clock.now())
        await tell(session, clock, activity, _EVENTS[Status(activity.status)])
    await record(session, clock, who, f"activity.{act}", activity)
    return shown(activity, await repository.parts_of(session, activity.id))


async def review(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    expected: int,
    refusal: SendBack | None = None,
) -> ActivityOut:
    """Publish what was submitted in the reviewer's region, or send it back with a reason."""
    activity = await repository.by_id(session, activity_id, for_update=True)
    if activity is None or not who.oversees(activity.region, clock):
        raise errors.ActivityNotFound
    if activity.organiser == who.subject:
        raise errors.OwnActivity
    _step(activity, Act.PUBLISH if refusal is None else Act.SEND_BACK, expected, clock)
    detail = {} if refusal is None else {"reason": refusal.reason}
    parts = await repository.parts_of(session, activity.id)
    if refusal is None:
        await tell(session, clock, activity, ActivityPublished)
        if parts.questions:
            over = max(each.ends_at for each in parts.meetings)
            await set_timer(session, ANSWERS_TIMER, str(activity.id), over)
    action = "activity.publish" if refusal is None else "activity.send_back"
    await record(session, clock, who, action, activity, **detail)
    return shown(activity, parts)


async def set_capacity(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    activity_id: UUID,
    quota_id: UUID,
    expected: int,
    capacity: int,
) -> ActivityOut:
    """Change how many seats a quota has, also while they are claimed; never below what is taken."""
    activity = await own(session, who, activity_id)
    require_version(activity.version, expected)
    if activity.status != Status.PUBLISHED:
        raise errors.NotPossibleNow(state=activity.status)
    quotas = await repository.locked_quotas(session, [activity.id])
    quota = next((each for each in quotas if each.id == quota_id), None)
    if quota is None:
        raise errors.QuotaNotFound
    if capacity < quota.taken:
        raise errors.SeatsTaken(field="body.capacity", taken=quota.taken)
    former, quota.capacity = quota.capacity, capacity
    raise_version(activity, clock)
    if capacity > former:
        await set_timer(session, SERVE_TIMER, str(activity.id), clock.now())
    await tell(session, clock, activity, ActivityUpdated)
    await record(
        session, clock, who, "activity.capacity", activity, quota=quota.name, capacity=capacity
    )
    return shown(activity, await repository.parts_of(session, activity.id))


async def read(session: AsyncSession, activity_id: UUID) -> ActivityOut:
    """Return what everybody may see: an activity that is or was published."""
    activity = await repository.by_id(session, activity_id)
    if activity is None or activity.status not in _PUBLIC:
        raise errors.ActivityNotFound
    return shown(activity, await repository.parts_of(session, activity.id))


async def read_as_staff(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID
) -> ActivityOut:
    """Return an activity in any state to its organiser and to staff of its region."""
    activity = await repository.by_id(session, activity_id)
    if activity is None or not _may_see(who, activity, clock):
        raise errors.ActivityNotFound
    return shown(activity, await repository.parts_of(session, activity.id))


async def list_published(
    session: AsyncSession, clock: Clock, sought: Sought, page: PageParams
) -> Page[ActivityLine]:
    """List what is published and sought, in a region and all that lies in it, or everywhere."""
    today = local_date(clock.now())
    within = None if sought.region is None else region_and_below(sought.region, today)
    rows, cursor = await repository.page_of_published(session, within, page, sought)
    lines = [_line(row) for row in rows]
    if sought.near is not None:
        far = await distances(session, [row.id for row in rows], sought.near.centre)
        for line in lines:
            line.distance_km = round(far[line.id], 1)
    return Page(items=lines, next_cursor=cursor)


async def list_as_staff(
    session: AsyncSession, clock: Clock, who: Principal, page: PageParams
) -> Page[ActivityLine]:
    """List the activities of the caller's region; an organiser's own where they are no more."""
    if who.roles.isdisjoint({Role.REVIEWER, Role.AUDITOR}):
        rows, cursor = await repository.page_of_organiser(session, who.subject, page)
    else:
        rows, cursor = await repository.page_of_regions(session, who.regions(clock), page)
    return Page(items=[_line(row) for row in rows], next_cursor=cursor)


def state(kind: type[ActivityState], activity: Activity) -> ActivityState:
    """Return an activity's public state as an event."""
    return kind(
        activity_id=activity.id,
        kind=activity.kind,
        region=activity.region,
        status=activity.status,
        title_zh=activity.title_zh,
        title_en=activity.title_en,
        opens_at=activity.opens_at,
        closes_at=activity.closes_at,
        version=activity.version,
    )


def shown(activity: Activity, parts: Parts) -> ActivityOut:
    """Return an activity as it is shown."""
    quotas = {quota.id: quota for quota in parts.quotas}
    meetings = {meeting.id: meeting for meeting in parts.meetings}
    return ActivityOut(
        **_line(activity).model_dump(),
        **activity.model_dump(include={"host", "hours", "survey"}),
        about=Bilingual(zh=activity.about_zh, en=activity.about_en),
        cancel_until=activity.cancel_until,
        regions=activity.regions,
        priority=activity.priority,
        no_show=activity.no_show and NoShowRule(**activity.no_show),
        refunds=[RefundStep(**step) for step in activity.refunds],
        waiting_room_from=parts.room_from,
        waiting_list=activity.waiting_list,
        offer_minutes=activity.offer_minutes,
        meetings=[
            MeetingOut(
                **each.model_dump(include={"id", "name", "starts_at", "ends_at", "region"}),
                place=Bilingual(zh=each.place_zh, en=each.place_en),
                at=_coordinates(each),
            )
            for each in parts.meetings
        ],
        quotas=[
            QuotaOut(
                **each.model_dump(include={"id", "name", "capacity"}),
                label=Bilingual(zh=each.label_zh, en=each.label_en),
                left=each.capacity - each.taken,
            )
            for each in parts.quotas
        ],
        tickets=[
            TicketOut(
                **each.model_dump(include={"id", "name", "holder"}),
                label=Bilingual(zh=each.label_zh, en=each.label_en),
                quotas=[quotas[one].name for one in each.quota_ids],
                meetings=[meetings[one].name for one in each.meeting_ids],
                **each.model_dump(include=set(ADMITTING)),
                left=min(quotas[one].capacity - quotas[one].taken for one in each.quota_ids),
            )
            for each in parts.tickets
        ],
        questions=[Question.model_validate(each.content) for each in parts.questions],
    )


def _line(activity: Activity) -> ActivityLine:
    return ActivityLine(
        **activity.model_dump(
            include={"id", "kind", "region", "status", "opens_at", "closes_at", "version"}
        ),
        title=Bilingual(zh=activity.title_zh, en=activity.title_en),
    )


def _coordinates(meeting: Meeting) -> Coordinates | None:
    if meeting.latitude is None or meeting.longitude is None:
        return None
    return Coordinates(latitude=meeting.latitude, longitude=meeting.longitude)


def _columns(content: ActivityContent) -> dict[str, Any]:
    plain = {
        "kind",
        "host",
        "hours",
        "survey",
        "region",
        "opens_at",
        "closes_at",
        "cancel_until",
        "regions",
        "priority",
        "no_show",
        "refunds",
        "waiting_list",
        "offer_minutes",
    }
    return content.model_dump(include=plain) | {
        "title_zh": content.title.zh,
        "title_en": content.title.en,
        "about_zh": content.about.zh,
        "about_en": content.about.en,
        "begins_at": min(each.starts_at for each in content.meetings),
    }


def _check_regions(clock: Clock, who: Principal, content: ActivityContent) -> None:
    today = local_date(clock.now())
    for field, code in [
        ("body.region", content.region),
        *((f"body.regions.{place}", code) for place, code in enumerate(content.regions)),
        *(
            (f"body.meetings.{place}.region", each.region)
            for place, each in enumerate(content.meetings)
            if each.region is not None
        ),
        *((f"body.priority.{place}", code) for place, code in enumerate(content.priority)),
        *(
            (f"body.tickets.{number}.regions.{place}", code)
            for number, ticket in enumerate(content.tickets)
            for place, code in enumerate(ticket.regions)
        ),
    ]:
        if not regions().exists(code, today):
            raise errors.UnknownRegion(field=field)
    if not who.oversees(content.region, clock):
        raise OutsideRegion(field="body.region")


def _may_see(who: Principal, activity: Activity, clock: Clock) -> bool:
    if activity.organiser == who.subject:
        return True
    staff = not who.roles.isdisjoint({Role.REVIEWER, Role.AUDITOR, Role.FINANCE})
    return staff and who.oversees(activity.region, clock)


async def own(session: AsyncSession, who: Principal, activity_id: UUID) -> Activity:
    """Return an activity of the caller's, locked; raises ActivityNotFound."""
    activity = await repository.by_id(session, activity_id, for_update=True)
    if activity is None or activity.organiser != who.subject:
        raise errors.ActivityNotFound
    return activity


def _step(activity: Activity, act: Act, expected: int, clock: Clock) -> None:
    require_version(activity.version, expected)
    status = after(Status(activity.status), act)
    if status is None:
        raise errors.NotPossibleNow(state=activity.status)
    activity.status = status
    raise_version(activity, clock)


def raise_version(activity: Activity, clock: Clock) -> None:
    """Note that an activity has changed."""
    activity.changed_at = clock.now()
    activity.version += 1


async def tell(
    session: AsyncSession, clock: Clock, activity: Activity, kind: type[ActivityState]
) -> None:
    """Save an activity's state as an event."""
    await save_event(session, clock, state(kind, activity))


async def record(
    session: AsyncSession,
    clock: Clock,
    who: Principal,
    action: str,
    activity: Activity,
    **detail: Any,
) -> None:
    """Keep in the audit log who did what to an activity."""
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action=action,
        subject=f"activity:{activity.id}",
        region=activity.region,
        detail={"version": activity.version} | detail,
    )
