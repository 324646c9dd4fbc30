"""The service's parts as endpoint parameters."""

from typing import Annotated

from fastapi import Depends, Request
from talent_kit.clock import Clock
from talent_kit.personal import Vault
from talent_kit.problems import preferred_language

from .settings import PolicySettings


async def _clock(request: Request) -> Clock:
    clock: Clock = request.app.state.service.clock
    return clock


async def _vault(request: Request) -> Vault:
    vault: Vault = request.app.state.service.vault
    return vault


async def _settings(request: Request) -> PolicySettings:
    settings: PolicySettings = request.app.state.service.settings
    return settings


async def _language(request: Request) -> str:
    return preferred_language(request.headers.get("accept-language"))


ClockDep = Annotated[Clock, Depends(_clock)]
VaultDep = Annotated[Vault, Depends(_vault)]
SettingsDep = Annotated[PolicySettings, Depends(_settings)]
Language = Annotated[str, Depends(_language)]
"""`zh` or `en`, by Accept-Language."""
