"""Settings of the gateway, from the environment with the prefix `GATEWAY_`."""

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import Settings

HttpUrlText = Annotated[str, Field(pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+$")]
"""Without a path: what services see is the path that clients see."""


class GatewaySettings(Settings):
    """Whose tokens are good, how much a caller may ask for, and where traces go."""

    model_config = SettingsConfigDict(env_prefix="GATEWAY_")

    issuer: str
    audience: str = "talent-cloud"
    jwks_url: str
    """`https:` in real deployments; `file:` for the development issuer and tests."""
    upstreams: dict[str, HttpUrlText] = Field(default_factory=dict)
    """Base URLs of the services by name, as JSON; not where they live in the gateway's process."""
    connect_timeout: float = Field(default=2.0, gt=0, le=30)
    """Seconds to connect to a service, at each of three tries."""
    trusted_proxies: str = ""
    """Addresses or networks whose `X-Forwarded-For` and `-Proto` count, with commas between."""
    grace_seconds: int = Field(default=15, ge=0, le=300)
    """For what is open when the gateway is told to stop or to reload."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    max_body_bytes: int = Field(default=1_048_576, ge=1024)
    max_upload_bytes: int = Field(default=33_554_432, ge=1024)
    """Of a file; past a mebibyte it waits in the folder for temporary files until it is whole."""
    timeout: float = Field(default=30.0, gt=0, le=600)
    """Seconds for a request's body to arrive, again for the service to begin its answer, and again
    for each further piece of it to come and to be taken."""
    rate: float = Field(default=0.0, ge=0)
    """Requests a second for each caller, in this process; 0 sets no limit."""
    rate_burst: int = Field(default=20, ge=1)
    """Requests that a caller who was quiet may make at once."""
    public_url: str = Field(default="", pattern=r"^(https?://[^\s/?#]+)?$")
    """Address that documents name, without a path; empty: the one that was asked."""
    otlp_endpoint: str = ""
    """Base address of an OTLP collector over HTTP; empty sends nothing."""
    trace_sample: float = Field(default=1.0, ge=0, le=1)
