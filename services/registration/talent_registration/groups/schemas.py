"""What is sent and shown of groups."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from ..registrations.rules import Status

MOST = 200
"""Employees of one call."""


def _different(ids: list[UUID]) -> list[UUID]:
    if len(set(ids)) < len(ids):
        raise PydanticCustomError("given_twice", "somebody stands twice")
    return ids


class Group(BaseModel):
    """Who is to get a seat of which ticket; each is or waits for one of their own."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    ticket_id: UUID
    talent_ids: Annotated[
        list[UUID], Field(min_length=1, max_length=MOST), AfterValidator(_different)
    ]


class Member(BaseModel):
    """What came of one employee: a state, or the code of what speaks against it."""

    talent_id: UUID
    status: Status | None = None
    code: str | None = Field(default=None, examples=["not-employed"])


class GroupOut(BaseModel):
    """What came of each, in the order asked."""

    items: list[Member]
