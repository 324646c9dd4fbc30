"""Documents over HTTP."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field
from talent_kit.texts import Bilingual

SubjectKind = Literal["station_application", "candidacy", "evaluation", "fellow", "grant"]


class KindOut(BaseModel):
    """A kind of document that may be attached, and what it is called."""

    kind: str = Field(examples=["curriculum_vitae"])
    name: Bilingual


class Wanted(KindOut):
    """A kind of document that must be attached before what it is wanted for is done."""

    attached: bool


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
