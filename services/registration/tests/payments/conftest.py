"""The service with a payment provider that does what the test says."""

import pytest_asyncio
from talent_kit.testing.services import MovableClock

from ..world import NOON, World
from .desk import Desk
from .scripted_provider import ScriptedProvider


@pytest_asyncio.fixture
async def desk(registration_factory):
    clock = MovableClock(NOON)
    provider = ScriptedProvider(clock.now)
    async with registration_factory.running(clock=clock, parts={"provider": provider}) as running:
        yield Desk(World(running), provider)
