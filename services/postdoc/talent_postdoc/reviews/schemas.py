"""What the service adds to reviews as the kit has them."""

from uuid import UUID

from pydantic import BaseModel, ConfigDict
from talent_kit.texts import Words


class PanelConclusion(BaseModel):
    """Of which panel the conclusion is recorded; what it is follows from the panel."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"panel_id": "0197a2b4-0000-7000-8000-000000000001"}]},
    )

    panel_id: UUID
    words: Words | None = None
