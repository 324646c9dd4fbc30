"""What the payments of an application do to it."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts.policy import PaymentRecoveryState, PaymentState
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from . import service as applications


async def on_payments(
    _: Vault,
    clock: Clock,
    session: AsyncSession,
    events: Sequence[PaymentState | PaymentRecoveryState],
) -> None:
    """Let applications follow payments and recoveries."""
    await applications.follow_payments(session, clock, {event.application_id for event in events})
