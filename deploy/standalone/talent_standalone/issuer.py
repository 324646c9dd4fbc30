"""The development issuer: tokens of the same claims as a real one's, for whoever asks.

It gives anyone any role, so it exists in development alone.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import FastAPI, Request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OKPKey
from pydantic import BaseModel, ConfigDict, Field
from talent_kit.app import answer_with_problems
from talent_kit.auth import Role
from talent_kit.clock import Clock, SystemClock, local_date
from talent_kit.identifiers import new_id
from talent_kit.problems import BadRequest, Invalid, Unauthenticated, problems
from talent_kit.regions import regions

ISSUER = "urn:talent-cloud:development-issuer"
AUDIENCE = "talent-cloud"
LIFE = timedelta(hours=8)
POLICY_CLIENT, POSTDOC_CLIENT = "policy-service", "postdoc-service"
"""The client ids under which services call identity."""
ASSERTION_CLIENT = "talent-miniprogram"
"""The client id under which identity brings assertions of talents who signed in elsewhere."""
_BY_SECRET = "client_credentials"  # noqa: S105 - a grant's name
_BY_ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_HANDLE = 40
"""Characters of a handle that make a subject: enough to tell people apart."""
_GRANTS = {
    POLICY_CLIENT: _BY_SECRET,
    POSTDOC_CLIENT: _BY_SECRET,
    ASSERTION_CLIENT: _BY_ASSERTION,
}


class TokenRequest(BaseModel):
    """Who to be: a subject of one's own choice, with any roles."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$", examples=["graduate-1"])
    roles: Annotated[list[Role], Field(max_length=len(Role))] = Field(
        default=[], examples=[["talent"]]
    )
    region: str | None = Field(default=None, examples=["350700"])
    """Where staff work; a region that exists today."""
    employer: UUID | None = None
    """The employer to act for, once it is registered."""


class TokenAnswer(BaseModel):
    """An access token as OAuth 2.0 answers it; `expires_in` is in seconds."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - a scheme's name
    expires_in: int = int(LIFE.total_seconds())


@dataclass(frozen=True)
class Assertions:
    """Whose word the issuer takes for who somebody is, and the public keys of it."""

    issuer: str
    keys: list[dict[str, Any]]


class Issuer:
    """Signs tokens. Their times are the machine's, whatever the services' clock is shifted by."""

    def __init__(
        self,
        key: OKPKey,
        environment: str,
        client_secret: str,
        clock: Clock | None = None,
        assertions: Assertions | None = None,
    ) -> None:
        if environment != "development":
            raise ValueError("the development issuer runs in development alone")
        self._key = key
        self._client_secret = client_secret
        self._clock = clock or SystemClock()
        self._assertions = assertions

    def issue(self, asked: TokenRequest) -> TokenAnswer:
        """Return a token; raises Invalid for a region that does not exist."""
        now = self._clock.now()
        if asked.region is not None and not regions().exists(asked.region, local_date(now)):
            raise Invalid(field="body.region")
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "sub": asked.subject,
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + LIFE).timestamp()),
            "jti": str(new_id()),
            "realm_access": {"roles": sorted(set(asked.roles))},
        }
        if asked.region is not None:
            claims["region"] = asked.region
        if asked.employer is not None:
            claims["employer"] = str(asked.employer)
        header = {"alg": "Ed25519", "kid": self._key.kid}
        return TokenAnswer(
            access_token=jwt.encode(header, claims, self._key, algorithms=["Ed25519"])
        )

    def issue_to_client(self, form: bytes) -> TokenAnswer:
        """Return a token for a service that calls another, or for whom identity assures us of.

        The first by client credentials (RFC 6749 4.4), the second by an assertion (RFC 7523).
        Raises Unauthenticated for another id or secret, BadRequest for another grant.
        """
        given = {
            name: values[0] for name, values in parse_qs(form.decode("ascii", "replace")).items()
        }
        client, secret = given.get("client_id", ""), given.get("client_secret", "")
        known = hmac.compare_digest(secret.encode(), self._client_secret.encode())
        if client not in _GRANTS or not known:
            raise Unauthenticated
        if given.get("grant_type") != _GRANTS[client]:
            raise BadRequest(field="body.grant_type")
        if _GRANTS[client] == _BY_SECRET:
            return self.issue(TokenRequest(subject=client, roles=[Role.SERVICE]))
        return self.issue(TokenRequest(subject=self._assured(given), roles=[Role.TALENT]))

    def _assured(self, given: dict[str, str]) -> str:
        """Return the subject that an assertion stands for; raises BadRequest."""
        trusted = self._assertions
        if trusted is None:
            raise BadRequest(field="body.grant_type")
        wanted = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            iss={"essential": True, "value": trusted.issuer},
            aud={"essential": True, "value": ISSUER},
            exp={"essential": True},
            sub={"essential": True},
        )
        try:
            keys = KeySet.import_key_set({"keys": trusted.keys})
            claims = jwt.decode(given.get("assertion", ""), keys, algorithms=["ES256"]).claims
            wanted.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise BadRequest(field="body.assertion") from error
        return f"wechat-{str(claims['sub'])[:_HANDLE]}"

    def published(self) -> dict[str, Any]:
        """Return the keys that verify the tokens."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "use": "sig", "alg": "Ed25519"}]}


def create_app(issuer: Issuer) -> FastAPI:
    """Return the issuer's application."""
    app = FastAPI(
        title="Development issuer",
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )

    @app.post("/token", responses=problems(BadRequest, Invalid))
    async def token(body: TokenRequest) -> TokenAnswer:
        """Sign in as anyone."""
        return issuer.issue(body)

    @app.post("/client-token", responses=problems(BadRequest, Unauthenticated))
    async def client_token(request: Request) -> TokenAnswer:
        """Sign in as a service, or as whom identity's assertion names, by client id and secret."""
        return issuer.issue_to_client(await request.body())

    @app.get("/jwks")
    async def jwks() -> dict[str, Any]:
        """Read the keys that verify the tokens."""
        return issuer.published()

    answer_with_problems(app)
    return app
