"""What goes in and out of offers. Amounts are integer fen, dates Asia/Shanghai."""

from datetime import date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from pydantic import BaseModel, Field

Status = Literal["open", "confirmed", "declined", "lapsed"]


class OfferRead(BaseModel):
    """Money that waits for a confirmation."""

    id: UUID
    measure: str = Field(examples=["2.2"])
    pack: str
    pack_id: UUID
    region: str
    subject_kind: str
    subject_id: UUID
    amount_fen: int
    status: Status
    made_at: datetime
    expires_on: date | None
    """The last day on which it can be confirmed; null: while the document is in force."""
    closed_at: datetime | None
    application_id: UUID | None
    """What it became, where it was confirmed."""
    version: int


class Offerable(NamedTuple):
    """What the rules would grant at once: what an offer is made of."""

    subject_kind: str
    subject_id: UUID
    pack_name: str
    measure: str
    pack_id: UUID
    region: str
    talent_id: UUID | None
    employer_id: UUID | None
    payee_kind: str
    amount_fen: int
    expires_on: date | None
    claims: tuple[tuple[str, str], ...]
    """(scope, key): what may be granted once."""
