"""Where settings come from, and those that every service has; each service adds its own."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

SECRETS_DIR = "SECRETS_DIR"
"""The environment variable that names the folder of settings in files."""


class Settings(BaseSettings):
    """Settings from the environment, then from the files of the folder that `SECRETS_DIR` names.

    A file has the name of the variable in small letters, such as `policy_database_url`. Raises
    SettingsError where there is no such folder.
    """

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic's name
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        folder = os.environ.get(SECRETS_DIR)
        # pydantic itself would warn, and then miss what stands in the files.
        if folder and not Path(folder).is_dir():
            raise SettingsError(f"{SECRETS_DIR} names no folder: {folder}")
        files = SecretsSettingsSource(settings_cls, secrets_dir=folder or None)
        return init_settings, env_settings, dotenv_settings, files


class ServiceSettings(Settings):
    """Where a service finds its database, its bus, its keys and its issuer."""

    environment: Literal["development", "production"] = "production"
    host: str = "127.0.0.1"
    """Where `serve` listens, and `work` for its health alone; `0.0.0.0` in a container."""
    port: int = Field(default=8080, ge=0, le=65535)
    """0 takes any free port."""
    grace_seconds: int = Field(default=15, ge=0, le=300)
    """How long open requests may take after the first signal to stop."""
    database_url: SecretStr
    database_pool: int = Field(default=8, ge=1, le=64)
    bus_url: SecretStr
    """`kafka://user:password@host:port[,host:port]?security=SASL_SSL|SASL_PLAINTEXT&ca=FILE`, or
    for the embedded bus the URL of its own PostgreSQL database."""
    keys_file: Path
    """JSON key ring made by `talent_kit.keyring`; readable by the service's account alone."""
    issuer: str
    audience: str = "talent-cloud"
    jwks_url: str
    """`https:` in real deployments; `file:` for the development issuer and tests."""
    clock_shift: timedelta = timedelta()
    """Moves the clock; refused in production."""
    consistency_wait: float = Field(default=2.0, ge=0, le=30)
    """Seconds that a read waits for the events its consistency token names."""
    idempotency_days: int = Field(default=7, ge=1, le=90)
    bus_days: int = Field(default=30, ge=1, le=3650)
    """Days for which the embedded bus keeps what every group has read; elsewhere the topics'."""
    timer_lease_seconds: float = Field(default=60, gt=0, le=3600)
    """How long a worker may hold timed work; after a crash it runs again once this is over."""
    otlp_endpoint: str = ""
    """Base address of an OTLP collector over HTTP; empty sends nothing."""
    trace_sample: float = Field(default=1.0, ge=0, le=1)
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    blobs_url: str = ""
    """Where files are kept: `file:///folder` or `s3://bucket/prefix`; empty where none come."""
    s3_endpoint: str = ""
    """Base address of a store that speaks S3; empty for the cloud's own."""
    s3_region: str = "us-east-1"
    s3_access_key: SecretStr = SecretStr("")
    s3_secret_key: SecretStr = SecretStr("")
    max_upload_bytes: int = Field(default=33_554_432, ge=1024)
    """Of a file, on the routes that take one; `max_body_bytes` holds for all others."""
    max_upload_rows: int = Field(default=200_000, ge=1)
    upload_days: int = Field(default=90, ge=1, le=3650)
    """Days after the end of its job for which a file is kept: it is full of personal data."""
    job_lease_seconds: float = Field(default=60, gt=0, le=3600)
    """How long a worker may be silent about a job before another takes it up."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
