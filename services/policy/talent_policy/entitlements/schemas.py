"""What staff see of kept matches. Amounts are integer fen, days Asia/Shanghai."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from ..facts.vocabulary import SubjectKind

Found = Literal["eligible", "needs_person", "unknown"]
"""What a measure comes to; who is ineligible is not kept."""


class EntitlementRead(BaseModel):
    """What a measure comes to for a subject, since when."""

    id: UUID
    subject_kind: SubjectKind
    subject_id: UUID
    pack: str
    pack_id: UUID
    measure: str = Field(examples=["2.2"])
    region: str
    outcome: Found
    amount_fen: int | None
    by_registers: bool
    """Whether registers' words alone give this, so that nobody need prove anything."""
    applied: bool
    """Whether it was applied for, or granted already."""
    as_of: date
    """The day on which it came to this; it is looked at again each day and after each change."""
    matched_at: datetime


class EntitlementFigure(BaseModel):
    """How many subjects of the asked regions a measure comes to the same for, and their money."""

    pack: str
    measure: str = Field(examples=["2.2"])
    outcome: Found
    applied: bool
    """False: found, and not yet applied for."""
    subjects: int
    amount_fen: int


class EntitlementFigures(BaseModel):
    """Figures by measure, outcome and whether applied for."""

    figures: list[EntitlementFigure]


class RunRead(BaseModel):
    """One matching of a population again, and how far it is."""

    id: UUID
    reason: Literal["pack", "day"]
    region: str | None
    """Whose population; null: everybody."""
    status: Literal["waiting", "marking", "matching", "done"]
    subjects: int
    """How many there were when it began."""
    marked: int
    matched: int
    begun_at: datetime
    ended_at: datetime | None
