"""Checking access tokens: issuer, audience, expiry and signature, with cached keys."""

import asyncio
import contextlib
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import extract_compact

_ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "RS256"]
_COOLDOWN = 10.0
"""Seconds between two fetches, so that forged key ids and a failing issuer cost little."""
_FIRST_COOLDOWN = 1.0
"""The same as long as no key is known at all."""
_REFRESH = 300.0
_LEEWAY = 30
_SKEW = 5.0
"""Seconds by which the issuer's clock may be behind where a key is newer than those known."""
_REMEMBERED = 4096
"""Tokens whose signature is not checked again while the issuer's keys stay the same."""


class TokenError(Exception):
    """The token is not acceptable; says no more, since the caller learns no more."""


class KeysUnavailable(Exception):  # noqa: N818 - it is the state, not the caller's error
    """The keys that would tell cannot be fetched now."""


class TokenVerifier:
    """Verifies tokens of one issuer for one audience.

    Keys come from `jwks_url`: `https:`/`http:` for an issuer, `file:` for the development issuer.
    """

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        jwks_url: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._jwks_url = jwks_url
        self._keys: KeySet | None = None
        self._known: frozenset[str] = frozenset()
        self._fetched = float("-inf")
        self._now = now
        self._known_at = float("-inf")
        """When the known keys were asked for, by the clock that tokens name."""
        self._tried = float("-inf")
        self._lock = asyncio.Lock()
        self._verified: OrderedDict[bytes, tuple[str, dict[str, Any]]] = OrderedDict()
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY,
            iss={"essential": True, "value": issuer},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
        )

    async def verify(self, token: str) -> dict[str, Any]:
        """Return the claims; raise TokenError, or KeysUnavailable."""
        digest = hashlib.sha256(token.encode()).digest()
        try:
            kid = self._verified[digest][0] if digest in self._verified else _key_id(token)
        except (JoseError, ValueError) as error:
            raise TokenError from error
        keys = await self._keys_for(kid)
        if kid not in self._known and _issued_at(token) > self._known_at - _SKEW:
            # By a key that is newer than those known, perhaps: its caller is to come again.
            raise KeysUnavailable
        try:
            # The keys may have been fetched anew meanwhile, and the signature counts for nothing.
            claims = self._signed(token, digest, kid, keys)
            self._claims.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise TokenError from error
        return dict(claims)

    def _signed(self, token: str, digest: bytes, kid: str, keys: KeySet) -> dict[str, Any]:
        """Return the claims of a token whose signature holds; a caller comes with it often."""
        if digest in self._verified:
            return self._verified[digest][1]
        claims = jwt.decode(token, keys, algorithms=_ALGORITHMS).claims
        self._verified[digest] = kid, claims
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)
        return claims

    async def _keys_for(self, kid: str) -> KeySet:
        known = kid in self._known
        stale = time.monotonic() - self._fetched > _REFRESH
        if not known or (stale and not self._lock.locked()):
            async with self._lock:
                await self._fetch(kid)
        if self._keys is None:
            raise KeysUnavailable
        return self._keys

    async def _fetch(self, kid: str) -> None:
        """Fetch the keys, unless that was tried a moment ago or another has just found this one."""
        now = time.monotonic()
        cooldown = _FIRST_COOLDOWN if self._keys is None else _COOLDOWN
        fresh = kid in self._known and now - self._fetched <= _REFRESH
        if fresh or now - self._tried <= cooldown:
            return
        self._tried = now
        asked_at = self._now()
        try:
            keys = _usable(await self._read())
        except (OSError, httpx2.HTTPError, ValueError, KeyError, TypeError):
            return  # keep what is known; without any, the caller gets KeysUnavailable
        self._keys = keys
        self._verified.clear()
        self._known = frozenset(str(key.kid) for key in keys.keys)
        self._fetched, self._known_at = time.monotonic(), asked_at

    async def _read(self) -> Any:
        parts = urlsplit(self._jwks_url)
        if parts.scheme == "file":
            return json.loads(await asyncio.to_thread(Path(unquote(parts.path)).read_text))
        async with httpx2.AsyncClient(timeout=5) as client:
            answer = await client.get(self._jwks_url)
            answer.raise_for_status()
            return answer.json()


def _usable(document: Any) -> KeySet:
    """Return the keys that we understand; a kind we do not know must not lock everyone out."""
    keys = []
    for entry in document["keys"]:
        with contextlib.suppress(JoseError, ValueError, KeyError, TypeError):
            keys.append(JWKRegistry.import_key(entry))
    return KeySet(keys)


def _key_id(token: str) -> str:
    if len(token) > 8192:
        raise ValueError
    return str(extract_compact(token.encode("ascii")).headers().get("kid", ""))


def _issued_at(token: str) -> float:
    """Return when a token says that it was issued, unproven; long ago where it says nothing."""
    try:
        return float(json.loads(extract_compact(token.encode("ascii")).payload)["iat"])
    except (JoseError, ValueError, TypeError, KeyError, OverflowError):
        return float("-inf")
