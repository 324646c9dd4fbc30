"""What goes in and out of recoveries. Amounts are integer fen."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Status = Literal["proposed", "ordered", "settled", "withdrawn"]


class RecoveryCreate(BaseModel):
    """What must come back of an application, or of one payment of it, and why."""

    model_config = ConfigDict(extra="forbid")

    application_id: UUID
    payment_id: UUID | None = None
    amount_fen: int = Field(ge=1, le=10**13, examples=[2_000_000])
    reason: str = Field(min_length=1, max_length=500, examples=["The degree was not awarded."])


class WriteOff(BaseModel):
    """What is given up of a recovery."""

    model_config = ConfigDict(extra="forbid")

    amount_fen: int = Field(ge=1, le=10**13, examples=[100_000])


class RecoveryPartRead(BaseModel):
    """What of it falls on one payment; `cleared_fen` is repaid or written off."""

    payment_id: UUID
    amount_fen: int
    cleared_fen: int


class RecoveryLine(BaseModel):
    """A recovery in a list; whoever repays names `reference`."""

    id: UUID
    reference: str
    origin: Literal["granted", "overpaid"]
    application_id: UUID
    measure: str
    region: str
    amount_fen: int
    repaid_fen: int
    written_off_fen: int
    status: Status
    write_off_fen: int | None
    """Proposed by one person, waits for another."""
    proposed_at: datetime
    version: int


class RecoveryRead(RecoveryLine):
    """A recovery; `reason` is null where the person was erased since, or the bank erred."""

    reason: str | None
    parts: list[RecoveryPartRead]
