"""Kinds of seats as an organiser writes them: quotas, tickets, and whom a ticket admits."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual

from .meetings import RegionCode
from .questions import Name

Admission = Literal["open", "code", "invitation"]
TicketHolder = Literal["talent", "employer"]
Degree = Literal["doctor", "master", "bachelor", "junior_college"]
TalentClass = Literal[
    "province.a",
    "province.b",
    "province.c",
    "city.a",
    "city.b",
    "city.c",
    "city.d",
    "city.e",
    "city.f",
]
"""The codes that policy tells, without those that stand for none; a test compares them."""
MOST_SEATS = 1_000_000
ADMITTING = (
    *("invited", "admission", "approval", "regions"),
    *("employers", "per_employer", "degrees", "talent_classes"),
    *("opens_at", "closes_at", "price_fen"),
)
"""What of a ticket stands in its document as in its row, and is shown so."""
MOST_FEN = 10_000_000
"""That a ticket costs."""

_STRICT = ConfigDict(extra="forbid", hide_input_in_errors=True)


class QuotaContent(BaseModel):
    """So many seats (名额), such as those of a hall, or those for a region's talents."""

    model_config = _STRICT

    name: Name
    label: Bilingual
    capacity: int = Field(ge=0, le=MOST_SEATS)


class TicketContent(BaseModel):
    """A kind of ticket (票种): a seat of it counts against each of its quotas."""

    model_config = _STRICT

    name: Name
    label: Bilingual
    holder: TicketHolder = Field(
        default="talent", description="Whose it is: a talent's seat, or an employer's booth (展位)."
    )
    quotas: list[Name] = Field(min_length=1, max_length=10)
    meetings: list[Name] = Field(min_length=1, max_length=100)
    invited: bool = Field(default=False, description="Whoever holds such a ticket was invited.")
    admission: Admission = Field(
        default="open", description="Who claims it gives the access code, or an invitation's."
    )
    approval: bool = Field(
        default=False, description="You decide each claim that comes without an invitation."
    )
    regions: list[RegionCode] = Field(
        default_factory=list, max_length=200, description="As for the activity, and besides it."
    )
    employers: list[UUID] = Field(
        default_factory=list,
        max_length=200,
        description="Whose employees alone are admitted, as both sides have confirmed it.",
    )
    per_employer: int | None = Field(
        default=None,
        ge=1,
        le=MOST_SEATS,
        description="Most of one employer's employees who may have it, wait or ask for it.",
    )
    degrees: list[Degree] = Field(
        default_factory=list,
        max_length=4,
        description="Who has one of these degrees is admitted alone, as a register or a reviewer "
        "verified it with policy (the fact `person.degree`); a declaration does not count.",
    )
    talent_classes: list[TalentClass] = Field(
        default_factory=list,
        max_length=9,
        description="The same of talent classes: the province's (`person.provincial_class`) and "
        "the city's (`person.city_class`). For a degree or a class, make two tickets.",
    )
    opens_at: AwareDatetime | None = Field(
        default=None, description="Later than the activity's registration begins."
    )
    closes_at: AwareDatetime | None = Field(
        default=None, description="Earlier than the activity's registration ends."
    )
    price_fen: int = Field(
        default=0,
        ge=0,
        le=MOST_FEN,
        description="What a seat costs; it is kept while it is paid for. Who is invited pays "
        "nothing, and booths cost nothing.",
    )

    @model_validator(mode="after")
    def _paid_by_talents(self) -> "TicketContent":
        if self.price_fen and self.holder == "employer":
            raise PydanticCustomError("booth_costs", "booths cost nothing here")
        return self


class QuotaOut(BaseModel):
    """`left` is what the moment of the answer had."""

    id: UUID
    name: str
    label: Bilingual
    capacity: int
    left: int


class TicketOut(BaseModel):
    """`left` is the least that its quotas have."""

    id: UUID
    name: str
    label: Bilingual
    holder: TicketHolder
    quotas: list[str]
    meetings: list[str]
    invited: bool
    admission: Admission
    approval: bool
    regions: list[str]
    employers: list[UUID]
    per_employer: int | None
    degrees: list[Degree]
    talent_classes: list[TalentClass]
    opens_at: datetime | None
    closes_at: datetime | None
    price_fen: int
    left: int
