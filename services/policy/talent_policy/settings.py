"""Settings of the policy service."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import ServiceSettings


class PolicySettings(ServiceSettings):
    """Where the service finds its parts, and which authority each client speaks for."""

    model_config = SettingsConfigDict(env_prefix="POLICY_")

    authority_clients: dict[str, str] = Field(default_factory=dict)
    """Token subject of an authority's client -> the source whose facts it brings, such as
    `{"pension-office": "social_insurance"}`. A client that is not named brings none."""
    bank_url: str
    """Base address of the bank's HTTP interface."""
    bank_secret: SecretStr
    """What the bank knows this service by."""
    bank_timeout: float = Field(default=10.0, gt=0, le=30)
    """Seconds to wait for the bank; below the lease of a timer, so that one worker asks."""
    bank_region: str = "000000"
    """Region of the bank account: its finance sees the statements, and what is unknown here."""
    identity_url: str
    """Base address of the identity service's HTTP interface, or of the gateway before it."""
    token_url: str
    """Where the issuer gives this service its own tokens (client credentials)."""
    client_id: str = "policy-service"
    client_secret: SecretStr
    call_timeout: float = Field(default=10.0, gt=0, le=60)
    """Seconds to wait for another service."""
    packs_cached: int = Field(default=32, ge=1, le=1000)
    """Compiled pack versions kept in memory."""
