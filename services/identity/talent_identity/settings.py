"""Settings of the identity service; environment variables begin with `IDENTITY_`."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
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
    session_keys_file: Path | None = None
    """JSON file of the keys that sign assertions for the issuer, by `create-session-keys`."""
    assertion_issuer: str = "https://identity.talent-cloud.invalid"
    """`iss` of those assertions, as the issuer's identity provider has it."""
    token_url: str = ""
    """The issuer's token endpoint; empty: nobody signs in here."""
    grant_client_id: str = "talent-miniprogram"
    """Client that takes assertions for tokens."""
    grant_client_secret: SecretStr = SecretStr("")
    wechat_url: str = ""
    """Base address of WeChat's interface; empty: nobody signs in by WeChat."""
    wechat_app_id: str = ""
    wechat_secret: SecretStr = SecretStr("")
    directory_url: str = ""
    """Base address of Keycloak; empty: no accounts are kept (development issuer)."""
    directory_realm: str = "talent-cloud"
    directory_client_id: str = "identity-service"
    directory_client_secret: SecretStr = SecretStr("")
    call_timeout: float = Field(default=5.0, ge=1, le=60)
    """Seconds to wait for WeChat, the issuer and the directory."""
    session_days: int = Field(default=90, ge=1, le=365)
    """Days after which a session ends, however often it was used."""
    session_idle_days: int = Field(default=30, ge=1, le=365)
    """Days without use after which it ends."""
    session_grace_seconds: int = Field(default=60, ge=0, le=600)
    """How long a refresh token may come again whose successor was never used: its answer may have
    been lost."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        needed = (self.wechat_app_id, self.wechat_secret, self.token_url, self.session_keys_file)
        if self.wechat_url and not all(needed):
            raise ValueError(
                "wechat_url needs wechat_app_id, wechat_secret, token_url and session_keys_file"
            )
        return self
