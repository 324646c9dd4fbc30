"""The keys that sign talent codes: a JSON file with one key per span of time.

Rotation: add a key that begins later, restart, and every verifier that follows the published set
knows the key before it signs. A key may be taken out of the file once its last code has expired.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from talent_code import KeySet, SigningKey, TalentCodeError
from talent_kit.private_files import write_private


class CodeKeysError(Exception):
    """The key file cannot be read or does not fit; never carries its contents."""


@dataclass(frozen=True)
class CodeKeys:
    """The deployment's signing keys, and the set that is published of them."""

    issuer: str
    signing: tuple[SigningKey, ...]
    published: KeySet

    def current(self, at: datetime) -> SigningKey | None:
        """Return the key that signs at an instant: of those that may, the one that began last."""
        fitting = [key for key in self.signing if key.verifying_key.covers(at)]
        return max(fitting, key=lambda key: key.not_before, default=None)


def create_code_keys(path: Path, *, issuer: str, at: datetime, days: int = 730) -> None:
    """Write a key file with one key that signs from `at` on; keeps an existing file."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(path, issuer, [_new_key(issuer, at, days)])


def add_code_key(path: Path, *, starts: datetime, days: int = 730) -> None:
    """Add a key that begins to sign at `starts`; until then it is only published."""
    keys = load_code_keys(path)
    _write(path, keys.issuer, [*keys.signing, _new_key(keys.issuer, starts, days)])


def load_code_keys(path: Path) -> CodeKeys:
    """Read a key file; raises CodeKeysError."""
    try:
        document = json.loads(path.read_text())
        issuer = document["issuer"]
        signing = tuple(
            SigningKey.from_pem(
                member["pem"].encode(),
                issuer,
                datetime.fromisoformat(member["not_before"]),
                datetime.fromisoformat(member["not_after"]),
            )
            for member in document["keys"]
        )
        published = KeySet(key.verifying_key for key in signing)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, TalentCodeError):
        # Not chained: the cause may quote the file.
        raise CodeKeysError(f"cannot read the code keys in {path.name}") from None
    return CodeKeys(issuer, signing, published)


def _new_key(issuer: str, starts: datetime, days: int) -> SigningKey:
    begin = starts.astimezone(UTC).replace(microsecond=0)
    return SigningKey.generate(issuer, begin, begin + timedelta(days=days))


def _write(path: Path, issuer: str, keys: list[SigningKey]) -> None:
    document = {
        "issuer": issuer,
        "keys": [
            {
                "pem": key.to_pem().decode(),
                "not_before": key.not_before.isoformat(),
                "not_after": key.not_after.isoformat(),
            }
            for key in keys
        ],
    }
    write_private(path, json.dumps(document))
