"""Talents who were erased: who they were is forgotten, what happened stays under a pseudonym."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import TalentErased
from talent_kit.blobs import Blobs
from talent_kit.clock import Clock
from talent_kit.idempotency import forget_answers
from talent_kit.personal import Vault

from ..candidacies import service as candidacies
from ..documents import service as documents
from ..panels import erasing as experts
from . import repository


async def on_erased(
    clock: Clock,
    vault: Vault,
    blobs: Blobs,
    session: AsyncSession,
    events: Sequence[TalentErased],
) -> None:
    """Withdraw what is open, let files and texts go, destroy the key, forget name and login."""
    gone = [event.talent_id for event in events]
    logins = await repository.logins(session, gone)
    await experts.forget(session, clock, logins)
    await repository.forget(session, gone, logins)
    await candidacies.forget(session, clock, gone)
    for talent_id in gone:
        await documents.forget(session, blobs, talent_id)
        await vault.destroy(session, talent_id)
    for login in logins:
        await forget_answers(session, login)
