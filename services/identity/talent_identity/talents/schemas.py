"""What talents send and are shown; names, numbers and phones go out masked."""

from datetime import date, datetime
from functools import cached_property
from typing import Annotated
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from ..regions import RegionCode
from ..registry.schemas import RegistryEntryOut
from .countries import NATIONALITIES
from .documents import DocumentError, DocumentKind, Reading, Residence, Sex, read
from .names import normalised_name
from .phones import normalised_phone


def _name(value: str) -> str:
    name = normalised_name(value)
    if name is None:
        raise PydanticCustomError("name_format", "not a name")
    return name


def _phone(value: str) -> str:
    phone = normalised_phone(value)
    if phone is None:
        raise PydanticCustomError("phone_format", "not a phone number")
    return phone


def _nationality(value: str) -> str:
    if value not in NATIONALITIES:
        raise PydanticCustomError("nationality_unknown", "not an ISO 3166-1 alpha-3 code")
    return value


PersonName = Annotated[str, Field(max_length=128, examples=["林小溪"]), AfterValidator(_name)]
Phone = Annotated[str, Field(max_length=40, examples=["13800000000"]), AfterValidator(_phone)]
Nationality = Annotated[str, Field(max_length=3, examples=["CHN"]), AfterValidator(_nationality)]


class DocumentNumber(BaseModel):
    """A document's kind and number; `issued_by` is the state that issued a passport."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    kind: DocumentKind
    number: Annotated[str, Field(max_length=40, examples=["110101199003070476"])]
    issued_by: Nationality | None = None

    @field_validator("number")
    @classmethod
    def _readable(cls, value: str, info: ValidationInfo) -> str:
        kind = info.data.get("kind")
        if kind is None:
            return value
        try:
            return read(kind, value).number
        except DocumentError as error:
            code = error.code.replace("-", "_")
            raise PydanticCustomError(code, "not a number of this kind") from None

    @field_validator("issued_by")
    @classmethod
    def _passports_only(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("kind") is not DocumentKind.PASSPORT:
            raise PydanticCustomError("passports_only", "only a passport names its issuer")
        return value

    @cached_property
    def reading(self) -> Reading:
        """What the number tells."""
        return read(self.kind, self.number)


class DocumentCreate(DocumentNumber):
    """An identity document; a passport's issuer is the talent's nationality if not given."""

    valid_until: date | None = Field(default=None, description="Last day of validity.")


class TalentCreate(BaseModel):
    """A registration; a resident id number tells birth date and nationality by itself."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [
                {
                    "name": "林小溪",
                    "document": {"kind": "resident_id", "number": "110101199003070476"},
                    "phone": "13800000000",
                    "region": "350702",
                }
            ]
        },
    )

    name: PersonName
    document: DocumentCreate
    birth_date: date | None = None
    nationality: Nationality | None = None
    phone: Phone | None = None
    region: RegionCode


class TalentUpdate(BaseModel):
    """What changes; what is left out stays, `phone: null` removes the phone."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"examples": [{"phone": "13900000000"}]},
    )

    name: PersonName | None = None
    phone: Phone | None = None
    region: RegionCode | None = None

    @field_validator("name", "region", mode="before")
    @classmethod
    def _cannot_be_removed(cls, value: object) -> object:
        if value is None:
            raise PydanticCustomError("null_not_allowed", "cannot be removed")
        return value


class TalentLookup(BaseModel):
    """Which talent holds a document, and what for it is asked."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    document: DocumentNumber
    purpose: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,63}$"),
        Field(description="Goes into the audit log.", examples=["verify-pension-records"]),
    ]


class TalentFound(BaseModel):
    """The pseudonymous id under which other services know the talent."""

    talent_id: UUID


class DocumentOut(BaseModel):
    id: UUID
    kind: DocumentKind
    number: str = Field(description="Masked.", examples=["110***********0476"])
    issued_by: str | None
    valid_until: date | None


class TalentOut(BaseModel):
    """A talent, masked."""

    id: UUID
    name: str = Field(examples=["林**"])
    phone: str | None = Field(examples=["138****0000"])
    birth_date: date
    sex: Sex | None = Field(description="Known where a document's number tells it.")
    nationality: str
    residence: Residence
    region: str
    documents: list[DocumentOut]
    registry: list[RegistryEntryOut] = Field(description="What was achieved, oldest first.")
    registered_at: datetime
    version: int
