"""Files that belong to something."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from .base import BUSINESS, INSTANT, Base


class Document(Base, table=True):
    """A file that somebody attached; `id` is that of its sealed bytes."""

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_subject_id_id", "subject_id", "id"),
        Index("ix_document_talent_id", "talent_id"),
        BUSINESS,
    )

    id: UUID = Field(primary_key=True)
    kind: str
    subject_kind: str
    subject_id: UUID
    talent_id: UUID | None
    """Whose file goes when they are erased."""
    region: str
    type: str
    """The media type that its content shows."""
    size: int
    checksum: bytes
    """SHA-256."""
    made_by: str
    made_at: datetime = Field(sa_type=INSTANT)
    withdrawn_at: datetime | None = Field(default=None, sa_type=INSTANT)
    """Since when its bytes are gone: nobody relied on it yet."""
