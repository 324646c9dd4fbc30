"""Settings of the postdoc service; environment variables begin with `POSTDOC_`."""

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import ServiceSettings


class PostdocSettings(ServiceSettings):
    """What this service needs besides what every service does."""

    model_config = SettingsConfigDict(env_prefix="POSTDOC_")

    public_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://[^\s/?#]+$")
    """Where everybody reaches the gateway: pictures on papers and links in feeds lead there."""

    identity_url: str = ""
    """Where identity names whom a certificate is for; empty: certificates name nobody."""

    documents_most: int = Field(default=100, ge=1)
    """How many documents one affair may have; and how many bytes they may be together."""
    documents_bytes: int = Field(default=300_000_000, ge=1)

    disciplines_file: str = ""
    """A catalogue of disciplines in the place of the service's own, of the same form."""
    titles_file: str = ""
    """Titles of advisors in the place of the service's own, of the same form."""

    paper_font: str = ""
    """A TrueType font with Chinese and Latin characters that papers hold; empty: they are set in
    the standard font for Chinese, which every reader brings along."""

    token_url: str = ""
    """Where the issuer gives this service its own tokens (client credentials); with it and
    `identity_url` registers may name people and units by their numbers."""
    client_id: str = "postdoc-service"
    client_secret: SecretStr = SecretStr("")
    call_timeout: float = Field(default=10.0, gt=0, le=60)
    """Seconds to wait for another service."""
