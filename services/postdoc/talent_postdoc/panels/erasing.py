"""Experts who were erased: what they voted stays, who they were does not."""

from collections.abc import Collection

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.clock import Clock

from . import repository

NOBODY = "erased"


async def forget(session: AsyncSession, clock: Clock, logins: Collection[str]) -> None:
    """Remove name, login and reason for leaving of experts; they leave panels that are open."""
    seats = await repository.seats_of(session, logins)
    panels = await repository.locked(session, {seat.panel_id for seat in seats})
    for seat in seats:
        panel = panels[seat.panel_id]
        # Unlike others, since nobody sits on a panel twice.
        seat.login, seat.name_sealed, seat.reason_sealed = f"{NOBODY}:{seat.id}", None, None
        if panel.status == "open" and seat.left_at is None:
            seat.left_at, seat.left_as = clock.now(), NOBODY
        panel.changed_at = clock.now()
        panel.version += 1
        await audit.record(
            session,
            clock,
            actor=NOBODY,
            action="panel.member-erased",
            subject=f"panel:{panel.id}",
            region=panel.region,
            detail={"member": str(seat.id)},
        )
    await session.flush()
