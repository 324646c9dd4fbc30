"""What is sent and shown of employments."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from .contracts import Arrangement, ContractError, ContractKind, check_term
from .states import Status, Word

ContractDay = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2199, 12, 31))]
"""A day that a labour contract can name."""


class Rejection(StrEnum):
    """Why an employer does not confirm."""

    NOT_EMPLOYED_HERE = "not-employed-here"
    DATES_WRONG = "dates-wrong"
    CONTRACT_WRONG = "contract-wrong"
    ARRANGEMENT_WRONG = "arrangement-wrong"


class Terms(BaseModel):
    """What a labour contract says; its last day is inclusive."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    arrangement: Arrangement
    contract_kind: ContractKind
    contract_from: ContractDay
    contract_until: ContractDay | None = None

    @model_validator(mode="after")
    def _term_fits(self) -> Self:
        try:
            check_term(self.contract_kind, self.contract_from, self.contract_until)
        except ContractError as error:
            code = error.code.replace("-", "_")
            raise PydanticCustomError(code, "the term does not fit its kind") from None
        return self


class EmploymentCreate(Terms):
    """A declaration; the last day of the contract is inclusive."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {
                    "employer_id": "01900000-0000-7000-8000-000000000001",
                    "arrangement": "direct",
                    "contract_kind": "fixed_term",
                    "contract_from": "2024-07-01",
                    "contract_until": "2027-06-30",
                }
            ]
        },
    )

    employer_id: UUID


class EmploymentUpdate(BaseModel):
    """What changes; what is left out stays, `contract_until: null` removes the last day."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    arrangement: Arrangement | None = None
    contract_kind: ContractKind | None = None
    contract_from: ContractDay | None = None
    contract_until: ContractDay | None = None

    @field_validator("arrangement", "contract_kind", "contract_from", mode="before")
    @classmethod
    def _cannot_be_removed(cls, value: object) -> object:
        if value is None:
            raise PydanticCustomError("null_not_allowed", "cannot be removed")
        return value


class EmploymentReject(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Rejection


class EmploymentEnd(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    ended_on: date = Field(description="The last day of work.")


class EmploymentOut(BaseModel):
    """An employment; the talent is masked, and missing where the record was erased.

    Neither side is named on the mere word of the other: not a talent whom the employer declared and
    who has not confirmed, nor an employer without agents whom a talent declared.
    """

    id: UUID
    talent_id: UUID
    talent_name: str | None = Field(examples=["林**"])
    talent_document: str | None = Field(examples=["110***********0476"])
    employer_id: UUID
    employer_name: str | None
    region: str
    status: Status
    declared_by: Word
    arrangement: Arrangement
    contract_kind: ContractKind
    contract_from: date
    contract_until: date | None
    rejection: Rejection | None
    ended_on: date | None
    declared_at: datetime
    changed_at: datetime
    version: int
