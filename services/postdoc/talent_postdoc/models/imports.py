"""What was taken over from registers kept elsewhere."""

from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from .base import BUSINESS, Base


class ImportedRow(Base, table=True):
    """A row of a register that was taken over, and what was made of it.

    `number` is what the former register called it; `checksum` tells a row that comes again
    unchanged from one that says something else.
    """

    __tablename__ = "imported_row"
    __table_args__ = (Index("ix_imported_row_subject_id", "subject_id"), BUSINESS)

    kind: str = Field(primary_key=True)
    """`station` or `fellow`."""
    number: str = Field(primary_key=True)
    subject_id: UUID
    checksum: bytes
    job_id: UUID
