"""What the identity service's process holds."""

from collections.abc import Collection
from typing import Annotated

from fastapi import Depends, Request
from opentelemetry.sdk.trace.export import SpanExporter
from talent_kit.clock import Clock
from talent_kit.service import Service

from .accounts import Accounts, open_accounts
from .code_keys import CodeKeys, load_code_keys
from .settings import IdentitySettings


class IdentityService(Service):
    """The kit's parts, the keys that sign talent codes, and what stands behind a sign-in."""

    settings: IdentitySettings

    def __init__(
        self,
        settings: IdentitySettings,
        *,
        subscribed_types: Collection[str] = (),
        clock: Clock | None = None,
        exporter: SpanExporter | None = None,
        accounts: Accounts | None = None,
    ) -> None:
        super().__init__(
            "identity",
            settings,
            subscribed_types=subscribed_types,
            clock=clock,
            exporter=exporter,
        )
        self.code_keys: CodeKeys = load_code_keys(settings.code_keys_file)
        self.accounts = accounts or open_accounts(settings)

    async def close(self) -> None:
        await self.accounts.close()
        await super().close()


# Not a plain function: FastAPI would send that to a thread.
async def _parts(request: Request) -> IdentityService:
    service: IdentityService = request.app.state.service
    return service


Parts = Annotated[IdentityService, Depends(_parts)]
"""The service that answers this request: clock, vault, key ring and code keys."""
