"""What is shown of files."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class FileOut(BaseModel):
    """A file that you brought: name it by its id where one is asked for, within a day."""

    id: UUID
    type: str
    size: int
    made_at: datetime
