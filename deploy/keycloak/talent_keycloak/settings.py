"""Settings of the command that applies the realm; environment variables begin with `KEYCLOAK_`."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import Settings


class KeycloakSettings(Settings):
    """Where Keycloak is, and what differs from one deployment to the next."""

    model_config = SettingsConfigDict(env_prefix="KEYCLOAK_")

    url: str
    """Base address, such as `http://127.0.0.1:8080`."""
    realm: str = Field(default="talent-cloud", pattern=r"^[a-z][a-z0-9-]{1,35}$")
    admin_username: str = "admin"
    """An administrator of the master realm."""
    admin_password: SecretStr = SecretStr("")
    secrets_dir: Path
    """One file for each confidential client, by its id: the secret, 32 characters at least."""
    app_urls: list[str] = Field(default=["http://127.0.0.1:8000/*"], min_length=1)
    """Where a sign-in may return to; `*` at the end alone."""
    session_keys_url: str
    """Where Keycloak fetches the keys of the identity service's assertions."""
    assertion_issuer: str = "https://identity.talent-cloud.invalid"
    """`iss` of those assertions; Keycloak wants a URL, though nobody fetches it."""
    office_region: str = Field(default="", pattern=r"^([0-9A-Z]{6})?$")
    """Region in the tokens of the authorities' offices, which bring facts of its people alone."""
    timeout: int = Field(default=30, ge=1, le=300)
    """Seconds for one request."""
