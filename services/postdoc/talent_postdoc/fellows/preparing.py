"""What an act needs before it is recorded: panels, advisors, conditions, documents."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from talent_rules import Value

from ..advisors import repository as advisors
from ..advisors.rules import qualified
from ..advisors.service import of_station
from ..documents import service as documents
from ..models.fellows import Fellow
from ..models.stations import Station
from ..panels.errors import PanelNotConcluded
from ..panels.rules import Purpose
from ..panels.service import conclusion
from ..stations.errors import StationNotFound, StationState
from ..stations.states import RECRUITING
from ..terms.service import terms_at
from . import errors, repository, requests
from .acts import Kind
from .conditions import required, unmet
from .recording import Desk, Life
from .schemas import ConditionOut


class Content(NamedTuple):
    """The day and the detail of an entry to be."""

    on: date
    detail: dict[str, Any]


async def prepared(desk: Desk, life: Life, given: requests.NewEntry) -> Content:
    """Return what to record of a request, once all that it needs but documents is there."""
    detail = given.model_dump(mode="json", exclude={"kind", "on"}, exclude_none=True)
    on: date = getattr(given, "on", desk.today)
    if on > desk.today:
        raise errors.InFuture(field="body.on")
    kind = Kind(given.kind)
    content = Content(on, detail)
    return await _PREPARING[kind](desk, life, given, content) if kind in _PREPARING else content


async def require_documents(desk: Desk, life: Life, kind: Kind, content: Content) -> None:
    """Raise DocumentsMissing where an act that all else allows is not proven by its documents."""
    asked = required(kind, [content.detail.get("ground", ""), *cases(life.fellow)])
    if asked:
        await documents.require(desk.session, "fellow", life.fellow.id, asked)


def cases(fellow: Fellow) -> tuple[str, str]:
    """Return the cases of a fellow in which an act asks for more documents."""
    return fellow.doctorate, fellow.arrangement


async def _by_panel(desk: Desk, life: Life, given: Any, content: Content) -> Content:
    purpose = {
        "entry_panel": Purpose.ENTRY,
        "midterm": Purpose.MID_TERM,
        "exit_panel": Purpose.EXIT,
    }[given.kind]
    found = await conclusion(desk.session, given.panel_id, purpose, life.fellow.id)
    if purpose is Purpose.EXIT and found.attempt != life.state.exit_attempt:
        raise PanelNotConcluded
    detail = content.detail | {
        "grade": found.grade,
        "passed": found.passed,
        "concluded_on": found.concluded_on.isoformat(),
    }
    # The notice runs from when the unit says so; an assessment counts from its own day.
    on = content.on if purpose is Purpose.ENTRY else found.concluded_on
    return Content(on, detail)


async def _submitted(desk: Desk, life: Life, _: Any, content: Content) -> Content:
    await require_conditions(desk, life, content.on)
    return content


async def _entered(desk: Desk, life: Life, _: Any, content: Content) -> Content:
    fellow = life.fellow
    await require_conditions(desk, life, content.on)
    if life.state.entered_on is not None:  # Corrected: the place is taken already.
        return content
    station = await repository.station_to_enter(desk.session, fellow.station_id)
    require_recruiting(station)
    if fellow.joint_station_id is not None:
        require_recruiting(await repository.station_to_enter(desk.session, fellow.joint_station_id))
    if fellow.advisor_id is None:
        raise errors.AdvisorMissing
    await take_advisor(desk, station, fellow.joint_station_id, fellow.advisor_id, content.on)
    return content


async def _proved(
    desk: Desk, _: Life, given: requests.DoctorateProved, content: Content
) -> Content:
    if given.doctorate_on > desk.today:
        raise errors.InFuture(field="body.doctorate_on")
    return content


async def _absent(desk: Desk, _: Life, given: requests.Absent, content: Content) -> Content:
    if given.until > desk.today:
        raise errors.InFuture(field="body.until")
    return content


async def _guided(
    desk: Desk, life: Life, given: requests.AdvisorChanged, content: Content
) -> Content:
    fellow = life.fellow
    station = await desk.session.get_one(Station, fellow.station_id)
    await take_advisor(desk, station, fellow.joint_station_id, given.advisor_id, content.on)
    return content


async def _proposed(
    desk: Desk, life: Life, given: requests.TransferProposed, content: Content
) -> Content:
    target = await repository.station(desk.session, given.station_id)
    if target is None or target.id == life.fellow.station_id:
        raise StationNotFound(field="body.station_id")
    require_recruiting(target)
    return content


_PREPARING: Mapping[Kind, Callable[[Desk, Life, Any, Content], Awaitable[Content]]] = {
    Kind.ENTRY_PANEL: _by_panel,
    Kind.MIDTERM: _by_panel,
    Kind.EXIT_PANEL: _by_panel,
    Kind.SUBMITTED: _submitted,
    Kind.ENTERED: _entered,
    Kind.DOCTORATE_PROVED: _proved,
    Kind.ABSENT: _absent,
    Kind.ADVISOR_CHANGED: _guided,
    Kind.TRANSFER_PROPOSED: _proposed,
}


def require_recruiting(station: Station) -> None:
    """Raise StationState unless new fellows may enter a station."""
    if station.status not in RECRUITING:
        raise StationState(state=station.status)


async def take_advisor(
    desk: Desk, station: Station, joint_station_id: UUID | None, advisor_id: UUID, on: date
) -> None:
    """Raise unless an advisor of the station, or of the joint one, may take one more fellow.

    Holds the advisor's row, so that two fellows at once do not both find the last place.
    """
    advisor = await advisors.by_id(desk.session, advisor_id, for_update=True)
    homes = {station.id, joint_station_id}
    home = advisor.station_id if advisor is not None and advisor.station_id in homes else station.id
    advisor = await of_station(desk.session, home, advisor_id, on)
    terms = await terms_at(desk.session, station.region, on)
    if not qualified(advisor.title, terms):
        raise errors.AdvisorNotQualified
    most = terms["ADVISOR_LOAD"] if advisor.most is None else advisor.most
    if (await advisors.loads(desk.session, [advisor.id])).get(advisor.id, 0) >= most:
        raise errors.AdvisorFull(most=most)


async def require_conditions(desk: Desk, life: Life, on: date) -> None:
    """Raise ConditionsNotMet for what is not met on a day and not excepted from."""
    if told := await unmet_conditions(desk, life, on):
        raise errors.ConditionsNotMet(conditions=[each.model_dump() for each in told])


async def unmet_conditions(desk: Desk, life: Life, on: date) -> list[ConditionOut]:
    """Return the conditions of entry that are not met on a day and not excepted from."""
    person = await repository.person(desk.session, life.fellow.talent_id)
    if person is None:
        raise errors.TalentNotFound
    given = life.state.given
    facts: dict[str, Value] = {
        "talent.birth_date": person.birth_date,
        "doctorate.awaited": given["doctorate"] == "awaited",
        "fellow.in_service": given["arrangement"] == "in_service",
        "fellow.same_unit": bool(given.get("same_unit")),
    }
    if life.state.doctorate_on is not None:
        facts["doctorate.awarded_on"] = life.state.doctorate_on
    terms = await terms_at(desk.session, life.fellow.region, on)
    return [
        ConditionOut(name=each.name, zh=each.text.zh, en=each.text.en)
        for each in unmet(facts, on, terms)
        if each.name not in life.state.excepted
    ]
