"""Settings of the stack, from the environment."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "talent-cloud"


_PORT = Field(default=0, ge=0, le=65535)


class StackSettings(BaseSettings):
    """`PORT` is the gateway's; everything else has the prefix `STACK_`.

    A port of 0 is any free one; ports that were used or given are remembered from then on.
    """

    model_config = SettingsConfigDict(
        env_prefix="STACK_", extra="forbid", frozen=True, populate_by_name=True
    )

    dir: Path = Path(".stack")
    """Data, secrets, logs and pid files; below the current folder: each clone has its own."""
    cache: Path = Field(default_factory=_cache)
    """Fetched programs, for all clones of this account."""
    gateway_port: int = Field(
        default=8000, ge=0, le=65535, validation_alias=AliasChoices("PORT", "STACK_GATEWAY_PORT")
    )
    postgres_port: int = _PORT
    kafka_port: int = _PORT
    keycloak_port: int = _PORT
    identity_port: int = _PORT
    policy_port: int = _PORT
    postdoc_port: int = _PORT
    registration_port: int = _PORT
    bank_port: int = _PORT
    wechat_port: int = _PORT
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Of our own processes; the servers say what goes wrong."""
    otlp_endpoint: str = ""
    """Base address of an OTLP collector over HTTP for every trace; empty records none."""
    clock_shift: timedelta = timedelta()
    """Moves the clock of services and bank, not that by which anybody signs in."""
    patience: float = Field(default=180, gt=0, le=3600)
    """Seconds that a part may take until it serves."""
