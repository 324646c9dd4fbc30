"""The data folder: databases and keys, for the eyes of its owner alone."""

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import OKPKey


@dataclass(frozen=True)
class DataFolder:
    """Where everything that outlives the process stands."""

    path: Path

    @property
    def postgres(self) -> Path:
        return self.path / "postgres"

    def key_file(self, name: str) -> Path:
        return self.path / "keys" / name

    def make(self) -> None:
        """Make the folders; raises OSError."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        (self.path / "keys").mkdir(mode=0o700, exist_ok=True)

    def secret(self, name: str) -> str:
        """Return a secret between two parts of the platform, made at the first use."""
        path = self.key_file(name)
        if not path.exists():
            write_private(path, secrets.token_urlsafe(32))
        return path.read_text()

    def issuer_key(self) -> OKPKey:
        """Return the development issuer's key, made at the first use."""
        path = self.key_file("issuer.json")
        if not path.exists():
            key = OKPKey.generate_key("Ed25519", {"kid": secrets.token_hex(8)})
            write_private(path, json.dumps(key.as_dict(private=True)))
        return OKPKey.import_key(json.loads(path.read_text()))


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads; after a crash it is there whole, or not at all."""
    temporary = path.with_name(f"{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)
