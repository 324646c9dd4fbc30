"""The keys that sign assertions for the issuer: a JSON file with one key per span of time.

Rotation: add a key that begins some minutes ahead and restart. It is published at once; the issuer
fetches the published set anew within seconds, and the key signs from its instant on.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from talent_kit.private_files import write_private

ALGORITHM = "ES256"
_CURVE = "P-256"


class SessionKeysError(Exception):
    """The key file cannot be read or does not fit; never carries its contents."""


@dataclass(frozen=True)
class SessionKey:
    """One key, and from when it signs."""

    key: ECKey
    starts: datetime


@dataclass(frozen=True)
class SessionKeys:
    """The keys of a deployment, the first to begin first."""

    keys: tuple[SessionKey, ...] = ()

    def signing(self, at: datetime) -> ECKey:
        """Return the key that began last; raises SessionKeysError where none has begun."""
        begun = [key for key in self.keys if key.starts <= at]
        if not begun:
            raise SessionKeysError("no session key has begun")
        return begun[-1].key

    def published(self) -> list[dict[str, Any]]:
        """Return the public half of every key, of those to come too."""
        public = [one.key.as_dict(private=False) for one in self.keys]
        return [{**one, "use": "sig", "alg": ALGORITHM} for one in public]


def create_session_keys(path: Path, *, at: datetime) -> None:
    """Write a key file with one key that signs from `at` on; keeps an existing file."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, [_new_key(at)])


def add_session_key(path: Path, *, starts: datetime) -> None:
    """Add a key that begins to sign at `starts`; until then it is only published."""
    _write(path, [*load_session_keys(path).keys, _new_key(starts)])


def load_session_keys(path: Path) -> SessionKeys:
    """Read a key file; raises SessionKeysError."""
    try:
        keys = [
            SessionKey(ECKey.import_key(one["jwk"]), datetime.fromisoformat(one["starts"]))
            for one in json.loads(path.read_text())["keys"]
        ]
        fitting = all(one.starts.tzinfo and one.key.curve_name == _CURVE for one in keys)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, JoseError):
        # Not chained: the cause may quote the file.
        raise SessionKeysError(f"cannot read the session keys in {path.name}") from None
    if not keys or not fitting:
        raise SessionKeysError(f"the session keys in {path.name} do not fit")
    return SessionKeys(tuple(sorted(keys, key=lambda one: one.starts)))


def _new_key(starts: datetime) -> SessionKey:
    key = ECKey.generate_key(_CURVE, {"kid": secrets.token_hex(8)})
    return SessionKey(key, starts.astimezone(UTC).replace(microsecond=0))


def _write(path: Path, keys: list[SessionKey]) -> None:
    document = {
        "keys": [
            {"jwk": one.key.as_dict(private=True), "starts": one.starts.isoformat()} for one in keys
        ]
    }
    write_private(path, json.dumps(document))
