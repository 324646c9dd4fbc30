"""Documents over HTTP."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

SubjectKind = Literal["station_application", "candidacy", "evaluation", "fellow", "grant"]


class DocumentOut(BaseModel):
    """A file that is attached to something."""

    id: UUID
    kind: str = Field(examples=["id_copy"])
    subject_kind: SubjectKind
    subject_id: UUID
    type: str = Field(description="Media type, told by the content.", examples=["application/pdf"])
    size: int = Field(description="Bytes.")
    checksum: str = Field(description="SHA-256, as hexadecimal digits.")
    made_at: datetime
