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


class NoAccount(Exception):  # noqa: N818 - an answer
    """The issuer gives this user no token: no account is linked, or it is switched off."""


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

        Raises NoAccount, IssuerUnavailable, SessionKeysError.
        """
        form = {"grant_type": _GRANT, "assertion": self._assertion(handle), **self._client}
        try:
            answer = await self._http.post(self._url, data=form)
            if answer.status_code == 400 and answer.json().get("error") == "invalid_grant":
                raise NoAccount
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
