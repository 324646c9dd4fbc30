"""Settings of the gateway, from the environment with the prefix `GATEWAY_`."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class GatewaySettings(BaseSettings):
    """Whose tokens are good, how much a caller may ask for, and where traces go."""

    model_config = SettingsConfigDict(
        env_prefix="GATEWAY_", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    issuer: str
    audience: str = "talent-cloud"
    jwks_url: str
    """`https:` in real deployments; `file:` for the development issuer and tests."""
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    max_upload_bytes: int = Field(default=33_554_432, ge=1024)
    """Of a file; each is held in memory until it has arrived."""
    timeout: float = Field(default=30.0, gt=0, le=600)
    """Seconds for a request's body to arrive, and again for the service to begin its answer."""
    rate: float = Field(default=0.0, ge=0)
    """Requests a second for each caller, in this process; 0 sets no limit."""
    rate_burst: int = Field(default=20, ge=1)
    """Requests that a caller who was quiet may make at once."""
    public_url: str = Field(default="", pattern=r"^(https?://[^\s/?#]+)?$")
    """Address that documents name, without a path; empty: the one that was asked."""
    otlp_endpoint: str = ""
    """Base address of an OTLP collector over HTTP; empty sends nothing."""
    trace_sample: float = Field(default=1.0, ge=0, le=1)
