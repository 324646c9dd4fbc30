"""What the endpoints of the registration service take from its process."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.blobs import Blobs
from talent_kit.clock import Clock
from talent_kit.keyring import Keyring
from talent_kit.personal import Vault


# Not a plain function: FastAPI would send that to a thread.
async def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.service.clock
    return clock


ClockDep = Annotated[Clock, Depends(_clock)]
"""The service's clock."""


async def _keyring(request: Request) -> Keyring:
    keyring: Keyring = request.app.state.service.keyring
    return keyring


KeyringDep = Annotated[Keyring, Depends(_keyring)]
"""The service's keys."""


async def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.service.vault
    return vault


VaultDep = Annotated[Vault, Depends(_vault)]
"""The data keys of talents."""


async def _blobs(request: Request) -> Blobs:
    blobs: Blobs = request.app.state.service.blobs
    return blobs


BlobsDep = Annotated[Blobs, Depends(_blobs)]
"""The service's files."""
