"""What is known of a matter because of what is known of its person, though nobody said it of it."""

from collections.abc import Collection, Mapping

from .known import KnownFact

_FINISHED = ("person.degree", "person.study_mode", "person.graduated_on")
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "trip.study": (*_FINISHED, "trip.event_on"),
    "trip.study_mode": (*_FINISHED, "trip.event_on"),
}


def with_sources(names: Collection[str]) -> set[str]:
    """Return names of facts with those from which they can follow."""
    return {*names, *(source for name in names for source in _SOURCES.get(name, ()))}


def derived(known: Mapping[str, KnownFact]) -> dict[str, KnownFact]:
    """Return what follows and weighs more than what was said of the matter itself.

    Whoever had finished a full-time master's or doctor's degree by the day of the event came as a
    full-time postgraduate. A bachelor may have been studying further: nothing follows.
    """
    if any(name not in known for name in (*_FINISHED, "trip.event_on")):
        return {}
    degree, mode, graduated = (known[name] for name in _FINISHED)
    finished = graduated.value <= known["trip.event_on"].value  # type: ignore[operator]
    if degree.value not in {"master", "doctor"} or mode.value != "full_time" or not finished:
        return {}
    weakest = min((degree, mode, graduated), key=lambda fact: fact.weight)
    found = {"trip.study": "postgraduate", "trip.study_mode": "full_time"}
    return {
        name: weakest._replace(value=value)
        for name, value in found.items()
        if name not in known or known[name].weight < weakest.weight
    }
