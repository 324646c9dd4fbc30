"""What goes in and out of statements and differences. Amounts are integer fen."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

State = Literal["open", "explained"]
FIRST_DAY = date(2020, 1, 1)


class StatementAsk(BaseModel):
    """The day (Asia/Shanghai) that is to be compared, or compared again."""

    model_config = ConfigDict(extra="forbid")

    day: date = Field(ge=FIRST_DAY, examples=["2026-06-01"])


class StatementRead(BaseModel):
    """A day of the bank's statement; `differences` were open when it was compared."""

    id: UUID
    day: date
    region: str
    status: Literal["asked", "compared"]
    lines: int
    out_fen: int
    in_fen: int
    differences: int
    compared_at: datetime | None
    version: int


class DifferenceRead(BaseModel):
    """Where the bank and our books differ, or something was granted twice.

    `subject` is `order:` or `application:` and its id, or `line:` and its position on the
    statement. Of what was `granted_twice`, or granted for attendance that was then revoked
    (`attendance_revoked`), `ours_fen` is paid and nothing was due; while it is open, nothing more
    of the application is paid.
    """

    id: UUID
    region: str
    day: date
    kind: Literal[
        "missing_at_bank",
        "unknown_here",
        "another_amount",
        "another_account",
        "granted_twice",
        "attendance_revoked",
        "postdoc_changed",
    ]
    subject: str
    payment_id: UUID | None
    ours_fen: int
    theirs_fen: int
    state: State
    note: str | None
    found_at: datetime
    version: int


class Explain(BaseModel):
    """What a difference comes from."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(min_length=1, max_length=300, examples=["A fee of the bank."])
