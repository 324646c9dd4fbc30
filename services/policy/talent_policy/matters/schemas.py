"""What goes in and out of matters."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.texts import Words

MatterKind = Literal[
    "project", "station", "fellowship", "grant", "enrolment", "trip", "fair", "contest"
]


class MatterCreate(BaseModel):
    """A matter between the parties that its kind has; a title only where no person is in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "kind": "project",
                    "employer_id": "0197c3a0-0000-7000-8000-000000000001",
                    "title": "竹材加工关键技术攻关",
                }
            ]
        },
    )

    kind: MatterKind
    talent_id: UUID | None = None
    employer_id: UUID | None = None
    title: Annotated[Words, Field(max_length=200)] | None = None


class MatterRead(BaseModel):
    """A matter; what is known of it is in `GET /v1/observations`."""

    id: UUID
    kind: MatterKind
    talent_id: UUID | None
    employer_id: UUID | None
    region: str
    title: str | None
    version: int
