"""`/v1/panels`."""

import asyncio
from importlib import import_module
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import ChangesNothing, Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, KeyringDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..documents.errors import DocumentsMissing
from ..parts import IdentityDep, SettingsDep
from . import changing, errors, experts, reading, service
from .access import Convener, PanelMemberOrReader
from .schemas import (
    Chosen,
    Departure,
    ExpertFound,
    ExpertSought,
    Joining,
    NewMinutes,
    NewPanel,
    NewVote,
    PanelOut,
    PanelRow,
    Reasoned,
)

router = noun_router("/panels", "panels")

_ACT = (Unauthenticated, InProgress, KeyReused, Invalid, errors.PanelNotFound, errors.PanelState)
_CONVENED = (*_ACT, Forbidden, NotAnAgent, EmployerNotChosen)
_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_CONVENED,
        OutsideRegion,
        errors.PanelSubjectNotFound,
        errors.PanelExists,
        errors.PanelComposition,
        errors.MemberTwice,
        errors.MemberConflict,
        DocumentsMissing,
    ),
)
async def convene(
    body: NewPanel, who: Convener, session: SessionDep, clock: ClockDep, keyring: KeyringDep
) -> PanelOut:
    """Convene a panel: as the unit for its fellows, as the office for stations and grants."""
    return await service.convene(session, clock, keyring, who, body)


@router.post(
    "/experts",
    dependencies=[ChangesNothing],
    responses=problems(
        Unauthenticated, Forbidden, Invalid, errors.ExpertNotFound, errors.ExpertsNotAsked
    ),
)
async def find_expert(
    body: ExpertSought, who: Convener, identity: IdentityDep, session: SessionDep, clock: ClockDep
) -> ExpertFound:
    """Find the login of an expert by their identity document, to seat them; audited.

    Takes no Idempotency-Key: it changes nothing but the audit log, where each question counts.
    """
    # Before the database is asked for anything: no transaction waits for identity.
    talent_id = await experts.talent_of(identity, body)
    return await experts.find(session, clock, who, talent_id)


@router.get("", responses=problems(Unauthenticated, NotAnAgent, EmployerNotChosen, CursorInvalid))
async def list_seen(
    who: PanelMemberOrReader,
    page: PageDep,
    session: SessionDep,
    clock: ClockDep,
    view: Annotated[
        reading.View, Query(description="As a member, or as whose panels they are.")
    ] = "member",
    subject_id: UUID | None = None,
) -> Page[PanelRow]:
    """List the panels on which you sit; or those of your unit, or of your region as staff."""
    return await reading.list_seen(session, clock, who, view, subject_id, page)


@router.get("/{panel_id}", responses=problems(Unauthenticated, Invalid, errors.PanelNotFound))
async def read(
    panel_id: UUID,
    who: PanelMemberOrReader,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelOut:
    """Read a panel with its members; votes of others show once it has concluded."""
    return await reading.read(session, clock, keyring, who, panel_id)


@router.post(
    "/{panel_id}/members",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_CONVENED,
        errors.MemberNotFound,
        errors.PanelComposition,
        errors.MemberTwice,
        errors.MemberConflict,
    ),
)
async def join(
    panel_id: UUID,
    body: Joining,
    who: Convener,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelOut:
    """Seat a further member, or one in the place of another."""
    return await changing.join(session, clock, keyring, who, panel_id, body)


@router.post(
    "/{panel_id}/departures",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_CONVENED, errors.MemberNotFound),
)
async def depart(
    panel_id: UUID,
    body: Departure,
    who: Convener,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelOut:
    """Record that a member leaves: their vote stays on record and does not count."""
    return await changing.depart(session, clock, keyring, who, panel_id, body)


@router.post(
    "/{panel_id}/chair",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_CONVENED, errors.MemberNotFound, errors.PanelComposition),
)
async def appoint_chair(
    panel_id: UUID,
    body: Chosen,
    who: Convener,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelOut:
    """Make a member the chair in place of another."""
    return await changing.appoint_chair(session, clock, keyring, who, panel_id, body)


@router.post(
    "/{panel_id}/dissolution",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_CONVENED),
)
async def dissolve(
    panel_id: UUID,
    body: Reasoned,
    who: Convener,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelOut:
    """Dissolve a panel that has not concluded; another can be convened."""
    return await changing.dissolve(session, clock, keyring, who, panel_id, body)


@router.post(
    "/{panel_id}/recusal",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_ACT),
)
async def recuse(
    panel_id: UUID,
    body: Reasoned,
    who: PanelMemberOrReader,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelOut:
    """Leave a panel for a conflict of interest (回避) that you declare."""
    return await service.recuse(session, clock, keyring, who, panel_id, body)


@router.post(
    "/{panel_id}/votes",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(*_ACT, errors.VoteInvalid, errors.MustRecuse),
)
async def vote(
    panel_id: UUID,
    body: NewVote,
    who: PanelMemberOrReader,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelOut:
    """Vote as a member, from wherever you are; until the panel concludes, your last vote counts."""
    return await service.vote(session, clock, keyring, who, panel_id, body)


@router.post(
    "/{panel_id}/conclusion",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_ACT, errors.NotTheChair, errors.PanelIncomplete, errors.MustRecuse, errors.NoQuorum
    ),
)
async def conclude(
    panel_id: UUID,
    body: NewMinutes,
    who: PanelMemberOrReader,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
) -> PanelOut:
    """Conclude as the chair: the grade follows from the votes; with it, put minutes on record."""
    return await service.conclude(session, clock, keyring, who, panel_id, body)


@router.get(
    "/{panel_id}/minutes.pdf",
    response_class=Response,
    responses=_PDF
    | problems(Unauthenticated, Invalid, errors.PanelNotFound, errors.PanelNotConcluded),
)
async def minutes(
    panel_id: UUID,
    who: PanelMemberOrReader,
    session: SessionDep,
    clock: ClockDep,
    keyring: KeyringDep,
    settings: SettingsDep,
) -> Response:
    """Get the minutes of a concluded panel as PDF."""
    panel, station = await reading.minutes(session, clock, keyring, who, panel_id)
    # Only now: most processes never draw anything.
    drawing = import_module(".drawing", __package__)
    content = await asyncio.to_thread(drawing.drawn, panel, station, settings.paper_font)
    return Response(content, media_type="application/pdf", headers={"Cache-Control": "no-store"})
