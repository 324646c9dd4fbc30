"""What the convener changes about a panel until it concludes: members, the chair, its end."""

from collections.abc import Collection
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.keyring import Keyring

from ..models.panels import Panel, PanelMember
from . import errors, repository, seats, subjects
from .rules import COMPOSITION, Purpose
from .schemas import Chosen, Departure, Joining, PanelOut, Reasoned
from .service import convenes, leave, record, show, sitting_of, still_open, terms_of


async def join(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    panel_id: UUID,
    given: Joining,
) -> PanelOut:
    """Seat a further member, or one in the place of another, who leaves with it."""
    panel = await _of_convener(session, clock, who, panel_id)
    everybody = await repository.members(session, panel.id)
    if given.replaces is not None:
        leaving = _member(everybody, given.replaces, gone=True)
        if leaving.left_at is None:
            leave(clock, keyring, leaving, "replaced", given.reason)
            await session.flush()
    joining = seats.seat_of(given.member)
    if any(row.login == joining.login for row in everybody):
        raise errors.MemberTwice(field="body.member")
    subject = await subjects.find(session, Purpose(panel.purpose), panel.subject_id)
    sitting = [*seats.opened(keyring, sitting_of(everybody)), joining]
    near = await subjects.interests(session, keyring, subject)
    terms = await terms_of(session, panel)
    seats.check(Purpose(panel.purpose), sitting, near, terms, "body.member", joining=joining)
    row = seats.row_of(keyring, clock, panel.id, joining, given.replaces)
    session.add(row)
    replaced = None if given.replaces is None else str(given.replaces)
    await record(session, clock, who, panel, "joined", member=str(row.id), replaces=replaced)
    return await show(session, keyring, who, panel)


async def depart(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    panel_id: UUID,
    given: Departure,
) -> PanelOut:
    """Let a member leave; what they voted stays on record and does not count."""
    panel = await _of_convener(session, clock, who, panel_id)
    member = _member(await repository.members(session, panel.id), given.member_id)
    leave(clock, keyring, member, "left", given.reason)
    await record(session, clock, who, panel, "left", member=str(member.id))
    return await show(session, keyring, who, panel)


async def appoint_chair(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    panel_id: UUID,
    given: Chosen,
) -> PanelOut:
    """Make another member the chair."""
    panel = await _of_convener(session, clock, who, panel_id)
    sitting = sitting_of(await repository.members(session, panel.id))
    member = _member(sitting, given.member_id)
    if member.advisor and not COMPOSITION[Purpose(panel.purpose)].advisor_chairs:
        broken = {"code": "advisor-chairs", "needed": 0, "found": 1}
        raise errors.PanelComposition(field="body.member_id", breaches=[broken])
    for row in sitting:
        row.chair = False
    await session.flush()
    member.chair = True
    await record(session, clock, who, panel, "chair-appointed", member=str(member.id))
    return await show(session, keyring, who, panel)


async def dissolve(
    session: AsyncSession,
    clock: Clock,
    keyring: Keyring,
    who: Principal,
    panel_id: UUID,
    given: Reasoned,
) -> PanelOut:
    """Dissolve a panel before it concluded: another can be convened."""
    panel = await _of_convener(session, clock, who, panel_id)
    panel.status = "dissolved"
    panel.minutes_sealed = seats.sealed(keyring, given.reason, "panel", "minutes", panel.id)
    await record(session, clock, who, panel, "dissolved")
    return await show(session, keyring, who, panel)


async def _of_convener(
    session: AsyncSession, clock: Clock, who: Principal, panel_id: UUID
) -> Panel:
    """Return an open panel of the caller's side, locked; raises PanelNotFound, PanelState."""
    panel = await repository.by_id(session, panel_id, for_update=True)
    if panel is None or not await convenes(session, clock, who, panel):
        raise errors.PanelNotFound
    return still_open(panel)


def _member(
    members: Collection[PanelMember], member_id: UUID, *, gone: bool = False
) -> PanelMember:
    """Return a member; where one who is `gone` may be meant, unless another has their place."""
    taken = {row.replaces for row in members}
    for row in members:
        if row.id == member_id and (row.left_at is None or (gone and row.id not in taken)):
            return row
    raise errors.MemberNotFound
