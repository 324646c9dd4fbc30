"""The keys that sign codes, and the published set that verifies them."""

import base64
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Self

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from .errors import ErrorCode, TalentCodeError
from .instants import utc_second

KID_LENGTH = 8
_ISSUER = re.compile(r"[A-Z0-9-]{2,8}", re.ASCII)


def checked_issuer(issuer: str) -> str:
    """Return a legal issuer: 2 to 8 capitals, digits or dashes; else ValueError."""
    if not _ISSUER.fullmatch(issuer):
        raise ValueError("an issuer is 2 to 8 capitals, digits or dashes")
    return issuer


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass(frozen=True)
class VerifyingKey:
    """A public Ed25519 key of one issuer, for codes issued from not_before until before not_after.

    Codes outlive the window: withdraw a key from the published set to refuse all that it signed.
    """

    issuer: str
    public: bytes
    not_before: datetime
    not_after: datetime

    def __post_init__(self) -> None:
        checked_issuer(self.issuer)
        object.__setattr__(self, "not_before", utc_second(self.not_before))
        object.__setattr__(self, "not_after", utc_second(self.not_after))
        if self.not_before >= self.not_after:
            raise ValueError("a key's window must not be empty")
        # A bad key fails where it is made, not at its first use.
        _ = self._key

    @cached_property
    def _key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self.public)

    @cached_property
    def kid(self) -> bytes:
        """The first 8 bytes of the key's RFC 7638 thumbprint (SHA-256)."""
        members = {"crv": "Ed25519", "kty": "OKP", "x": _base64url(self.public)}
        canonical = json.dumps(members, separators=(",", ":")).encode()
        return hashlib.sha256(canonical).digest()[:KID_LENGTH]

    def covers(self, issued_at: datetime) -> bool:
        """Whether this key may sign a code issued at that instant."""
        return self.not_before <= issued_at < self.not_after

    def verify(self, signature: bytes, signed: bytes) -> None:
        """Raise TalentCodeError (bad-signature) unless this key made the signature."""
        try:
            self._key.verify(signature, signed)
        except InvalidSignature:
            raise TalentCodeError(ErrorCode.BAD_SIGNATURE) from None

    def to_jwk(self) -> dict[str, str | int]:
        """The key as a JWK (RFC 8037), with `iss`, `nbf` and `exp` for issuer and window."""
        return {
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": _base64url(self.kid),
            "x": _base64url(self.public),
            "iss": self.issuer,
            "nbf": int(self.not_before.timestamp()),
            "exp": int(self.not_after.timestamp()),
        }

    @classmethod
    def from_jwk(cls, jwk: dict[str, object]) -> Self:
        """Read a JWK as `to_jwk` writes it; raises TalentCodeError (malformed-keys)."""
        try:
            match jwk:
                case {"x": str(x), "iss": str(issuer), "nbf": int(start), "exp": int(end)}:
                    key = cls(
                        issuer=issuer,
                        public=base64.urlsafe_b64decode(x + "=" * (-len(x) % 4)),
                        not_before=datetime.fromtimestamp(start, UTC),
                        not_after=datetime.fromtimestamp(end, UTC),
                    )
                case _:
                    raise TalentCodeError(ErrorCode.MALFORMED_KEYS)
        except (ValueError, OverflowError, OSError):
            raise TalentCodeError(ErrorCode.MALFORMED_KEYS) from None
        written = key.to_jwk()
        if any(jwk.get(name, value) != value for name, value in written.items()):
            raise TalentCodeError(ErrorCode.MALFORMED_KEYS)
        return key


@dataclass(frozen=True)
class SigningKey:
    """A private Ed25519 key of one issuer; its text form shows nothing of the secret."""

    private: Ed25519PrivateKey = field(repr=False)
    issuer: str
    not_before: datetime
    not_after: datetime

    @cached_property
    def verifying_key(self) -> VerifyingKey:
        """The key to publish."""
        public = self.private.public_key().public_bytes_raw()
        return VerifyingKey(self.issuer, public, self.not_before, self.not_after)

    def __post_init__(self) -> None:
        _ = self.verifying_key

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the Ed25519 signature."""
        return self.private.sign(data)

    @classmethod
    def generate(cls, issuer: str, not_before: datetime, not_after: datetime) -> Self:
        """Make a new key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate(), issuer, not_before, not_after)

    @classmethod
    def from_seed(cls, seed: bytes, issuer: str, not_before: datetime, not_after: datetime) -> Self:
        """Load the 32 secret bytes of RFC 8032."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed), issuer, not_before, not_after)

    @classmethod
    def from_pem(cls, pem: bytes, issuer: str, not_before: datetime, not_after: datetime) -> Self:
        """Load an unencrypted PKCS#8 PEM; raises TalentCodeError (malformed-keys)."""
        try:
            private = serialization.load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise TalentCodeError(ErrorCode.MALFORMED_KEYS) from None
        if not isinstance(private, Ed25519PrivateKey):
            raise TalentCodeError(ErrorCode.MALFORMED_KEYS)
        return cls(private, issuer, not_before, not_after)

    def to_pem(self) -> bytes:
        """The secret as unencrypted PKCS#8 PEM, for a secret store."""
        return self.private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


class KeySet:
    """The verifying keys a verifier trusts, found by key id; ValueError when two share an id."""

    def __init__(self, keys: Iterable[VerifyingKey]) -> None:
        ordered = tuple(keys)
        self._by_kid = {key.kid: key for key in ordered}
        if len(self._by_kid) != len(ordered):
            raise ValueError("two keys of a set share a key id")

    def __iter__(self) -> Iterator[VerifyingKey]:
        return iter(self._by_kid.values())

    def __len__(self) -> int:
        return len(self._by_kid)

    def find(self, kid: bytes) -> VerifyingKey:
        """The key with that id; raises TalentCodeError (unknown-key)."""
        try:
            return self._by_kid[kid]
        except KeyError:
            raise TalentCodeError(ErrorCode.UNKNOWN_KEY) from None

    def to_json(self) -> str:
        """The set as JWKS text, for publishing."""
        return json.dumps({"keys": [key.to_jwk() for key in self]})

    @classmethod
    def from_json(cls, text: str | bytes, *, issuer: str) -> Self:
        """Load the JWKS that one issuer publishes; join several with `KeySet([*a, *b])`.

        Keys of other types are passed over. A key that claims another issuer, so that one city
        could sign for another, raises TalentCodeError (wrong-issuer); anything else that is wrong
        raises malformed-keys.
        """
        try:
            match json.loads(text):
                case {"keys": [*members]}:
                    jwks = [member for member in members if isinstance(member, dict)]
                case _:
                    raise TalentCodeError(ErrorCode.MALFORMED_KEYS)
            known = [jwk for jwk in jwks if (jwk.get("kty"), jwk.get("crv")) == ("OKP", "Ed25519")]
            keys = cls(VerifyingKey.from_jwk(jwk) for jwk in known)
        except (ValueError, RecursionError):
            raise TalentCodeError(ErrorCode.MALFORMED_KEYS) from None
        if any(key.issuer != issuer for key in keys):
            raise TalentCodeError(ErrorCode.WRONG_ISSUER)
        return keys
