"""The data folder: databases and keys, for the eyes of its owner alone."""

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import OKPKey
from talent_kit.private_files import kept_secret, write_private


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
        return kept_secret(self.key_file(name))

    def issuer_key(self) -> OKPKey:
        """Return the development issuer's key, made at the first use."""
        path = self.key_file("issuer.json")
        if not path.exists():
            key = OKPKey.generate_key("Ed25519", {"kid": secrets.token_hex(8)})
            write_private(path, json.dumps(key.as_dict(private=True)))
        return OKPKey.import_key(json.loads(path.read_text()))
