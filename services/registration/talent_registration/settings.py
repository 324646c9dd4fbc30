"""Settings of the registration service; environment variables begin with `REGISTRATION_`."""

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import ServiceSettings

LEAST_SECRET = 16
"""Characters of what is shared with the payment provider."""


class RegistrationSettings(ServiceSettings):
    """What this service needs besides what every service does."""

    model_config = SettingsConfigDict(env_prefix="REGISTRATION_")

    claims_together: int = Field(default=250, ge=1, le=2_000)
    """Most claims of seats that one transaction decides."""
    claims_waiting: int = Field(default=5_000, ge=1, le=100_000)
    """Most claims that may wait in one process; who comes after is told to come again."""
    answers_kept_days: int = Field(default=180, ge=0, le=3_650)
    """For how long after an activity's last session what people answered is kept."""
    curricula_kept_days: int = Field(default=180, ge=0, le=3_650)
    """For how long after an activity's last session what talents left at booths is kept."""
    max_upload_bytes: int = Field(default=5_242_880, ge=1024)
    """Of a picture or a curriculum vitae."""
    code_issuer: str = ""
    """Who issues the talent codes that are good here, as the codes name it."""
    code_keys_url: str = ""
    """Where they publish their keys, `https:`, `http:` or `file:`; empty: no code is good."""
    identity_url: str = ""
    """Where identity names whom a certificate is for; empty: certificates name nobody."""
    public_url: str = Field(default="http://127.0.0.1:8000", pattern=r"^https?://[^\s/?#]+$")
    """Where everybody reaches the gateway: the picture on a certificate leads there."""
    certificate_font: str = ""
    """A TrueType font with Chinese and Latin characters that certificates hold; empty: they are set
    in the standard font for Chinese, which every reader brings along."""
    scans_together: int = Field(default=250, ge=1, le=2_000)
    """Most scans that one transaction decides."""
    scans_waiting: int = Field(default=20_000, ge=1, le=100_000)
    """Most scans that may wait in one process; who comes after is told to come again."""
    payments_url: str = ""
    """Base address of the payment provider's HTTP interface; empty: no ticket can cost anything."""
    payments_page_url: str = ""
    """Where people reach its page; empty: at the same address."""
    payments_secret: SecretStr = SecretStr("")
    """What the provider knows this service by, and what both sign with."""
    payments_timeout: float = Field(default=10.0, gt=0, le=30)
    """Seconds to wait for the provider; below the lease of a timer, so that one worker asks."""
    payments_region: str = "000000"
    """Whose finance sees what the provider booked of orders that nobody here knows."""
    pay_minutes: int = Field(default=15, ge=1, le=1_440)
    """For how long a seat is kept while it is paid for."""

    @model_validator(mode="after")
    def _secret_with_address(self) -> "RegistrationSettings":
        if self.payments_url and len(self.payments_secret.get_secret_value()) < LEAST_SECRET:
            raise ValueError("payments_secret is missing or too short")
        return self
