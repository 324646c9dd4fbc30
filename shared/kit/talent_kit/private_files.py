"""Files for their owner's eyes alone: keys and secrets."""

import os
import secrets
from pathlib import Path


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads; after a crash it is there whole, or not at all."""
    temporary = path.with_name(f"{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def kept_secret(path: Path) -> str:
    """Return the secret in a file, which is made at the first use."""
    if not path.exists():
        write_private(path, secrets.token_urlsafe(32))
    return path.read_text("utf-8")
