"""Numbers as they stand in somebody's file, and whom they mean."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from ..talents.documents import DocumentKind

MOST = 500
"""Items of one question."""

Given = Annotated[str, Field(max_length=64)]
"""Not read before it is looked at: one that is wrong is that item's affair alone."""


class Asked(BaseModel):
    """A person by a document, an organisation by its credit code, or both and their employment."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: DocumentKind = DocumentKind.RESIDENT_ID
    number: Given | None = None
    issued_by: Annotated[str, Field(max_length=3)] | None = None
    """Alpha-3 code of the state that issued a passport."""
    credit_code: Given | None = None


class ResolutionCreate(BaseModel):
    """Up to 500 items, and what for they are asked."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {"items": [{"number": "110101199003070476"}], "purpose": "import-pension-records"}
            ]
        },
    )

    items: list[Asked] = Field(min_length=1, max_length=MOST)
    purpose: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,63}$"),
        Field(description="Goes into the audit log."),
    ]


class Resolved(BaseModel):
    """Whom an item means; `problem` says why not, and at which field of the item."""

    talent_id: UUID | None = None
    employer_id: UUID | None = None
    employment_id: UUID | None = None
    """The newest that both stand by; one that is merely declared if there is no other."""
    employment_ids: list[UUID] = Field(default_factory=list)
    """All employments between the two that were not rejected, `employment_id` first."""
    problem: str | None = Field(default=None, examples=["number-check", "talent-unknown"])
    field: str | None = Field(default=None, examples=["number"])


class ResolutionRead(BaseModel):
    """The answers, in the order of the items."""

    items: list[Resolved]
