"""Events where they concern who was erased, now or before, or what was granted already."""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    AttendanceRevoked,
    AttendanceState,
    EmploymentState,
    FellowState,
    GrantState,
    StationState,
    TalentErased,
    TalentState,
)
from talent_kit.clock import Clock
from talent_kit.personal import Vault

from ..disbursements import doubles
from ..facts import consumers as facts
from ..matters import consumers as matters
from ..models.settling import DifferenceKind
from . import erasure, repository

About = TypeVar("About", TalentState, EmploymentState, AttendanceState, FellowState, GrantState)


async def on_erased(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[TalentErased]
) -> None:
    """Erase talents here as well."""
    for event in events:
        await erasure.erase(session, vault, clock, event.talent_id)


async def on_talents(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[TalentState]
) -> None:
    """Keep who talents are; what was granted to their erased former selves counts as theirs.

    The former selves are erased by then, or now, so that nothing is granted to them afterwards.
    """
    living = await _of_living(session, events)
    carried: dict[UUID, set[UUID]] = {}
    for event in living:
        if event.formerly:
            person = await repository.person(session, event.talent_id)
            carried[event.talent_id] = set(person.formerly) if person else set()
    await facts.on_talents(vault, clock, session, living)
    for event in living:
        new = set(event.formerly) - carried.get(event.talent_id, set())
        for former in sorted(new):
            await erasure.erase(session, vault, clock, former)
            twice = await repository.carry_claims(session, former, event.talent_id)
            await doubles.raise_alarm(session, clock, twice)
        for former in sorted(new - await repository.included(session, new)):
            await repository.carry_counters(session, former, event.talent_id)
        carried.setdefault(event.talent_id, set()).update(new)


async def on_employments(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[EmploymentState]
) -> None:
    """Keep employments, but none of who was erased."""
    await facts.on_employments(vault, clock, session, await _of_living(session, events))


async def on_attendances(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[AttendanceState]
) -> None:
    """Keep who was at an activity, but none of who was erased; doubt what was granted for it."""
    await matters.on_attendances(vault, clock, session, await _of_living(session, events))
    revoked = {each.attendance_id for each in events if isinstance(each, AttendanceRevoked)}
    await doubles.doubt(session, clock, revoked, DifferenceKind.ATTENDANCE_REVOKED)


async def on_stations(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[StationState]
) -> None:
    """Keep postdoc stations; doubt what was granted for one that is not what it was."""
    changed = await matters.on_stations(vault, clock, session, events)
    await doubles.doubt(session, clock, changed, DifferenceKind.POSTDOC_CHANGED)


async def on_fellows(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[FellowState]
) -> None:
    """Keep fellowships, but none of who was erased; doubt what was granted for one undone."""
    changed = await matters.on_fellows(vault, clock, session, await _of_living(session, events))
    await doubles.doubt(session, clock, changed, DifferenceKind.POSTDOC_CHANGED)


async def on_grants(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[GrantState]
) -> None:
    """Keep grants, but none of who was erased; doubt what was paid of one that was ended."""
    changed = await matters.on_grants(vault, clock, session, await _of_living(session, events))
    await doubles.doubt(session, clock, changed, DifferenceKind.POSTDOC_CHANGED)


async def _of_living(session: AsyncSession, events: Sequence[About]) -> list[About]:
    talents = {event.talent_id for event in events} - {None}
    gone = await repository.erased(session, {who for who in talents if who is not None})
    return [event for event in events if event.talent_id not in gone]
