"""A transfer: one fellowship ends, and another begins the day after with what it brought along."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from ..models.fellows import Fellow
from ..models.parties import Person
from ..models.stations import Station
from . import errors, repository
from .acts import Kind
from .periods import last_day
from .preparing import require_recruiting, take_advisor
from .recording import Desk, Life, append, begin, terms_of
from .requests import Transferred

NewRow = Callable[[Desk, Station, Person, dict[str, Any], str], Fellow]


async def take_over(desk: Desk, life: Life, given: Transferred, new_row: NewRow) -> Fellow:
    """End a fellowship and begin one in the station that takes the fellow over; return that one."""
    proposal, entered, counted = life.state.proposal, life.state.entered_on, life.state.counted_from
    if proposal is None or entered is None or counted is None:
        raise errors.StepMissing(needed="transfer_proposed")
    if given.on <= entered:
        raise errors.BeforeEntry(field="body.on", entered_on=entered.isoformat())
    station = await repository.station_to_enter(desk.session, UUID(proposal.station_id))
    person = await repository.person(desk.session, life.fellow.talent_id)
    if person is None:
        raise errors.TalentNotFound
    require_recruiting(station)
    if given.discipline not in station.disciplines:
        raise errors.DisciplineNotOfStation(field="body.discipline")
    terms = await terms_of(desk, station.region, life.entries)
    # What an office approved goes along; what nobody has is asked for where the fellow is then.
    usual = last_day(counted, terms["TERM_USUAL_MOST"])
    latest = max(usual, life.state.term_until or usual)
    if given.term_until > latest:
        raise errors.TooLate(field="body.term_until", latest=latest.isoformat())
    if given.term_until < given.on:
        raise errors.DatesOutOfOrder(field="body.term_until", earliest=given.on.isoformat())
    came = {"to": str(station.id)}
    await append(desk, life, Kind.TRANSFERRED, given.on - timedelta(1), came)
    await take_advisor(desk, station, None, given.advisor_id, given.on)
    detail = {
        "discipline": given.discipline,
        "advisor_id": str(given.advisor_id),
        "arrangement": life.fellow.arrangement,
        "doctorate": life.fellow.doctorate,
        "term_until": given.term_until.isoformat(),
        "counted_from": counted.isoformat(),
        "opened": life.state.opened,
        "midterm": life.state.midterm,
        "from": str(life.fellow.id),
    }
    if life.state.doctorate_on is not None:
        detail["doctorate_on"] = life.state.doctorate_on.isoformat()
    fellow = new_row(desk, station, person, detail, "moved")
    await begin(desk, fellow, Kind.MOVED_IN, given.on, detail)
    return fellow
