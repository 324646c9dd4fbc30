"""Achievements as they are shown."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class RegistryEntryOut(BaseModel):
    """Something that a talent achieved."""

    kind: Literal["postdoc_completed"] = Field(
        description="`postdoc_completed`: left a postdoc station with its certificate (博士后出站)."
    )
    on: date
    source_id: UUID = Field(description="Of the fellowship, in the service that tells of it.")
