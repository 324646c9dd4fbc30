"""What the public sees of budgets, payments and the ledger. Amounts are integer fen."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ..packs.deciding import Count, Instalment

MOST_FEN = 100_000_000_000_00
"""A bound against slips of the hand: 100 billion yuan."""


class BudgetCreate(BaseModel):
    """What may be spent from a pool in a year."""

    model_config = ConfigDict(extra="forbid")

    pool: str = Field(pattern=r"^[a-z][a-z0-9-]{1,39}$", examples=["youth"])
    region: str = Field(pattern=r"^[0-9A-Z]{6}$", examples=["350700"])
    year: int = Field(ge=2020, le=2100, examples=[2026])
    limit_fen: int = Field(ge=0, le=MOST_FEN, examples=[500_000_000])


class BudgetLimit(BaseModel):
    """A new limit."""

    model_config = ConfigDict(extra="forbid")

    limit_fen: int = Field(ge=0, le=MOST_FEN, examples=[600_000_000])


class BudgetRead(BaseModel):
    """A budget; `limit_fen` is null while the year is not appropriated."""

    id: UUID
    pool: str
    region: str
    year: int
    limit_fen: int | None
    reserved_fen: int
    version: int


Status = Literal["planned", "ordered", "released", "paid", "failed", "stopped", "disputed"]


class PaymentRead(BaseModel):
    """One instalment of an application; `failure` is the bank's reason."""

    id: UUID
    application_id: UUID
    measure: str
    region: str
    instalment: int
    amount_fen: int
    due: date
    status: Status
    failure: str | None
    version: int


class PaymentDetail(PaymentRead):
    """A payment as finance sees it, with the account it goes or went to.

    `account_changed_at` is set where the account changed after the approval: a release must
    acknowledge it. `waiting` says what an instalment that is due waits for. `bank_fen` is what the
    bank says it moved, in a dispute, and `resolution` how one person proposes to end it.
    """

    payee_kind: Literal["person", "organisation"]
    account_masked: str | None
    account_changed_at: datetime | None
    batch_id: UUID | None
    paid_fen: int
    recovering_fen: int
    waiting: Literal["budget"] | None
    bank_fen: int | None
    resolution: Literal["paid", "refused"] | None


class PaymentQuery(BaseModel):
    """Which payments a list shows."""

    model_config = ConfigDict(extra="forbid")

    status: Status | None = None
    waiting: Literal["budget"] | None = None
    """Due, but its year is not appropriated."""


class Release(BaseModel):
    """A release; of an account that changed after the approval it names the change it saw."""

    model_config = ConfigDict(extra="forbid")

    account_changed_at: AwareDatetime | None = None
    """As the payment shows it: of a later change the releaser does not know."""


class Resolve(BaseModel):
    """How a dispute ends: `paid` as the bank moved it, or `refused` where all of it came back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"outcome": "paid", "note": "The bank confirms the amount by phone."}]
        },
    )

    outcome: Literal["paid", "refused"]
    note: str = Field(min_length=1, max_length=300)


class AccountBalance(BaseModel):
    """The balance of one kind of account: credits less debits."""

    kind: str
    balance_fen: int


class RegionLedger(BaseModel):
    """The balances of one region."""

    region: str
    accounts: list[AccountBalance]
    total_fen: int


class Ledger(BaseModel):
    """The ledger of the caller's regions; `total_fen` is zero, or money was lost."""

    accounts: list[AccountBalance]
    transfers: int
    total_fen: int
    regions: list[RegionLedger]


@dataclass(frozen=True)
class Award:
    """A decision to pay: what `disbursements.service.award` carries out in one transaction."""

    application_id: UUID
    measure: str
    region: str
    payee_kind: Literal["person", "organisation"]
    payee_owner: UUID
    pool: str | None
    """None where nothing is paid: an offset."""
    pool_region: str
    """Whose budget pays: the region of the pack."""
    claims: tuple[tuple[str, str], ...]
    """(scope, key): unique for good."""
    instalments: tuple[Instalment, ...]
    approved_by: str | None
    """The reviewer; none where the rules decided, and the authority's standing order releases."""
    counts: tuple[Count, ...] = ()
