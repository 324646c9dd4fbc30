"""Positions as they are shown."""

from talent_kit.texts import Bilingual

from ..models.positions import Position
from ..models.stations import Station
from .schemas import (
    BilingualProse,
    Pay,
    PositionOut,
    PublicPosition,
    Question,
    StationCard,
)

_SAME = {
    "id",
    "region",
    "disciplines",
    "number",
    "language",
    "opens_on",
    "closes_on",
    "joint_station_id",
    "status",
    "published_at",
}
_OWN = _SAME | {"plan_id", "station_id", "advisor_id", "taken", "taken_down_for", "version"}


def shown(position: Position) -> PositionOut:
    """Return a position as its unit and the office see it."""
    return PositionOut(
        **position.model_dump(include=_OWN),
        title=Bilingual(zh=position.title_zh, en=position.title_en),
        about=BilingualProse(zh=position.about_zh, en=position.about_en),
        pay=Pay(least=position.pay_least, most=position.pay_most),
        questions=[Question.model_validate(each) for each in position.questions],
    )


def public(position: Position, station: Station) -> PublicPosition:
    """Return a position that is or was published as anybody sees it."""
    return PublicPosition(
        **position.model_dump(include=_SAME - {"region"}),
        region=station.region,
        title=Bilingual(zh=position.title_zh, en=position.title_en),
        about=BilingualProse(zh=position.about_zh, en=position.about_en),
        pay=Pay(least=position.pay_least, most=position.pay_most),
        questions=[Question.model_validate(each) for each in position.questions],
        station=StationCard(
            id=station.id,
            kind=station.kind,
            level=station.level,
            name=Bilingual(zh=station.name_zh, en=station.name_en),
            unit=Bilingual(zh=station.unit_zh, en=station.unit_en),
        ),
    )
