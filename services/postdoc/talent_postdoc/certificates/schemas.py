"""What is shown of certificates."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field
from talent_kit.texts import Bilingual


class FellowCertificateRead(BaseModel):
    """What a certificate says, as everybody who has its number may read it; whose it is, is not."""

    number: str = Field(examples=["NCPZ0J2S7C80EJJQA"])
    standing: Literal["valid", "revoked"]
    station_id: UUID
    station: Bilingual
    unit: Bilingual
    discipline: str = Field(description="Code of the national catalogue.", examples=["0812"])
    entered_on: date
    exited_on: date
