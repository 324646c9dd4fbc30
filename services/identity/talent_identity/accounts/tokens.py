"""Tokens for a talent who signed in elsewhere: the JWT authorization grant (RFC 7523)."""

from datetime import timedelta
from typing import NamedTuple

import httpx2
from joserfc import jwt
from talent_kit.clock import Clock, SystemClock
from talent_kit.identifiers import new_id

from ..session_keys import ALGORITHM, SessionKeys

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFE = timedelta(seconds=30)


_MISSING = {"User not found"}
_BLOCKED = {"User is not enabled", "Account is not fully set up"}
"""What Keycloak says of an assertion that it takes; of one that it does not, it says other things,
such as before it knows a new key, and that must end nobody's session."""


class NoAccount(Exception):  # noqa: N818 - an answer
    """No account is linked to this user."""


class AccountBlocked(Exception):  # noqa: N818 - an answer
    """The account is switched off."""


class IssuerUnavailable(ConnectionError):  # noqa: N818 - a state that passes
    """The issuer gave no answer, or none that counts."""


class Token(NamedTuple):
    """An access token, and for how many seconds it holds."""

    value: str
    expires_in: int


class AssertionGrant:
    """Gets tokens at the issuer for users of whom this service assures it.

    Assertions have the machine's time, whatever the service's clock is shifted by.
    """

    def __init__(
        self,
        token_url: str,
        *,
        keys: SessionKeys,
        issuer: str,
        audience: str,
        client_id: str,
        client_secret: str,
        timeout: float,
        clock: Clock | None = None,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = token_url
        self._keys = keys
        self._issuer = issuer
        self._audience = audience
        self._client = {"client_id": client_id, "client_secret": client_secret}
        self._clock = clock or SystemClock()
        self._http = httpx2.AsyncClient(timeout=timeout, transport=transport)

    async def token(self, handle: str) -> Token:
        """Return a token of the account that a handle is linked to.

        Raises NoAccount, AccountBlocked, IssuerUnavailable, SessionKeysError.
        """
        form = {"grant_type": _GRANT, "assertion": self._assertion(handle), **self._client}
        try:
            answer = await self._http.post(self._url, data=form)
            if answer.status_code == 400:
                _refuse(str(answer.json().get("error_description")))
            answer.raise_for_status()
            found = answer.json()
            return Token(str(found["access_token"]), int(found["expires_in"]))
        except (httpx2.HTTPError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise IssuerUnavailable(type(error).__name__) from None

    def _assertion(self, handle: str) -> str:
        now = self._clock.now()
        key = self._keys.signing(now)
        claims = {
            "iss": self._issuer,
            "sub": handle,
            "aud": self._audience,
            "iat": int(now.timestamp()),
            "exp": int((now + _LIFE).timestamp()),
            "jti": str(new_id()),
        }
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid}, claims, key, algorithms=[ALGORITHM])

    async def close(self) -> None:
        await self._http.aclose()


def _refuse(said: str) -> None:
    if said in _MISSING:
        raise NoAccount
    if said in _BLOCKED:
        raise AccountBlocked
