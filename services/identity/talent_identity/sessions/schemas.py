"""What is sent and shown of sessions."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Provider = Literal["wechat"]


class SessionCreate(BaseModel):
    """A sign-in: `code` is what `wx.login` gave the mini-program; it serves once, five minutes."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={
            "examples": [{"provider": "wechat", "code": "0a3Xk0000vqGyK1Ag1100bYpKu2Xk00W"}]
        },
    )

    provider: Provider
    code: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class SessionRefresh(BaseModel):
    """The newest refresh token of a session."""

    model_config = ConfigDict(
        extra="forbid",
        hide_input_in_errors=True,
        json_schema_extra={"examples": [{"refresh_token": "A" * 64}]},
    )

    refresh_token: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")]


class SessionTokens(BaseModel):
    """Tokens of a session. A refresh token serves once; the answer brings the next one."""

    session_id: UUID
    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a scheme's name
    expires_in: int = Field(description="Seconds for which the access token holds.")
    refresh_token: str
    refresh_expires_in: int = Field(
        description="Seconds until the session ends, if it is not used before."
    )


class SessionOut(BaseModel):
    """One device on which the talent stays signed in."""

    id: UUID
    provider: Provider
    opened_at: datetime
    used_at: datetime
    ends_at: datetime


class SessionKey(BaseModel):
    """A public key of this service's assertions (RFC 7517)."""

    kty: Literal["EC"]
    crv: Literal["P-256"]
    x: str
    y: str
    kid: str
    use: Literal["sig"]
    alg: Literal["ES256"]


class SessionKeySet(BaseModel):
    """The public keys that verify assertions, those that will sign later among them."""

    keys: list[SessionKey]
