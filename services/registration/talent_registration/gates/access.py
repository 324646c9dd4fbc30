"""Who may do what at gates."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader, HTTPAuthorizationCredentials, HTTPBearer
from talent_kit.auth import Role, signed_in
from talent_kit.held_secrets import digest
from talent_kit.problems import Forbidden

from .code_keys import CodeKeys


@dataclass(frozen=True, slots=True)
class Doorkeeper:
    """Who scans: a device by the hash of its secret, or the activity's organiser by their login."""

    secret_hash: bytes | None
    login: str | None


_device = APIKeyHeader(
    name="Gate-Key", auto_error=False, description="Secret of a device enrolled at the gate"
)
_bearer = HTTPBearer(auto_error=False, description="Access token of the platform's issuer")


async def _doorkeeper(
    request: Request,
    secret: Annotated[str | None, Security(_device)],
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Doorkeeper:
    if secret is not None and credentials is None:
        return Doorkeeper(digest(secret), None)
    who = await signed_in(request, credentials)
    if Role.ORGANISER not in who.roles:
        raise Forbidden
    return Doorkeeper(None, who.subject)


AtTheDoor = Annotated[Doorkeeper, Depends(_doorkeeper)]
"""A device of the gate, or the organiser of its activity; which gate is checked with the record."""


async def _code_keys(request: Request) -> CodeKeys:
    keys: CodeKeys = request.app.state.service.code_keys
    return keys


CodeKeysDep = Annotated[CodeKeys, Depends(_code_keys)]
"""The keys that verify talent codes."""
