"""What is shown of payments."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from ..charges.schemas import PaymentDue


class RefundOut(BaseModel):
    """Money that goes back, or went."""

    amount_fen: int
    reason: Literal["given-up", "organiser", "late", "twice", "amount"]
    status: Literal["ordered", "made"]
    ordered_at: datetime
    made_at: datetime | None


class PaymentOut(BaseModel):
    """What was to be paid for a registration, what came, and what goes back."""

    order_id: UUID
    registration_id: UUID
    amount_fen: int
    status: Literal["open", "paid", "closed"]
    paid_fen: int
    refunded_fen: int
    refunds: list[RefundOut]
    due: PaymentDue | None = Field(default=None, description="While it waits to be paid.")


class PaymentFigures(BaseModel):
    """In fen. What moved is what the provider said; `refunding` is ordered and not made yet."""

    activity_id: UUID
    due_fen: int = Field(description="What the seats cost that are confirmed or wait to be paid.")
    paid_fen: int
    refunding_fen: int
    refunded_fen: int


class DifferenceOut(BaseModel):
    """Where our entries and the provider's statement differ; explained once there is a note."""

    id: UUID
    kind: Literal["paid", "refunded"]
    reference: UUID = Field(description="The provider's payment, or the number of the refund.")
    activity_id: UUID | None
    region: str
    day: date
    ours_fen: int
    theirs_fen: int
    found_at: datetime
    note: str | None
    version: int


class Explanation(BaseModel):
    """Why it differs, and what was done."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    note: str = Field(min_length=1, max_length=1000)
