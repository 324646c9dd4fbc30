"""Settings of the simulated WeChat; environment variables begin with `WECHAT_`."""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import Settings


class WeChatSettings(Settings):
    """Where it listens, and the one mini-program that it knows."""

    model_config = SettingsConfigDict(env_prefix="WECHAT_")

    environment: Literal["development", "production"] = "production"
    """The simulation refuses to start in production."""
    host: str = "127.0.0.1"
    port: int = Field(default=8090, ge=0, le=65535)
    grace_seconds: int = Field(default=5, ge=0, le=300)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    app_id: str = "wx0000000000000000"
    app_secret: SecretStr = Field(min_length=16)
