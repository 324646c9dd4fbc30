"""Matters over HTTP."""

from uuid import UUID

from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..callers import NotRegistered
from ..facts.errors import NoSubject, OwnSubject, SourceUnknown
from ..parts import SettingsDep
from . import access
from . import service as matters
from .errors import NoMatter, NotEmployed, NotYoursToBring, PartiesInvalid, TitleRefused
from .schemas import MatterCreate, MatterRead

_SIGNED = (Unauthenticated, Forbidden, OutsideRegion, OwnSubject, Invalid)

router = noun_router("/matters", "matters")


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_SIGNED,
        SourceUnknown,
        NotYoursToBring,
        NoSubject,
        NotEmployed,
        InProgress,
        KeyReused,
        PartiesInvalid,
        TitleRefused,
    ),
)
async def create_matter(
    body: MatterCreate,
    who: access.MatterWrite,
    session: SessionDep,
    clock: ClockDep,
    settings: SettingsDep,
) -> MatterRead:
    """Enter a matter, about which facts can then be said and measures applied for.

    A talent brings what concerns the talent alone, an agent what concerns the organisation, or a
    person whom it employs; an authority's client and a reviewer bring any.
    """
    return await matters.create(session, clock, settings, who, body)


@router.get(
    "",
    responses=problems(
        Unauthenticated, Forbidden, NotRegistered, NotAnAgent, EmployerNotChosen, CursorInvalid
    ),
)
async def list_matters(
    who: access.MatterRead, session: SessionDep, clock: ClockDep, page: PageDep
) -> Page[MatterRead]:
    """List the caller's own matters; for a reviewer, those of the region and below."""
    return await matters.matters(session, clock, who, page)


@router.get("/{matter_id}", responses=problems(*_SIGNED, NoMatter))
async def read_matter(
    matter_id: UUID, who: access.MatterRead, session: SessionDep, clock: ClockDep
) -> MatterRead:
    """Read one matter."""
    return await matters.matter(session, clock, who, matter_id)
