"""What endpoints of every service take from their process, as parameters."""

from typing import Annotated

from fastapi import Depends, Header, Request

from .blobs import Blobs
from .clock import Clock
from .keyring import Keyring
from .personal import Vault
from .problems import preferred_language


# Not plain functions: FastAPI would send those to a thread.
async def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.service.clock
    return clock


async def _keyring(request: Request) -> Keyring:
    keyring: Keyring = request.app.state.service.keyring
    return keyring


async def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.service.vault
    return vault


async def _blobs(request: Request) -> Blobs:
    blobs: Blobs = request.app.state.service.blobs
    return blobs


async def _language(accept_language: Annotated[str | None, Header()] = None) -> str:
    return preferred_language(accept_language)


ClockDep = Annotated[Clock, Depends(_clock)]
"""The service's clock."""

KeyringDep = Annotated[Keyring, Depends(_keyring)]
"""The service's keys."""

VaultDep = Annotated[Vault, Depends(_vault)]
"""The data keys of talents."""

BlobsDep = Annotated[Blobs, Depends(_blobs)]
"""The service's files."""

Language = Annotated[str, Depends(_language)]
"""In which language the caller reads, by Accept-Language: `zh` or `en`."""
