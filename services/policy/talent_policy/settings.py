"""Settings of the policy service."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import ServiceSettings


class PolicySettings(ServiceSettings):
    """Where the service finds its parts, and which authority each client speaks for."""

    model_config = SettingsConfigDict(env_prefix="POLICY_")

    authority_clients: dict[str, str] = Field(default_factory=dict)
    """Token subject of an authority's client -> the source whose facts it brings, such as
    `{"pension-office": "social_insurance"}`. A client that is not named brings none."""
    packs_cached: int = Field(default=32, ge=1, le=1000)
    """Compiled pack versions kept in memory."""
