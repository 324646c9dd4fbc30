"""One service's key ring: keys that wrap others, find blindly, and sign seals.

The file is JSON, readable by the service's account alone. Sealed bytes are: one byte format, one
byte algorithm (1: AES-256-GCM), 4 bytes key id, 12 bytes nonce, ciphertext; so that keys can
rotate and another algorithm can come.
"""

import base64
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .private_files import write_private

_HEAD = bytes([1, 1])
"""Format and algorithm."""
_PREFIX = 6
_NONCE = 12


class KeyringError(Exception):
    """The key ring cannot be read, or sealed bytes do not open; never carries contents."""


def seal_with(cipher: AESGCM, key_id: bytes, plain: bytes, place: bytes) -> bytes:
    """Encrypt bytes for one place: the associated data names table, column and row."""
    prefix = _HEAD + key_id
    nonce = os.urandom(_NONCE)
    return prefix + nonce + cipher.encrypt(nonce, plain, prefix + place)


def open_with(cipher: AESGCM, sealed: bytes, place: bytes) -> bytes:
    """Decrypt what `seal_with` made for the same place; raises KeyringError."""
    prefix, nonce = sealed[:_PREFIX], sealed[_PREFIX : _PREFIX + _NONCE]
    if not prefix.startswith(_HEAD) or len(nonce) != _NONCE:
        raise KeyringError("unknown format or algorithm")
    try:
        return cipher.decrypt(nonce, sealed[_PREFIX + _NONCE :], prefix + place)
    except InvalidTag as error:
        raise KeyringError("does not open") from error


@dataclass(frozen=True)
class Keyring:
    """The keys of one service; older wrapping keys stay until nothing needs them."""

    current: bytes
    wrapping: dict[bytes, AESGCM]
    index_key: bytes
    seal_key: Ed25519PrivateKey
    seal_key_id: str

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """Encrypt with the current wrapping key."""
        return seal_with(self.wrapping[self.current], self.current, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """Decrypt with whichever wrapping key made it; raises KeyringError."""
        cipher = self.wrapping.get(sealed[2:_PREFIX])
        if cipher is None:
            raise KeyringError("unknown key")
        return open_with(cipher, sealed, place)

    def blind_index(self, kind: str, value: str) -> bytes:
        """Return the keyed hash by which an encrypted value is found; normalise it first."""
        return hmac.digest(self.index_key, f"{kind}\n{value}".encode(), "sha256")


def create_keyring(path: Path) -> None:
    """Write a new key ring, for its owner's eyes only; keeps an existing one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key_id = secrets.token_hex(4)
    document = {
        "current": key_id,
        "wrapping": {key_id: _encode(secrets.token_bytes(32))},
        "index": _encode(secrets.token_bytes(32)),
        "seal": {
            "id": secrets.token_hex(4),
            "key": _encode(Ed25519PrivateKey.generate().private_bytes_raw()),
        },
    }
    write_private(path, json.dumps(document))


def load_keyring(path: Path) -> Keyring:
    """Read a key ring; raises KeyringError."""
    try:
        document = json.loads(path.read_text())
        return Keyring(
            current=bytes.fromhex(document["current"]),
            wrapping={
                bytes.fromhex(key_id): AESGCM(base64.b64decode(key))
                for key_id, key in document["wrapping"].items()
            },
            index_key=base64.b64decode(document["index"]),
            seal_key=Ed25519PrivateKey.from_private_bytes(
                base64.b64decode(document["seal"]["key"])
            ),
            seal_key_id=document["seal"]["id"],
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeyringError(f"cannot read the key ring {path.name}") from error


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
