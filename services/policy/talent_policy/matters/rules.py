"""What events of other services say of a matter (事项): attendance, stations, fellowships."""

from collections.abc import Mapping

from talent_contracts import (
    AttendanceRevoked,
    AttendanceState,
    FellowState,
    GrantState,
    StationState,
)
from talent_kit.regions import regions

CITY = "350700"
"""The city of which the vocabulary speaks where it says urban area, county and outside."""
URBAN_AREA = frozenset({"350702", "350703"})
"""Yanping and Jianyang, the city's urban area (市区)."""
OUTSIDE_MAINLAND = frozenset({"710000", "810000", "820000"})


def trip_facts(event: AttendanceState) -> Mapping[str, str | bool | None]:
    """Return what a talent's attendance says of the journey; None is what it leaves open."""
    return {
        "trip.event_on": event.attended_on.isoformat(),
        "trip.event_place": _event_place(event),
        "trip.event_host": event.host,
        "trip.recruitment": event.recruitment,
        "trip.invited": event.invited,
        "trip.attended": not isinstance(event, AttendanceRevoked),
    }


def fair_facts(event: AttendanceState) -> Mapping[str, str | bool | None]:
    """Return what an employer's attendance says of taking part in a fair.

    The event's number is the activity's id: one for each event, as the vocabulary asks.
    """
    return {
        "fair.held_on": event.attended_on.isoformat(),
        "fair.event_number": str(event.activity_id),
        "fair.place": _fair_place(event),
        "fair.organiser": event.host,
        "fair.collective": event.recruitment,
        "fair.attended": not isinstance(event, AttendanceRevoked),
    }


STATION_KINDS = {
    "mobile": "postdoc_mobile",
    "workstation": "postdoc_workstation",
    "branch": "postdoc_branch",
    "practice_base": "practice_base",
}
"""What the vocabulary calls the kinds of postdoc stations, among stations of others."""


def station_facts(event: StationState) -> Mapping[str, str | bool | int | None]:
    """Return what the postdoc service says of a station; what it does not know, offices say."""
    approval = {} if event.approval == "unknown" else {"station.approval": event.approval}
    return {
        "station.kind": STATION_KINDS[event.kind],
        "station.level": event.level,
        **approval,
        "station.approved_on": event.approved_on.isoformat(),
        "station.closed": event.status in {"merged", "revoked"},
    }


def fellowship_facts(event: FellowState) -> Mapping[str, str | bool | int | None]:
    """Return what the postdoc service says of a doctor's time in a station, as it knows it."""
    entry = {} if event.entry == "unknown" else {"fellowship.entry": event.entry}
    return {
        "fellowship.station_kind": STATION_KINDS[event.station_kind],
        "fellowship.entered_on": event.entered_on.isoformat(),
        **entry,
        "fellowship.doctorate": event.doctorate,
        "fellowship.status": "transferred" if event.transferred else event.status,
    }


def grant_facts(event: GrantState) -> Mapping[str, str | bool | int | None]:
    """Return what the postdoc service says of a grant."""
    return {
        "grant.programme": event.programme,
        "grant.year": event.year,
        "grant.awarded_on": event.awarded_on.isoformat(),
        "grant.standing": event.status == "awarded",
    }


PostdocState = StationState | FellowState | GrantState


def facts_of(event: PostdocState) -> Mapping[str, str | bool | int | None]:
    """Return what the postdoc service says of something."""
    if isinstance(event, StationState):
        return station_facts(event)
    return fellowship_facts(event) if isinstance(event, FellowState) else grant_facts(event)


def undone(event: PostdocState) -> Mapping[str, str | bool | int | None]:
    """Return the facts which, said otherwise than before, put in doubt what was granted for them.

    That a fellow completes the time, or that an awaited doctorate came, is no news of that kind.
    """
    if not isinstance(event, FellowState):
        return facts_of(event)
    facts = dict(fellowship_facts(event))
    if event.status != "left_early":
        del facts["fellowship.status"]
    if event.doctorate == "held":
        del facts["fellowship.doctorate"]
    return facts


def _event_place(event: AttendanceState) -> str | None:
    if event.held_in is None:
        return "online"
    if event.held_in in URBAN_AREA:
        return "urban_area"
    inside = _inside_city(event)
    if inside is None or event.held_in == CITY:
        return None
    return "county" if inside else "outside"


def _fair_place(event: AttendanceState) -> str | None:
    if event.held_in is None:
        return "online"
    if event.held_in in OUTSIDE_MAINLAND:
        return "outside_mainland"
    inside = _inside_city(event)
    if inside is None:
        return None
    return "in_city" if inside else "outside_city"


def _inside_city(event: AttendanceState) -> bool | None:
    """Tell whether it was held in the city; None where its place is too coarse to tell."""
    return regions().within(event.held_in or "", CITY, event.attended_on)
