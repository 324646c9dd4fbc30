"""Figures over HTTP."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.described import Described
from talent_kit.texts import Bilingual, Words


class TermOut(Described):
    """A figure as it holds at a place on a day."""

    name: str
    value: int
    unit: str
    label: Bilingual
    shipped: int
    """The value where no authority set one."""
    usual: bool
    """Whether that is practice rather than a document of force everywhere."""


class TermsOut(BaseModel):
    """All figures that hold at a place on a day."""

    region: str
    on: date
    items: list[TermOut]


class NewTermValue(Described):
    """A value for a region, from a day on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "region": "350700",
                    "valid_from": "2027-01-01",
                    "value": 36,
                    "reason": "南平市 2027 年招收办法",
                }
            ]
        },
    )

    region: Annotated[str, Field(pattern=r"^[0-9A-Z]{6}$")]
    valid_from: date
    value: Annotated[int, Field(ge=0, le=1_000_000_000)]
    reason: Words
    """The document that says so."""
