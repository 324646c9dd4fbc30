"""Figures over HTTP: no personal data, so that everybody may read them."""

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.described import Described

from ..stations.states import Kind, Status


class StationFigure(BaseModel):
    """How many stations of a kind are in a state."""

    kind: Kind
    status: Status
    stations: int


class CityFigure(Described):
    """What a city has: `region` is its code, or that of what lies outside any city."""

    region: str
    recruited: int
    inside: int
    stations: int
    """Neither merged nor revoked."""


class DisciplineFigure(BaseModel):
    discipline: str
    recruited: int
    inside: int


class FiguresOut(Described):
    """How postdoc work stands in a region and below it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "region": "320000",
                    "year": 2026,
                    "recruited": 1500,
                    "target": 2000,
                    "inside": 8003,
                    "stations": 1419,
                    "by_kind": [{"kind": "workstation", "status": "active", "stations": 680}],
                    "by_city": [
                        {"region": "320100", "recruited": 500, "inside": 2600, "stations": 420}
                    ],
                    "by_discipline": [{"discipline": "0812", "recruited": 90, "inside": 400}],
                }
            ]
        }
    )

    region: str
    year: int
    recruited: int
    """Who entered a first or further station in the year, transfers not counted."""
    target: int | None
    """What the plan wants in a year; null where it says nothing for such a region."""
    inside: int
    """Fellows in a station now, in whichever year they entered."""
    stations: int
    by_kind: list[StationFigure]
    by_city: list[CityFigure]
    by_discipline: list[DisciplineFigure] = Field(description="By the code of the catalogue.")
