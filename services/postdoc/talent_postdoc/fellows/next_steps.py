"""What comes next in a fellowship: who may record what, and which documents that will ask for."""

from typing import get_args

from sqlmodel.ext.asyncio.session import AsyncSession

from ..documents import service as documents
from ..documents.schemas import Wanted
from ..models.fellows import Fellow
from .acts import ACTS, BEFORE, Act, Kind, Side, Status
from .conditions import required
from .periods import notice_until
from .preparing import cases, unmet_conditions
from .recording import Desk, Life, terms_of
from .requests import Ground
from .schemas import ActOut, GroundOut, NextOut


async def next_steps(desk: Desk, life: Life, sides: frozenset[Side]) -> NextOut:
    """Return what may be recorded next, told to somebody who is on some sides."""
    status, notice = life.state.status, None
    if status is Status.NOTICE and life.state.notice_on:
        terms = await terms_of(desk, life.fellow.region, life.entries)
        notice = notice_until(life.state.notice_on, terms["ENTRY_NOTICE"])
    possible = {kind: act for kind, act in ACTS.items() if status in act.at}
    return NextOut(
        status=status,
        notice_until=notice,
        unmet=await unmet_conditions(desk, life, desk.today) if status in BEFORE else [],
        acts=[
            await _act(desk.session, life.fellow, kind, act, sides)
            for kind, act in possible.items()
            if act.by != {Side.SYSTEM}
        ],
    )


async def _act(
    session: AsyncSession, fellow: Fellow, kind: Kind, act: Act, sides: frozenset[Side]
) -> ActOut:
    always = required(kind, cases(fellow))

    async def wanted(asked: frozenset[str]) -> list[Wanted]:
        return await documents.wanted(session, "fellow", fellow.id, asked)

    grounds = get_args(Ground) if kind is Kind.LEFT_EARLY else ()
    return ActOut(
        kind=kind,
        by=sorted(act.by),
        yours=not act.by.isdisjoint(sides),
        documents=await wanted(always),
        grounds=[
            GroundOut(ground=each, documents=await wanted(required(kind, [each]) - always))
            for each in grounds
        ],
    )
