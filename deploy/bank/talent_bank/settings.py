"""Settings of the simulated bank."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class BankSettings(BaseSettings):
    """Where the bank keeps its books, and how it knows its client."""

    model_config = SettingsConfigDict(
        env_prefix="BANK_", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    environment: Literal["development", "production"] = "production"
    """The simulation refuses to start in production."""
    database_url: SecretStr
    database_pool: int = Field(default=4, ge=1, le=64)
    client_secret: SecretStr = Field(min_length=16)
    """What the paying service sends in `X-Bank-Client`; also keys the fingerprints of orders."""
