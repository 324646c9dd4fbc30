"""Applications for stations over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from talent_kit.described import Described
from talent_kit.reviews.schemas import ReviewOut
from talent_kit.texts import Bilingual, Words

from ..advisors.schemas import AdvisorContent
from ..disciplines.schemas import Disciplines
from ..documents.schemas import Wanted
from ..stations.states import Kind, Level
from .rules import Status

_EXAMPLE: dict[str, Any] = {
    "kind": "workstation",
    "level": "national",
    "name": {"zh": "示例企业博士后科研工作站", "en": "Example enterprise: postdoc workstation"},
    "unit": {"zh": "示例企业", "en": "Example enterprise"},
    "disciplines": ["0812"],
    "facts": {"rd_unit": True, "plan_people": 2, "pay_fen": 30_000_000},
    "partners": [{"institution": "示例大学"}],
    "advisors": [
        {"name": "示例导师", "title": "professor", "disciplines": ["0812"], "full_time": True}
    ],
}


class Declared(Described):
    """What the unit says of its conditions; what it leaves out is not known."""

    model_config = ConfigDict(extra="forbid")

    rd_unit: bool | None = None
    """Whether it has an R&D unit of its own."""
    plan_people: Annotated[int | None, Field(ge=0, le=1000)] = None
    """Fellows to be recruited a year."""
    pay_fen: Annotated[int | None, Field(ge=0, le=10_000_000_00)] = None
    """A fellow's pay a year before tax, in fen."""
    graduates: Annotated[int | None, Field(ge=0, le=100)] = None
    """Classes of doctors that have graduated in the discipline: for a mobile station."""


class Partner(BaseModel):
    """With whom it will recruit: a mobile station on file, or an institution in words."""

    model_config = ConfigDict(extra="forbid")

    station_id: UUID | None = None
    institution: Words | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.station_id is None) == (self.institution is None):
            raise PydanticCustomError("one_of_two", "one of the two")
        return self


class ApplicationContent(BaseModel):
    """What a unit applies for; its region is that of the unit."""

    model_config = ConfigDict(
        use_attribute_docstrings=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]}
    )

    kind: Kind
    level: Level
    name: Bilingual
    unit: Bilingual
    """What the unit is called."""
    disciplines: Disciplines
    parent_id: UUID | None = None
    """Of a branch, the workstation it is to stand under."""
    facts: Declared
    partners: Annotated[list[Partner], Field(max_length=20)] = []
    advisors: Annotated[list[AdvisorContent], Field(max_length=100)] = []
    """Who will guide; they are the station's advisors from its first day on."""

    @model_validator(mode="after")
    def _one_discipline(self) -> Self:
        if self.kind is Kind.MOBILE and len(self.disciplines) != 1:
            raise PydanticCustomError("one_discipline", "a mobile station is of one discipline")
        return self


class FactOut(Described):
    """A fact that a condition looks at: drawn from what the service knows, or the unit's word."""

    name: str
    label: Bilingual
    source: Literal["drawn", "declared"]
    value: bool | int | str | None
    """Null where nobody said it; money is in fen."""


class ConditionOut(Described):
    """A condition: met, unmet, unknown for want of facts, or referred to a person."""

    id: str
    text: Bilingual
    article: str
    state: Literal["met", "unmet", "unknown", "referred"]
    reasons: list[Bilingual]
    missing: list[str]
    """Facts that would decide it."""
    facts: list[FactOut]
    figures: dict[str, int]
    """Figures of the region that they are held against, as `/v1/terms` has them."""


class ApplicationLine(Described):
    """An application in a list."""

    id: UUID
    unit_id: UUID
    region: str
    kind: Kind
    level: Level
    name: Bilingual
    unit: Bilingual
    disciplines: list[str]
    status: Status
    station_id: UUID | None
    created_at: datetime
    version: int


class ApplicationOut(ApplicationLine):
    """An application with its conditions: as judged when submitted, before that as of today."""

    parent_id: UUID | None
    facts: Declared
    partners: list[Partner]
    advisors: list[AdvisorContent] = Field(
        description="Empty from some time after the decision on: those of a station are its own."
    )
    conditions: list[ConditionOut]
    documents: list[Wanted]
    """What must be attached before it is submitted."""
    judged_on: date
    files_at_once: bool
    """Whether the station would exist as soon as it is submitted, by what is known."""
    review: ReviewOut | None
