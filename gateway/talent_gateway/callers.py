"""Who calls: the token check at the edge. Each service verifies the token again itself."""

import time
from collections import OrderedDict
from collections.abc import Callable

from talent_kit.problems import Unauthenticated, Unavailable
from talent_kit.tokens import KeysUnavailable, TokenError, TokenVerifier

_KEPT_SECONDS = 60.0
"""A token whose key was withdrawn is accepted here for as long at most."""
_MOST = 10_000


class Callers:
    """Tells who a token speaks for, and remembers it briefly, since signature checks cost."""

    def __init__(self, tokens: TokenVerifier, *, now: Callable[[], float] = time.time) -> None:
        self._tokens = tokens
        self._now = now
        self._known: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        """By the header as it came: a digest of it would take longer than all else here."""

    def known(self, authorization: bytes) -> str | None:
        """Return the subject of a bearer token that was good a moment ago."""
        known = self._known.get(authorization)
        if known is None or known[1] <= self._now():
            return None
        self._known.move_to_end(authorization)
        return known[0]

    async def subject(self, authorization: bytes) -> str:
        """Return the subject of a bearer token; raises Unauthenticated or Unavailable."""
        if (subject := self.known(authorization)) is not None:
            return subject
        scheme, _, token = authorization.partition(b" ")
        token = token.strip()
        if scheme.lower() != b"bearer" or not token:
            raise _refusal()
        try:
            claims = await self._tokens.verify(token.decode("ascii"))
            subject, expiry = str(claims["sub"]), float(claims["exp"])
        except (TokenError, ValueError, OverflowError) as error:
            raise _refusal() from error
        except KeysUnavailable as error:
            raise Unavailable from error
        self._known[authorization] = (subject, min(expiry, self._now() + _KEPT_SECONDS))
        self._known.move_to_end(authorization)
        if len(self._known) > _MOST:
            self._known.popitem(last=False)
        return subject


def _refusal() -> Unauthenticated:
    return Unauthenticated(headers={"WWW-Authenticate": 'Bearer error="invalid_token"'})
