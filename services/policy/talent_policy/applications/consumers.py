"""What the payments of an application do to it."""

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts.policy import PaymentState
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from . import service as applications


async def on_payment(_: Vault, __: Clock, session: AsyncSession, event: PaymentState) -> None:
    """Let an application follow its payments."""
    await applications.follow_payments(session, event.application_id)
