"""What deciding and matching need of their service, in one parameter."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from .cache import PackCache


@dataclass(frozen=True)
class Parts:
    """The service's clock, the data keys of talents, and its compiled packs."""

    clock: Clock
    vault: Vault
    packs: PackCache


# Not a plain function: FastAPI would send that to a thread.
async def _parts(request: Request) -> Parts:
    service = request.app.state.service
    return Parts(clock=service.clock, vault=service.vault, packs=service.packs)


PartsDep = Annotated[Parts, Depends(_parts)]
"""The same for an endpoint."""
