"""What attendance at an activity, as registration tells of it, says of a matter (事项)."""

from collections.abc import Mapping

from talent_contracts import AttendanceRevoked, AttendanceState
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
