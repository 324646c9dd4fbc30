"""What is shown of certificates."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field
from talent_kit.texts import Bilingual


class CertificateRead(BaseModel):
    """What a certificate says, as everybody who has its number may read it; whose it is, is not."""

    number: str = Field(examples=["NCPZ0J2S7C80EJJQA"])
    standing: Literal["valid", "revoked"]
    activity_id: UUID
    kind: str
    host: str
    region: str
    title: Bilingual
    attended_on: date
    hours: int = Field(description="Continuing-education hours (学时).")


class CertificateOut(CertificateRead):
    """A certificate as its holder sees it."""

    registration_id: UUID
