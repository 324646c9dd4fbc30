"""The postdoc service's events of fellows."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import FellowState
from talent_kit.projections import project

from ..models import RegistryEntry
from . import repository


async def on_fellows(session: AsyncSession, events: Sequence[FellowState]) -> None:
    """Keep who has completed a station; who is erased is not entered again."""
    newest = {event.fellow_id: event for event in sorted(events, key=lambda each: each.version)}
    there = await repository.not_erased(session, {each.talent_id for each in newest.values()})
    completed = [
        RegistryEntry(
            id=event.fellow_id,
            talent_id=event.talent_id,
            kind="postdoc_completed",
            reached_on=event.ended_on,
            version=event.version,
        )
        for event in newest.values()
        if event.status == "completed" and event.ended_on and event.talent_id in there
    ]
    await project(session, completed)
    others = [each for each in newest.values() if each.status != "completed"]
    await repository.remove(session, [(each.fellow_id, each.version) for each in others])
