"""What goes in and out of matching. Amounts are integer fen, days Asia/Shanghai."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_rules import Outcome, State

from ..facts.vocabulary import SubjectKind
from ..packs.content import MeasureId

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days that facts may have; instalments can fall due some years later."""
MOST_FACTS = 100
MOST_MEASURES = 50


class EvaluationCreate(BaseModel):
    """A question: what would apply on a day, were these the facts?"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "as_of": "2023-10-01",
                    "region": "350700",
                    "subject": "employment",
                    "measures": ["2.2"],
                    "facts": {
                        "person.birth_date": "1999-05-20",
                        "person.degree": "bachelor",
                        "person.study_mode": "full_time",
                        "employer.kind": "enterprise",
                        "employer.region": "350782",
                        "employment.arrangement": "direct",
                        "employment.contract_kind": "fixed_term",
                        "employment.contract_from": "2023-07-10",
                        "employment.contract_until": "2026-07-09",
                        "employment.pension_in_city": "first",
                    },
                }
            ]
        },
    )

    as_of: date = Field(ge=FIRST_DAY, le=LAST_DAY)
    """The day that counts."""
    region: str = Field(min_length=2, max_length=32)
    """Where the question is asked: measures of this region and of those above it apply."""
    subject: SubjectKind
    """Who asks: measures to which such a subject is a party are answered."""
    facts: dict[Annotated[str, Field(max_length=100)], Any] = Field(max_length=MOST_FACTS)
    """What is known, by the names of `GET /v1/facts`; what is left out is unknown."""
    measures: list[MeasureId] | None = Field(default=None, max_length=MOST_MEASURES)
    """Only these measures."""


class PackUsed(BaseModel):
    """The pack version that answered."""

    id: UUID
    name: str
    version: int
    digest: str


class InstalmentRead(BaseModel):
    """A part of the amount, counted from `as_of`."""

    due: date
    amount_fen: int


class RequirementOutcome(BaseModel):
    """What is known of one requirement, and why, in the caller's language."""

    model_config = ConfigDict(frozen=True)

    id: str
    satisfied: bool | None
    """Null where it is unknown or a person must decide."""
    state: State
    why: str
    article: str
    """`annex.article`; 0.0 is the document itself."""
    text: str
    citation: str


class MeasureOutcome(BaseModel):
    """What a measure comes to. Amount and instalments are null and empty while not known."""

    model_config = ConfigDict(frozen=True)

    id: str
    pack: str
    title: str
    citation: str
    outcome: Outcome
    amount_fen: int | None
    uncut_fen: int | None
    """What it would be without what a cap or a grant of the same group takes off."""
    payee: Literal["person", "organisation"]
    payout: Literal["transfer", "offset"]
    mode: str
    instalments: tuple[InstalmentRead, ...]
    requirements: tuple[RequirementOutcome, ...]
    missing: tuple[str, ...]
    """Names of facts that can still change the outcome."""
    settings: dict[str, Any]
    """The authority's settings that it looked at, as they stand on that day."""
    setting_labels: dict[str, str]
    """What each of them is, in the caller's language."""


class EvaluationRead(BaseModel):
    """The answer; `measures` is empty where no pack is in force."""

    as_of: date
    region: str
    packs: list[PackUsed]
    assumed: dict[str, Any]
    """Facts that were looked at, not given, and taken as `GET /v1/facts` says."""
    measures: list[MeasureOutcome]


class FactProvenance(BaseModel):
    """Where a fact that was looked at comes from; its value is in `GET /v1/observations`."""

    name: str
    source: str
    verified: bool
    observed_at: datetime


class Match(MeasureOutcome):
    """A measure for a stored subject."""

    facts: list[FactProvenance]
    on_verified_facts: bool
    """Whether verified facts alone give this outcome and amount."""


class SubjectRead(BaseModel):
    kind: SubjectKind
    id: UUID


class SubjectMatches(BaseModel):
    """All measures that are evaluated per one subject of the caller's."""

    subject: SubjectRead
    as_of: date
    region: str
    packs: list[PackUsed]
    measures: list[Match]
