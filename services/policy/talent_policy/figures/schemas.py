"""What the public and staff see of the figures. Amounts are integer fen."""

from typing import Literal

from pydantic import BaseModel, Field

By = Literal["measure", "region"]


class FigureRead(BaseModel):
    """How many stand where; `measure` or `region` is null where it was summed over."""

    measure: str | None
    region: str | None
    kind: Literal["status", "step", "payment"]
    """What is counted: applications by status or by the step they wait for, or payments."""
    state: str = Field(examples=["approved"])
    count: int
    fen: int
    """What was applied for or granted, or what the payments come to."""


class FigureList(BaseModel):
    """The figures of the applications that were submitted in one year (Asia/Shanghai)."""

    year: int
    items: list[FigureRead]


class MeasureTotal(BaseModel):
    """What one measure has come to, counted in applications.

    A number below three is null; so is what was paid where fewer than three were paid or granted.
    """

    measure: str
    granted: int | None
    paid: int | None
    paid_fen: int | None


class TotalList(BaseModel):
    """The totals of one year over all regions."""

    year: int
    items: list[MeasureTotal]
