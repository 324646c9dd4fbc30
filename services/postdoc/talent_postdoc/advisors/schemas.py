"""Advisors over HTTP."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from talent_kit.described import Described
from talent_kit.texts import Bilingual

from ..disciplines.schemas import Disciplines

Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00]*$"),
]
TitleCode = Annotated[
    str,
    Field(max_length=40, description="Of `GET /v1/advisors/titles`.", examples=["professor"]),
]


class AdvisorContent(Described):
    """What is said of an advisor."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    title: TitleCode
    disciplines: Disciplines
    full_time: bool
    """Whether the station's unit employs them full-time (全职)."""
    most: Annotated[int | None, Field(ge=1, le=100)] = None
    """Fellows at a time, where it is not what the region's figures say."""


class NewAdvisor(AdvisorContent):
    """An advisor for a station of yours."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "station_id": "0197a2b4-0000-7000-8000-000000000001",
                    "name": "示例导师",
                    "title": "professor",
                    "disciplines": ["0812"],
                    "full_time": True,
                    "from_on": "2026-09-01",
                }
            ]
        },
    )

    station_id: UUID
    from_on: date


class AdvisorEnd(BaseModel):
    """The last day on which an advisor guides."""

    model_config = ConfigDict(extra="forbid")

    until_on: date


class TitleOut(BaseModel):
    """A title (职称) that an advisor may hold."""

    code: str = Field(examples=["professor"])
    name: Bilingual
    rank: Literal["senior", "vice_senior"] = Field(
        description="Whether vice-senior ones qualify, the figure ADVISOR_VICE_SENIOR says."
    )
    awarded_from: date | None
    awarded_until: date | None = Field(description="Who was awarded it until then keeps it.")


class AdvisorOut(Described):
    """An advisor as the unit and the office see them."""

    id: UUID
    station_id: UUID
    name: str
    title: str
    title_name: Bilingual
    disciplines: list[str]
    full_time: bool
    qualified: bool
    """Whether the title qualifies by the region's figures today."""
    most: int
    """Fellows that they may guide at a time, today."""
    fellows: int
    """Fellows that they guide today."""
    from_on: date
    until_on: date | None
    version: int
