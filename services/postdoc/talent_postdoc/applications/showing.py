"""Applications for stations as their unit and the office see them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

from talent_kit.keyring import Keyring
from talent_kit.reviews.schemas import ReviewOut
from talent_kit.texts import Bilingual
from talent_rules import State

from ..documents.schemas import Wanted
from ..models.applications import StationApplication
from .knowing import declared, named
from .rules import Judged, fact_names
from .schemas import ApplicationLine, ApplicationOut, ConditionOut, FactOut

_STATES: Mapping[State, Literal["met", "unmet", "unknown", "referred"]] = {
    State.TRUE: "met",
    State.FALSE: "unmet",
    State.UNKNOWN: "unknown",
    State.REFERRED: "referred",
}
_SAME = {
    "id",
    "unit_id",
    "region",
    "kind",
    "level",
    "disciplines",
    "status",
    "station_id",
    "created_at",
    "version",
}


def condition(judged: Judged) -> ConditionOut:
    """Return a condition with what is known of it."""
    asked = judged.requirement
    return ConditionOut(
        id=asked.id,
        text=Bilingual(zh=asked.text_zh, en=asked.text_en),
        article=asked.article,
        state=_STATES[judged.state],
        reasons=[Bilingual(zh=each.reason_zh, en=each.reason_en) for each in judged.referrals],
        missing=list(judged.missing),
        facts=[_fact(name, value) for name, value in judged.facts.items()],
        figures=dict(judged.figures),
    )


def _fact(name: str, value: Any) -> FactOut:
    called = fact_names()[name]
    return FactOut(
        name=name,
        label=Bilingual(zh=called.zh, en=called.en),
        source=called.source,
        value=value,
    )


def line(row: StationApplication) -> ApplicationLine:
    """Return an application as a list shows it."""
    return ApplicationLine(**_line(row))


def shown(
    keyring: Keyring,
    row: StationApplication,
    conditions: Sequence[ConditionOut],
    documents: list[Wanted],
    judged_on: date,
    *,
    at_once: bool,
    review: ReviewOut | None,
) -> ApplicationOut:
    """Return an application with its conditions."""
    facts, partners = declared(row)
    return ApplicationOut(
        **_line(row),
        parent_id=row.parent_id,
        facts=facts,
        partners=partners,
        advisors=named(keyring, row),
        conditions=list(conditions),
        documents=documents,
        judged_on=judged_on,
        files_at_once=at_once,
        review=review,
    )


def _line(row: StationApplication) -> dict[str, Any]:
    return row.model_dump(include=_SAME) | {
        "name": Bilingual(zh=row.name_zh, en=row.name_en),
        "unit": Bilingual(zh=row.unit_zh, en=row.unit_en),
    }
