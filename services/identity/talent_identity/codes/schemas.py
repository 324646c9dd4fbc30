"""What is sent and shown of codes."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field
from talent_code import Form


class CodeForm(StrEnum):
    """`static` lives until a date, for printing; `dynamic` two minutes, for showing."""

    STATIC = "static"
    DYNAMIC = "dynamic"

    @classmethod
    def of(cls, form: Form) -> "CodeForm":
        """Return the name of a form inside a code."""
        return cls(form.name.lower())


class CodeIssue(BaseModel):
    """An issue; after a loss `replaces` names the serial that becomes void."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"examples": [{}, {"replaces": 1}]},
    )

    replaces: int | None = Field(default=None, ge=1, le=2**32 - 1)


class IssuedCode(BaseModel):
    """The number under which counters know the talent; `serial` counts the talent's codes."""

    number: str = Field(examples=["NCPZ0J2S7C80EJJQA"])
    serial: int
    issued_at: datetime


class ShownCode(BaseModel):
    """A freshly signed code; `payload` is the text of the picture."""

    number: str
    serial: int
    form: CodeForm
    payload: str
    issued_at: datetime
    expires_at: datetime


class CodeScan(BaseModel):
    """What a scanner read."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    payload: Annotated[str, Field(min_length=1, max_length=512)]


class Verdict(BaseModel):
    """Whether a code is good now; whose it is stands only in a good one's."""

    valid: bool
    reason: str | None = Field(
        default=None, description="Why not, such as `expired` or `superseded`."
    )
    number: str | None = None
    name: str | None = Field(default=None, description="Masked.", examples=["林**"])
    region: str | None = None
    form: CodeForm | None = None
    checked_at: datetime


class JsonWebKey(BaseModel):
    """A public Ed25519 key (RFC 8037); it signs codes issued from `nbf` until before `exp`."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    alg: Literal["EdDSA"]
    use: Literal["sig"]
    kid: str
    x: str
    iss: str
    nbf: int
    exp: int


class JsonWebKeySet(BaseModel):
    keys: list[JsonWebKey]
