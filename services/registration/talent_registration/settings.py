"""Settings of the registration service; environment variables begin with `REGISTRATION_`."""

from pydantic import Field
from pydantic_settings import SettingsConfigDict
from talent_kit.settings import ServiceSettings


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
