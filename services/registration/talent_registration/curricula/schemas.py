"""What is sent and shown of curricula vitae."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.texts import Words


class Leaving(BaseModel):
    """A file that you brought, and how this employer may reach you."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    file_id: UUID
    contact: Annotated[Words, Field(max_length=200)] = Field(examples=["zhang@example.com"])


class Left(BaseModel):
    """What you left at a booth, and until when it is kept."""

    id: UUID
    activity_id: UUID
    booking_id: UUID
    file_id: UUID
    contact: str
    left_at: datetime
    kept_until: datetime
    version: int


class CurriculumOut(BaseModel):
    """What a talent left at your booth; under a pseudonym, but for what they say themselves."""

    id: UUID
    talent_id: UUID
    contact: str
    left_at: datetime
    version: int
