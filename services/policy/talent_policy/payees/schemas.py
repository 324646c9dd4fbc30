import re
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

_ACCOUNT = re.compile(r"[0-9]{10,30}")


def _account(value: str) -> str:
    digits = re.sub(r"[\s-]", "", value)
    if not _ACCOUNT.fullmatch(digits):
        raise PydanticCustomError("account_number", "An account number has 10 to 30 digits")
    return digits


class PayeePut(BaseModel):
    """A bank account; spaces and hyphens in the number are dropped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    account: Annotated[str, Field(max_length=60), AfterValidator(_account)] = Field(
        examples=["6222020000000000017"]
    )
    holder: str = Field(min_length=1, max_length=100, examples=["测试甲"])
    bank_code: str = Field(pattern=r"^[0-9]{12}$", examples=["102401000012"])
    """Twelve digits of the inter-bank payment system (CNAPS)."""


class PayeeRead(BaseModel):
    """A bank account as shown: masked."""

    kind: Literal["person", "organisation"]
    owner_id: UUID
    account_masked: str
    holder_masked: str
    bank_code: str
    version: int
