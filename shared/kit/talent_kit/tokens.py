"""Checking access tokens: issuer, audience, expiry and signature, with cached keys."""

import asyncio
import contextlib
import hashlib
import json
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx2
from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import JWKRegistry, KeySet, guess_key
from joserfc.jws import (
    CompactSignature,
    JWSRegistry,
    extract_compact,
    validate_compact,
)
from joserfc.util import urlsafe_b64decode

_REGISTRY = JWSRegistry(algorithms=["EdDSA", "Ed25519", "ES256", "RS256"])
_COOLDOWN = 10.0
"""Seconds between two fetches, so that forged key ids and a failing issuer cost little."""
_FIRST_COOLDOWN = 1.0
"""The same as long as no key is known at all."""
_REFRESH = 300.0
_LEEWAY = 30
_SKEW = 5.0
"""Seconds by which the issuer's clock may be behind where a key is newer than those known."""
_HEADERS = 64
_LONGEST = 8192
_REMEMBERED = 4096
"""Tokens whose signature is not checked again while the issuer's keys stay the same."""


class TokenError(Exception):
    """The token is not acceptable; says no more, since the caller learns no more."""


class KeysUnavailable(Exception):  # noqa: N818 - it is the state, not the caller's error
    """The keys that would tell cannot be fetched now."""


@dataclass(frozen=True, slots=True)
class _Signed:
    """The parts of a token; `head`, `payload` and `signature` as they are encoded."""

    head: bytes
    kid: str
    payload: bytes
    signature: bytes
    content: bytes
    """The payload, decoded."""
    parts: CompactSignature | None = None

    @property
    def compact(self) -> bytes:
        return b".".join((self.head, self.payload, self.signature))


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
        self._heads: dict[bytes, tuple[str, Any, Any]] = {}
        """Key id, algorithm and key by the encoded header of tokens that were good."""
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
        signed = None
        if digest in self._verified:
            kid = self._verified[digest][0]
        else:
            signed = self._taken_apart(token)
            kid = signed.kid
        keys = await self._keys_for(kid)
        try:
            # The keys may have been fetched anew meanwhile, and the signature counts for nothing.
            if digest in self._verified:
                claims = self._verified[digest][1]
            else:
                claims = self._checked(signed or self._taken_apart(token), keys)
                self._remember(digest, kid, claims)
            self._claims.validate(claims)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise TokenError from error
        return dict(claims)

    def _taken_apart(self, token: str) -> "_Signed":
        """Return the parts of a token, of which nothing is proven; raises TokenError."""
        try:
            if len(token) > _LONGEST:
                raise ValueError
            raw = token.encode("ascii")
            head, payload, signature = raw.split(b".")
            known = self._heads.get(head)
            if known is not None:
                return _Signed(head, known[0], payload, signature, urlsafe_b64decode(payload))
            parts = extract_compact(raw)
            kid = str(parts.headers().get("kid", ""))
            return _Signed(head, kid, payload, signature, parts.payload, parts)
        except (JoseError, ValueError, TypeError, AttributeError) as error:
            raise TokenError from error

    def _checked(self, signed: "_Signed", keys: KeySet) -> dict[str, Any]:
        """Return the claims of a token whose signature holds."""
        if signed.kid not in self._known and _issued_at(signed.content) > self._known_at - _SKEW:
            # By a key that is newer than those known, perhaps: its caller is to come again.
            raise KeysUnavailable
        known = self._heads.get(signed.head)
        if known is not None:
            _, algorithm, key = known
            said = signed.head + b"." + signed.payload
            if not algorithm.verify(said, urlsafe_b64decode(signed.signature), key):
                raise BadSignatureError
        else:
            parts = signed.parts or extract_compact(signed.compact)
            if not validate_compact(parts, keys, registry=_REGISTRY):
                raise BadSignatureError
            self._know(signed, parts, keys)
        return dict(json.loads(signed.content.decode()))

    def _know(self, signed: "_Signed", parts: CompactSignature, keys: KeySet) -> None:
        """Keep what the header of a good token comes to: an issuer writes the same in all."""
        header = parts.headers()
        if "crit" not in header and len(self._heads) < _HEADERS:
            algorithm = _REGISTRY.get_alg(header["alg"])
            self._heads[signed.head] = signed.kid, algorithm, guess_key(keys, parts, use="sig")

    def _remember(self, digest: bytes, kid: str, claims: dict[str, Any]) -> None:
        """Keep what a token says, since a caller comes with it often."""
        self._verified[digest] = kid, claims
        if len(self._verified) > _REMEMBERED:
            self._verified.popitem(last=False)

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
        self._heads.clear()
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


def _issued_at(content: bytes) -> float:
    """Return when a token says that it was issued, unproven; long ago where it says nothing."""
    try:
        return float(json.loads(content)["iat"])
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return float("-inf")
