"""What policy holds of a talent, and corrections of it. Amounts are integer fen."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.audit import Reading

from ..applications.schemas import Determination, SubjectRef
from ..disbursements.schemas import PaymentRead
from ..entitlements.schemas import EntitlementRead
from ..matters.schemas import MatterRead
from ..offers.schemas import OfferRead
from ..packs.records import DecisionRecord
from ..payees.schemas import PayeeRead


class FactHeld(BaseModel):
    """What one source says of the talent, or of an employment or a matter of theirs."""

    subject_kind: str
    subject_id: UUID
    name: str
    value: Any
    source: str
    verified: bool
    observed_at: datetime
    valid_from: date | None
    valid_until: date | None


class ApplicationHeld(BaseModel):
    """An application of the talent's, or of an employer's by reason of the talent."""

    id: UUID
    measure: str
    pack: str
    region: str
    payee_kind: Literal["person", "organisation"]
    status: str
    amount_fen: int | None
    submitted_at: datetime


class DecisionHeld(BaseModel):
    """A decision with its grounds; what it says of an employer is left out."""

    application_id: UUID
    number: int
    result: str
    decided_at: datetime
    amount_fen: int | None
    reason: str | None
    determinations: list[Determination]
    record: DecisionRecord


class PersonalData(BaseModel):
    """All that policy holds of a talent, the account masked; `readings` are the newest 1000."""

    talent_id: UUID
    region: str
    facts: list[FactHeld]
    payee: PayeeRead | None
    matters: list[MatterRead]
    found: list[EntitlementRead]
    """What the rules found for the talent and for what they are a party to."""
    offers: list[OfferRead]
    applications: list[ApplicationHeld]
    decisions: list[DecisionHeld]
    payments: list[PaymentRead]
    readings: list[Reading]


class AccountInClear(BaseModel):
    number: str
    holder: str
    bank_code: str


class PersonalDataExport(PersonalData):
    """The same with the account in clear, for the talent alone."""

    exported_at: datetime
    account: AccountInClear | None


Objection = Literal["wrong-value", "out-of-date", "not-about-me", "wrong-dates"]
CorrectionState = Literal["open", "corrected", "passed_on", "unfounded"]


class CorrectionCreate(BaseModel):
    """What is wrong with a fact that others said of the caller; own words are kept sealed."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {
                    "subject": {"kind": "person", "id": "0197c3a0-0000-7000-8000-000000000001"},
                    "fact": "person.degree",
                    "objection": "wrong-value",
                    "words": "学位证书为硕士",
                }
            ]
        },
    )

    subject: SubjectRef
    fact: str = Field(max_length=60)
    objection: Objection
    words: str | None = Field(default=None, min_length=1, max_length=500)


class CorrectionClose(BaseModel):
    """How a correction ends; a fact that was wrong is first observed anew."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    outcome: Literal["corrected", "passed_on", "unfounded"]


class CorrectionRead(BaseModel):
    """A correction that was asked for."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    fact: str
    objection: Objection
    words: str | None
    region: str
    status: CorrectionState
    asked_at: datetime
    closed_at: datetime | None
    version: int
