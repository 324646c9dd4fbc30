"""Facts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, Language, VaultDep
from talent_kit.problems import Forbidden, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..parts import SettingsDep
from . import service as facts
from .access import FactsRead, FactsWrite
from .errors import FactsInvalid, NoSubject, SourceMayNotVerify, SourceUnknown
from .schemas import FactList, ObservationRead, ObservationsCreate, ObservationsRead
from .vocabulary import SubjectKind

vocabulary_router = noun_router("/facts", "facts")
router = noun_router("/observations", "facts")


@vocabulary_router.get("")
async def list_facts() -> FactList:
    """List every fact that measures may ask for, and who may verify it. Public."""
    return facts.fact_list()


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        Unauthenticated,
        Forbidden,
        OutsideRegion,
        SourceUnknown,
        SourceMayNotVerify,
        NoSubject,
        InProgress,
        KeyReused,
        FactsInvalid,
    ),
)
async def observe(
    body: ObservationsCreate,
    who: FactsWrite,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
    settings: SettingsDep,
    language: Language,
) -> ObservationsRead:
    """Record facts of one subject, all or nothing.

    An authority's client and a reviewer verify; a talent and an employer's agent declare.
    """
    return await facts.observe(session, vault, clock, settings, who, body, language)


@router.get(
    "",
    responses=problems(Unauthenticated, Forbidden, OutsideRegion, NoSubject, CursorInvalid),
)
async def list_observations(
    kind: Annotated[SubjectKind, Query()],
    id: Annotated[UUID, Query()],  # noqa: A002 - the name in the interface
    who: FactsRead,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
    page: PageDep,
) -> Page[ObservationRead]:
    """List what each source says of one subject, newest first; a reviewer's reading is audited."""
    return await facts.observations(session, vault, clock, who, (kind, id), page)
