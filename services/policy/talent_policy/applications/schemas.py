"""What goes in and out of applications. Amounts are integer fen, dates Asia/Shanghai."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.texts import Bilingual

from ..disbursements.schemas import PaymentRead
from ..facts.vocabulary import SubjectKind
from ..packs.content import Paper
from ..packs.records import DecisionRecord, RecordedRequirement

Status = Literal[
    "pending",
    "returned",
    "rejected",
    "withdrawn",
    "approved",
    "granted",
    "paying",
    "payment_failed",
    "paid",
    "stopped",
    "recovering",
    "recovered",
]


MEASURE = r"^[0-9]+(\.[0-9a-z]+){1,3}$"

StepName = Literal["review", "correction", "release", "repair"]
"""What must be done next: by a reviewer, by the applicant, by finance (owed, or refused)."""


class SubjectRef(BaseModel):
    """Whom or what it is about; each measure names the kind that it is evaluated per."""

    model_config = ConfigDict(extra="forbid")

    kind: SubjectKind
    id: UUID


class ApplicationCreate(BaseModel):
    """What is applied for, and about what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "measure": "2.2",
                    "subject": {
                        "kind": "employment",
                        "id": "0197c3a0-0000-7000-8000-000000000001",
                    },
                }
            ]
        },
    )

    measure: str = Field(pattern=MEASURE)
    subject: SubjectRef


class Determination(BaseModel):
    """A reviewer's decision on a requirement that the document leaves open."""

    model_config = ConfigDict(extra="forbid")

    requirement: str = Field(max_length=60)
    satisfied: bool
    reason: str = Field(min_length=1, max_length=500)


class Approve(BaseModel):
    """An approval, with the decisions on what the document leaves to a person.

    A declared fact that was checked on paper is first recorded as the reviewer's observation.
    """

    model_config = ConfigDict(extra="forbid")

    determinations: list[Determination] = Field(default_factory=list, max_length=50)


class Refuse(BaseModel):
    """Why an application is rejected, or returned for correction."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=500)


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: UUID
    version: int = Field(ge=1, le=2**31 - 1)
    """The version that was read: what changed meanwhile is not decided."""


class ApprovalItem(_Item, Approve):
    """One application to approve."""


class RefusalItem(_Item, Refuse):
    """One application to reject, or to return."""


class Approvals(BaseModel):
    """Applications to approve, each for itself."""

    model_config = ConfigDict(extra="forbid")

    items: list[ApprovalItem] = Field(min_length=1, max_length=100)


class Refusals(BaseModel):
    """Applications to reject or to return, each with its reason."""

    model_config = ConfigDict(extra="forbid")

    items: list[RefusalItem] = Field(min_length=1, max_length=100)


class ItemDone(BaseModel):
    """What became of one item: its application as it stands now, or the problem."""

    id: UUID
    done: bool
    status: Status | None = None
    version: int | None = None
    problem: dict[str, Any] | None = None
    """As the request for this one alone would have been answered."""


class BatchReport(BaseModel):
    """What became of each item, in the order of the request."""

    done: int
    items: list[ItemDone]


class ApplicationRead(BaseModel):
    """An application and its payments."""

    id: UUID
    number: str = Field(examples=["2025472913508X"])
    measure: str
    pack: str
    region: str
    subject_kind: str
    subject_id: UUID
    status: Status
    step: StepName | None
    amount_fen: int | None
    as_of: date
    submitted_at: datetime
    payments: list[PaymentRead]
    version: int


class ApplicationLine(BaseModel):
    """An application in a list."""

    id: UUID
    number: str
    measure: str
    region: str
    subject_id: UUID
    status: Status
    amount_fen: int | None
    submitted_at: datetime
    version: int


class WorkItem(ApplicationLine):
    """An application that waits; `waiting_days` are working days since it came to the step."""

    step: StepName
    waiting_since: datetime
    waiting_days: int | None
    """Null beyond the known holiday notices."""


class AssessmentRead(BaseModel):
    """What the rules say of an application: `unverified` facts still need proof."""

    outcome: Literal["eligible", "ineligible", "unknown", "needs_person"]
    amount_fen: int | None
    uncut_fen: int | None
    """What it would be without what a cap or a grant of the same group takes off."""
    requirements: list[RecordedRequirement]
    missing: list[str]
    unverified: list[str]


class DecisionRead(BaseModel):
    """The last decision with its grounds; `replay` says whether it comes out the same today.

    Of a talent who was erased the grounds cannot be opened any more.
    """

    application_id: UUID
    number: int
    result: Literal["approved", "rejected", "returned"]
    decided_at: datetime
    amount_fen: int | None
    as_of: date
    pack_digest: str
    reason: str | None = None
    determinations: list[Determination] = Field(default_factory=list)
    record: DecisionRecord | None = None
    """Facts with sources, each requirement's result, settings and versions."""
    replay: Literal["same", "different", "erased"] = "erased"


Purpose = Literal["review", "complaint", "inspection"]
"""Why staff read what is on file of somebody."""


class DossierRequirement(RecordedRequirement):
    """A condition in words, with its article, and how it stands now."""

    text: Bilingual
    article: Bilingual


class DossierFact(BaseModel):
    """A fact that the measure looks at, and whose word it is."""

    name: str
    label: Bilingual
    value: Any
    source: str
    source_label: Bilingual | None
    verified: bool
    observed_at: datetime


class DossierDecision(BaseModel):
    """A decision of before; nobody decided where the rules did. Reasons end with the data key."""

    number: int
    result: Literal["approved", "rejected", "returned"]
    decided_at: datetime
    decided_by: str | None
    amount_fen: int | None
    reason: str | None
    determinations: list[Determination]


class Dossier(BaseModel):
    """All that a reviewer looks at before deciding, as it stands now."""

    application: ApplicationRead
    waiting_days: int | None
    talent_id: UUID | None
    employer_id: UUID | None
    title: Bilingual
    article: Bilingual
    outcome: Literal["eligible", "ineligible", "unknown", "needs_person"]
    amount_fen: int | None
    requirements: list[DossierRequirement]
    facts: list[DossierFact]
    missing: list[str]
    unverified: list[str]
    papers: list[Paper]
    history: list[DossierDecision]
    version: int
