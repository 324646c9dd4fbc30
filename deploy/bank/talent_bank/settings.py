"""Settings of the simulated bank."""

from datetime import timedelta
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import Settings


class BankSettings(Settings):
    """Where the bank keeps its books, and how it knows its client."""

    model_config = SettingsConfigDict(env_prefix="BANK_")

    environment: Literal["development", "production"] = "production"
    """The simulation refuses to start in production."""
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)
    """0 takes any free port."""
    grace_seconds: int = Field(default=5, ge=0, le=300)
    """How long open requests may take after the first signal to stop."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    database_url: SecretStr
    database_pool: int = Field(default=4, ge=1, le=64)
    clock_shift: timedelta = timedelta()
    """Moves the clock, as that of the services whose orders it takes."""
    client_secret: SecretStr = Field(min_length=16)
    """What the paying service sends in `X-Bank-Client`; also keys the fingerprints of orders."""
    payments_secret: SecretStr = SecretStr("")
    """What the payment provider's merchant sends in `X-Payments-Merchant` and signs addresses with,
    and what signs notices to it; empty: there is no provider."""
    payments_notify_url: str = ""
    """Where the merchant is told of payments; empty: nowhere."""
