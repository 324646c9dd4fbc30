"""What identity holds of a talent, masked for the screen and in clear for the export."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from talent_kit.audit import Reading

from ..employments.schemas import EmploymentOut
from ..registry.schemas import RegistryEntryOut
from ..sessions.schemas import SessionOut
from ..talents.documents import DocumentKind, Residence, Sex
from ..talents.schemas import TalentOut


class CodeHeld(BaseModel):
    """One issue of the talent's code."""

    number: str
    serial: int
    issued_at: datetime
    voided_at: datetime | None


class PersonalData(BaseModel):
    """All that identity holds of a talent, numbers masked; `readings` are the newest 1000."""

    profile: TalentOut
    employments: list[EmploymentOut]
    codes: list[CodeHeld]
    sessions: list[SessionOut]
    readings: list[Reading]


class DocumentInClear(BaseModel):
    kind: DocumentKind
    number: str
    issued_by: str | None
    valid_until: date | None
    added_at: datetime


class ProfileInClear(BaseModel):
    id: UUID
    login: str
    name: str
    phone: str | None
    birth_date: date
    sex: Sex | None
    nationality: str
    residence: Residence
    region: str
    registered_at: datetime
    formerly: list[UUID] = Field(description="Erased talents who held one of these documents.")


class PersonalDataExport(BaseModel):
    """The same in clear, for the talent alone."""

    exported_at: datetime
    profile: ProfileInClear
    documents: list[DocumentInClear]
    registry: list[RegistryEntryOut]
    employments: list[EmploymentOut]
    codes: list[CodeHeld]
    sessions: list[SessionOut]
    readings: list[Reading]


class Erase(BaseModel):
    """A wish to be erased, said in words: there is no way back."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    confirmation: Literal["erase-my-data"]


class Erasure(BaseModel):
    """That it is done here; other services follow within moments, money on its way within days."""

    talent_id: UUID
    erased_at: datetime
