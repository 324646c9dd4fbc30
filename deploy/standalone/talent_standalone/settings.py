"""Settings of the standalone platform."""

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class StandaloneSettings(BaseSettings):
    """`HOST`, `PORT` and `DATA_DIR`; everything else has the prefix `TALENT_`."""

    model_config = SettingsConfigDict(
        env_prefix="TALENT_", extra="forbid", frozen=True, populate_by_name=True
    )

    host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("HOST", "host"))
    port: int = Field(default=8000, ge=0, le=65535, validation_alias=AliasChoices("PORT", "port"))
    """0 takes any free port."""
    data_dir: Path = Field(
        default=Path(".data"), validation_alias=AliasChoices("DATA_DIR", "data_dir")
    )
    """Databases and keys; below the current folder, so that each clone has its own."""
    environment: Literal["development", "production"] = "development"
    """There is no standalone production: its issuer gives anyone any role."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    clock_shift: timedelta = timedelta()
    """Moves the clock of the services, so that later years can be tried."""
    rate: float = Field(default=0.0, ge=0)
    """Requests a second that the gateway grants each caller; 0 sets no limit."""
    bank_timeout: float = Field(default=3.0, gt=0, le=30)
    """Seconds that the policy service waits for the bank."""
    otlp_endpoint: str = ""
    """Base address of an OTLP collector over HTTP; empty sends and records nothing."""
    trace_sample: float = Field(default=1.0, ge=0, le=1)
    """Share of the traces that are kept where there is a collector."""
    grace_seconds: int = Field(default=15, ge=0, le=300)
    """How long open requests may take after the first signal to stop."""
