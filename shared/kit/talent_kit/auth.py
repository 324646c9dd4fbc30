"""Who calls, and what kinds of caller an endpoint admits.

Access is a type: each noun names its own (`ReviewerOf`, `ApplicantWrite`) from `role(...)`. Every
service verifies the token itself and trusts no header of the gateway's.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from .clock import Clock, local_date
from .problems import Forbidden, Text, Unauthenticated, Unavailable
from .regions import region_and_below, regions
from .tokens import KeysUnavailable, TokenError, TokenVerifier


class Role(StrEnum):
    """What a token's `realm_access.roles` may grant."""

    TALENT = "talent"
    EMPLOYER = "employer"
    REVIEWER = "reviewer"
    FINANCE = "finance"
    POLICY_ADMIN = "policy_admin"
    STATION_ADMIN = "station_admin"
    ORGANISER = "organiser"
    SCANNER = "scanner"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    SERVICE = "service"


@dataclass(frozen=True)
class Principal:
    """Who is signed in. `employer` only selects; what the subject may do for it is data."""

    subject: str
    roles: frozenset[Role]
    region: str | None
    employer: UUID | None

    def oversees(self, region: str, clock: Clock) -> bool:
        """Tell whether a region lies in this staff member's own, today."""
        if self.region is None:
            return False
        return bool(regions().within(region, self.region, local_date(clock.now())))

    def regions(self, clock: Clock) -> tuple[str, ...]:
        """Return the codes of the regions that this staff member oversees today."""
        if self.region is None:
            return ()
        return region_and_below(self.region, local_date(clock.now()))


class OutsideRegion(Forbidden):
    code = "outside-region"
    title = Text("不在您负责的地区", "Outside your region")


_bearer = HTTPBearer(auto_error=False, description="Access token of the platform's issuer")


async def principal_of(token: str, tokens: TokenVerifier) -> Principal:
    """Return who a token speaks for; raises Unauthenticated, or Unavailable without keys."""
    try:
        return _principal(await tokens.verify(token))
    except TokenError as error:
        raise Unauthenticated from error
    except KeysUnavailable as error:
        raise Unavailable from error


def _principal(claims: dict[str, Any]) -> Principal:
    access = claims.get("realm_access")
    granted = access.get("roles", []) if isinstance(access, dict) else []
    employer = claims.get("employer")
    region = claims.get("region")
    try:
        return Principal(
            subject=str(claims["sub"]),
            roles=frozenset(Role(name) for name in granted if name in _ROLE_NAMES),
            region=str(region) if region else None,
            employer=UUID(str(employer)) if employer else None,
        )
    except (ValueError, TypeError) as error:
        raise TokenError from error


_ROLE_NAMES = frozenset(Role)


async def signed_in(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
) -> Principal:
    """Return the caller; raises Unauthenticated."""
    if credentials is None:
        raise Unauthenticated
    principal = await principal_of(credentials.credentials, request.app.state.service.tokens)
    request.state.principal = principal
    return principal


SignedIn = Annotated[Principal, Depends(signed_in)]


def role(*admitted: Role) -> Callable[..., Coroutine[Any, Any, Principal]]:
    """Return a dependency that admits callers with any of the roles; raises Forbidden."""

    async def check(who: SignedIn) -> Principal:
        if who.roles.isdisjoint(admitted):
            raise Forbidden
        return who

    return check


def staff(*admitted: Role) -> Callable[..., Coroutine[Any, Any, Principal]]:
    """Like `role`, for staff who work in a region: the token must name one."""

    async def check(who: Annotated[Principal, Depends(role(*admitted))]) -> Principal:
        if who.region is None:
            raise Forbidden(field="token.region")
        return who

    return check
