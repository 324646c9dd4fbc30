"""Evaluations over HTTP."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from talent_kit.described import Described
from talent_kit.texts import Bilingual, Words

from ..documents.schemas import Wanted
from ..panels.rules import Grade
from ..panels.schemas import NewMember
from .rules import Figure, Kind, Source

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Number = Annotated[int, Field(ge=0, le=1_000_000_000)]
Status = Literal["collecting", "graded", "published", "bound"]
Capped = Literal["excellent", "good"]


class Indicator(BaseModel):
    """One line of the table: from `zero` to `full`, which may be below, it earns its weight."""

    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")

    code: Code
    label: Bilingual
    weight: Annotated[int, Field(ge=1, le=100)]
    source: Source
    figure: Figure | None = None
    """Of what is drawn: which."""
    zero: Number = 0
    full: Number = 1
    documents: Annotated[list[Code], Field(max_length=10)] = []
    """Kinds of documents that must be attached to what is declared."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.zero == self.full:
            raise PydanticCustomError("indicator_range", "zero and full are the same")
        if (self.figure is not None) != (self.source == "drawn"):
            raise PydanticCustomError("indicator_figure", "what is drawn, and only it, is a figure")
        if self.documents and self.source != "declared":
            raise PydanticCustomError("indicator_documents", "documents prove what is declared")
        return self


_EXAMPLE: dict[str, Any] = {
    "region": "350700",
    "kind": "comprehensive",
    "title": {"zh": "2026 年综合评估", "en": "Comprehensive evaluation 2026"},
    "period_from": "2021-09-01",
    "period_until": "2026-08-31",
    "submit_until": "2026-09-30",
    "indicators": [
        {
            "code": "recruited",
            "label": {"zh": "招收人数", "en": "Recruited"},
            "weight": 40,
            "source": "drawn",
            "figure": "recruited",
            "full": 10,
        },
        {
            "code": "funds",
            "label": {"zh": "科研经费（万元）", "en": "Research funds (10,000 yuan)"},
            "weight": 20,
            "source": "declared",
            "full": 500,
        },
        {
            "code": "experts",
            "label": {"zh": "专家评价", "en": "Experts' view"},
            "weight": 40,
            "source": "experts",
        },
    ],
    "caps": {"excellent": 20},
}


class NewRound(BaseModel):
    """A round to be opened for the stations of a region that are due."""

    model_config = ConfigDict(
        use_attribute_docstrings=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]}
    )

    region: Annotated[str, Field(pattern=r"^[0-9A-Z]{6}$")]
    kind: Kind
    title: Bilingual
    period_from: date
    period_until: date
    submit_until: date
    indicators: Annotated[list[Indicator], Field(min_length=1, max_length=100)]
    caps: dict[Capped, Annotated[int, Field(ge=0, le=100)]] = {}
    """The most stations of a grade, in percent of those evaluated."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.period_from > self.period_until:
            raise PydanticCustomError("period_order", "the period ends before it begins")
        codes = [each.code for each in self.indicators]
        if len(codes) != len(set(codes)):
            raise PydanticCustomError("indicator_twice", "two indicators have one code")
        if sum(each.weight for each in self.indicators) != 100:
            raise PydanticCustomError("weights_sum", "weights come to 100 points")
        if sum(each.source == "experts" for each in self.indicators) > 1:
            raise PydanticCustomError("experts_twice", "experts give one number of points")
        return self


class RoundOut(Described):
    """A round as everybody sees it."""

    id: UUID
    region: str
    kind: Kind
    title: Bilingual
    status: Status
    period_from: date
    period_until: date
    submit_until: date
    indicators: list[Indicator]
    caps: dict[Capped, int]
    stations: int
    """How many are evaluated."""
    opened_on: date
    published_on: date | None
    objections_until: date | None
    bound_on: date | None
    version: int


class ResultOut(BaseModel):
    """A station's grade as it is published."""

    evaluation_id: UUID
    station_id: UUID
    name: Bilingual
    unit: Bilingual
    region: str
    grade: Grade


class NewPanels(BaseModel):
    """The same experts for a group of stations: a panel for each."""

    model_config = ConfigDict(extra="forbid")

    evaluation_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    members: Annotated[list[NewMember], Field(min_length=1, max_length=50)]


class PanelsOut(BaseModel):
    """The panels that were convened, by evaluation."""

    panels: dict[UUID, UUID]


class Declaration(BaseModel):
    """What a unit declares, by the code of the indicator; in place of what stood there."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"values": {"funds": 300}}]}
    )

    values: Annotated[dict[Code, Number], Field(max_length=100)]


class EvaluationRow(Described):
    """An evaluation in a list."""

    id: UUID
    round_id: UUID
    station_id: UUID
    region: str
    submitted_at: datetime | None
    score: int | None
    """In hundredths of a point."""
    grade: Grade | None
    """The unit sees it once it is published."""
    version: int


class EvaluationOut(EvaluationRow):
    """An evaluation with its figures."""

    drawn: dict[str, int]
    declared: dict[str, int]
    points: dict[str, int]
    """What each indicator earns so far, in hundredths of a point; experts' when graded."""
    panel_score: int | None
    """In hundredths of a point."""
    documents: list[Wanted]
    """What must be attached before it is submitted."""


class NewObjection(BaseModel):
    """An objection to a published grade."""

    model_config = ConfigDict(extra="forbid")

    text: Words


class Answer(BaseModel):
    """The office's answer; an objection that is upheld corrects the grade."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"upheld": False, "text": "经核查无误。"}]}
    )

    upheld: bool
    grade: Grade | None = None
    text: Words

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.upheld != (self.grade is not None):
            raise PydanticCustomError("objection_grade", "an upheld objection names the grade")
        return self


class ObjectionOut(BaseModel):
    """An objection as the office sees it, and as who lodged it."""

    id: UUID
    evaluation_id: UUID
    text: str
    lodged_at: datetime
    upheld: bool | None
    grade: Grade | None
    answer: str | None
