"""What goes in and out of batches. Amounts are integer fen."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ..disbursements.schemas import PaymentDetail

MOST_ITEMS = 1000
Status = Literal["draft", "released", "settled", "cancelled"]
Ids = Annotated[list[UUID], Field(max_length=MOST_ITEMS)]


class BatchCreate(BaseModel):
    """What goes into a batch: the oldest owed payments of a region, or those that are named.

    Among those named there may be some that the bank has refused.
    """

    model_config = ConfigDict(extra="forbid")

    region: str = Field(pattern=r"^[0-9A-Z]{6}$", examples=["350700"])
    measure: str | None = Field(default=None, min_length=1, max_length=40, examples=["2.2"])
    pool: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9-]{1,39}$")
    payment_ids: Ids | None = Field(default=None, min_length=1)
    limit: int = Field(default=MOST_ITEMS, ge=1, le=MOST_ITEMS)


class BatchRelease(BaseModel):
    """The checker's word; of accounts that changed after the approval it names what was seen."""

    model_config = ConfigDict(extra="forbid")

    account_changes: Annotated[dict[UUID, AwareDatetime], Field(max_length=MOST_ITEMS)] = Field(
        default={}, examples=[{"019a9b1c-2f00-7000-8000-000000000001": "2026-06-01T04:00:00Z"}]
    )
    """By payment, its `account_changed_at` as the batch shows it."""


class BatchCancel(BaseModel):
    """Why a batch is sent back, or taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=300, examples=["One account is wrong."])


class Refused(BaseModel):
    """A payment that did not go with the others, and the code of why."""

    payment_id: UUID
    code: str


class BatchLine(BaseModel):
    """A batch in a list; count and total are of what is in it, after the release of what went."""

    id: UUID
    number: int
    region: str
    measure: str | None
    pool: str | None
    status: Status
    count: int
    total_fen: int
    made_at: datetime
    released_at: datetime | None
    version: int


class BatchRead(BatchLine):
    """A batch; `refused` are those named that did not come in, or stayed behind at the release."""

    made_by: str
    released_by: str | None
    reason: str | None
    refused: list[Refused]


class BatchDetail(BatchRead):
    """A batch with its payments as they stand now."""

    items: list[PaymentDetail]
