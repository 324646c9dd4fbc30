"""`/v1/personal-data/policy` and `/v1/corrections`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, VaultDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch

from ..callers import NotRegistered
from ..facts.errors import NoSubject, OwnSubject
from ..library.parts import PartsDep
from . import correcting, errors, service
from .access import CorrectionReader, CorrectionReviewer, DataSubject, OwnId
from .schemas import (
    CorrectionClose,
    CorrectionCreate,
    CorrectionRead,
    CorrectionState,
    PersonalData,
    PersonalDataExport,
)

personal_data = noun_router("/personal-data/policy", "rights")
corrections = noun_router("/corrections", "rights")

_OWN = (Unauthenticated, Forbidden, NotRegistered)


@personal_data.get("", responses=problems(*_OWN))
async def read(
    who: DataSubject, talent_id: OwnId, session: SessionDep, parts: PartsDep, response: Response
) -> PersonalData:
    """See everything that this service holds of you, and who read it; the account is masked."""
    response.headers["Cache-Control"] = "no-store"
    return await service.show(session, parts, who, talent_id)


@personal_data.get("/export", responses=problems(*_OWN))
async def export(
    who: DataSubject, talent_id: OwnId, session: SessionDep, parts: PartsDep, response: Response
) -> PersonalDataExport:
    """Take along everything that this service holds of you, in clear; audited."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Disposition"] = 'attachment; filename="policy.json"'
    return await service.export(session, parts, who, talent_id)


@corrections.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_OWN,
        *(NoSubject, errors.FactOfAnother, errors.CorrectionOpen, errors.TooManyCorrections),
        *(InProgress, KeyReused, Invalid),
    ),
)
async def ask(
    body: CorrectionCreate,
    who: DataSubject,
    talent_id: OwnId,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> CorrectionRead:
    """Object to a fact that somebody else said of you; a reviewer of the region answers."""
    return await correcting.ask(session, vault, clock, who, talent_id, body)


@corrections.get("", responses=problems(*_OWN, CursorInvalid, Invalid))
async def list_corrections(
    who: CorrectionReader,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
    page: PageDep,
    status: Annotated[CorrectionState | None, Query()] = None,
) -> Page[CorrectionRead]:
    """List what you asked for; as a reviewer what is asked for in your region, audited."""
    return await correcting.corrections(session, vault, clock, who, status, page)


@corrections.post(
    "/{correction_id}/close",
    dependencies=[Idempotent],
    responses=problems(
        *(Unauthenticated, Forbidden, OutsideRegion, OwnSubject, Invalid),
        *(errors.NoCorrection, errors.CorrectionClosed, VersionChanged, VersionRequired),
        *(InProgress, KeyReused),
    ),
)
async def close(
    correction_id: UUID,
    body: CorrectionClose,
    version: IfMatch,
    who: CorrectionReviewer,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
) -> CorrectionRead:
    """Say how a correction ends; the fact itself is observed anew by its source."""
    return await correcting.close(session, vault, clock, who, correction_id, body, version)
