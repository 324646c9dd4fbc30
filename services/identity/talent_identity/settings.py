"""Settings of the identity service; environment variables begin with `IDENTITY_`."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import ServiceSettings


class IdentitySettings(ServiceSettings):
    """What this service needs besides what every service does."""

    model_config = SettingsConfigDict(env_prefix="IDENTITY_")

    blobs_url: str = Field(min_length=1)
    code_keys_file: Path
    """JSON file of the keys that sign talent codes, made by `create-code-keys`."""
    static_code_days: int = Field(default=180, ge=0, le=3650)
    """Days after today on which a static code still holds, the last one included."""
