"""What published packs do to the matches of their regions."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import PackPublished
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from . import runs


async def on_packs(
    _: Vault, clock: Clock, session: AsyncSession, events: Sequence[PackPublished]
) -> None:
    """Match the population of each pack's region again."""
    for event in events:
        key = f"{event.pack_id}:{event.version}"
        await runs.begin(session, clock, "pack", key, event.region)
