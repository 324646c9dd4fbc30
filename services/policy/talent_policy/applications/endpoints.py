"""Applications and decisions over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query
from talent_kit.auth import OutsideRegion
from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, OldestFirstDep, Page, PageDep
from talent_kit.parts import Language
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
from ..disbursements.errors import (
    AlreadyClaimed,
    BudgetExhausted,
    BudgetMissing,
    CapExhausted,
    GroupChanged,
    QuotaExhausted,
)
from ..facts.errors import NoSubject
from ..library.errors import NoPack
from ..library.parts import PartsDep
from ..offers.errors import NoOffer, OfferChanged, OfferClosed
from ..payees.errors import PayeeMissing
from . import batches, confirming, dossiers, reading, worklists
from . import service as applications
from .access import (
    ApplicantWrite,
    ApplicationReader,
    DossierReader,
    ReviewerOf,
    WorkReader,
)
from .errors import (
    AlreadyApplied,
    DeterminationMissing,
    FactsMissing,
    FactsUnverified,
    NoApplication,
    NoDecision,
    NotEligible,
    NotPending,
    NotThePayee,
    NumberInvalid,
    OwnApplication,
    WrongSubject,
)
from .schemas import (
    MEASURE,
    ApplicationCreate,
    ApplicationLine,
    ApplicationRead,
    Approvals,
    Approve,
    AssessmentRead,
    BatchReport,
    DecisionRead,
    Dossier,
    Purpose,
    Refusals,
    Refuse,
    Status,
    StepName,
    WorkItem,
)

_SIGNED = (Unauthenticated, Forbidden, Invalid)
_WRITE = (*_SIGNED, InProgress, KeyReused)
_STEP = (*_WRITE, NoApplication, NotPending, VersionChanged, VersionRequired)
_REVIEW = (*_STEP, OutsideRegion, OwnApplication)
_AWARD = (
    AlreadyClaimed,
    QuotaExhausted,
    CapExhausted,
    GroupChanged,
    BudgetExhausted,
    BudgetMissing,
    PayeeMissing,
)

router = noun_router("/applications", "applications")
work_items = noun_router("/work-items", "work items")
confirmations = noun_router("/offers", "offers")

Day = Annotated[date | None, Query(ge=date(2000, 1, 1), le=date(2100, 12, 31))]


@work_items.get("", responses=problems(*_SIGNED, OutsideRegion, CursorInvalid))
async def list_work(
    step: StepName,
    who: WorkReader,
    session: SessionDep,
    parts: PartsDep,
    page: OldestFirstDep,
    region: Annotated[str | None, Query(pattern=r"^[0-9A-Z]{6}$")] = None,
    measure: Annotated[str | None, Query(pattern=MEASURE)] = None,
    submitted_from: Day = None,
    submitted_until: Day = None,
) -> Page[WorkItem]:
    """List what waits for a step in the caller's region and below, the oldest first."""
    asked = worklists.Asked(step, region, measure, submitted_from, submitted_until)
    return await worklists.work(session, parts.clock, who, asked, page)


@router.post(
    "",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_WRITE, *_AWARD, NoPack, NoSubject, WrongSubject, NotThePayee, NotEligible, AlreadyApplied
    ),
)
async def submit(
    body: ApplicationCreate, who: ApplicantWrite, session: SessionDep, parts: PartsDep
) -> ApplicationRead:
    """Apply for a measure; decided at once where it is instant and every fact is verified."""
    return await reading.application(session, await applications.submit(session, parts, who, body))


@router.get(
    "",
    responses=problems(
        *_SIGNED, CursorInvalid, NumberInvalid, NotRegistered, NotAnAgent, EmployerNotChosen
    ),
)
async def list_applications(
    who: ApplicationReader,
    session: SessionDep,
    parts: PartsDep,
    page: PageDep,
    status: Annotated[Status | None, Query()] = None,
    number: Annotated[str | None, Query(max_length=40)] = None,
) -> Page[ApplicationLine]:
    """List the caller's own applications; for staff, those of their region and below.

    With a number, only the application that has it; case, blanks and dashes do not matter.
    """
    if number is not None:
        return await reading.numbered(session, parts.clock, who, number)
    return await reading.applications(session, parts.clock, who, status, page)


@router.post("/approvals", dependencies=[Idempotent], responses=problems(*_WRITE, NoApplication))
async def approve_many(
    body: Approvals, who: ReviewerOf, session: SessionDep, parts: PartsDep, language: Language
) -> BatchReport:
    """Approve up to a hundred; each stands or is refused by itself, as the report says."""
    return await batches.approve(session, parts, who, body.items, language)


@router.post("/rejections", dependencies=[Idempotent], responses=problems(*_WRITE, NoApplication))
async def reject_many(
    body: Refusals, who: ReviewerOf, session: SessionDep, parts: PartsDep, language: Language
) -> BatchReport:
    """Reject up to a hundred, each with its reason."""
    return await batches.refuse(session, parts, who, "reject", body.items, language)


@router.post("/returns", dependencies=[Idempotent], responses=problems(*_WRITE, NoApplication))
async def return_many(
    body: Refusals, who: ReviewerOf, session: SessionDep, parts: PartsDep, language: Language
) -> BatchReport:
    """Return up to a hundred to their applicants, each with its reason."""
    return await batches.refuse(session, parts, who, "return", body.items, language)


@router.get("/{application_id}", responses=problems(*_SIGNED, NoApplication, OutsideRegion))
async def read_application(
    application_id: UUID, who: ApplicationReader, session: SessionDep, parts: PartsDep
) -> ApplicationRead:
    """Read one application with its payments."""
    found = await applications.visible_to(session, parts, who, application_id)
    return await reading.application(session, found)


@router.get(
    "/{application_id}/assessment", responses=problems(*_SIGNED, NoApplication, OutsideRegion)
)
async def read_assessment(
    application_id: UUID, who: ApplicationReader, session: SessionDep, parts: PartsDep
) -> AssessmentRead:
    """Read what the rules say of an application now, with the facts on file."""
    found = await applications.visible_to(session, parts, who, application_id)
    return await reading.assessment(session, parts, who, found)


@router.get("/{application_id}/dossier", responses=problems(*_SIGNED, NoApplication, OutsideRegion))
async def read_dossier(
    application_id: UUID,
    purpose: Purpose,
    who: DossierReader,
    session: SessionDep,
    parts: PartsDep,
) -> Dossier:
    """Read all that a decision needs; the audit log keeps who read it and for what purpose."""
    found = await applications.visible_to(session, parts, who, application_id)
    return await dossiers.dossier(session, parts, who, found, purpose)


@router.get(
    "/{application_id}/decision",
    responses=problems(*_SIGNED, NoApplication, NoDecision, OutsideRegion),
)
async def read_decision(
    application_id: UUID, who: ApplicationReader, session: SessionDep, parts: PartsDep
) -> DecisionRead:
    """Read the last decision with its grounds, and whether it replays to the same answer."""
    found = await applications.visible_to(session, parts, who, application_id)
    return await reading.decision(session, parts, who, found)


@router.post(
    "/{application_id}/approve",
    dependencies=[Idempotent],
    responses=problems(
        *_REVIEW, *_AWARD, NotEligible, FactsMissing, FactsUnverified, DeterminationMissing
    ),
)
async def approve(
    application_id: UUID,
    body: Approve,
    version: IfMatch,
    who: ReviewerOf,
    session: SessionDep,
    parts: PartsDep,
) -> ApplicationRead:
    """Approve; the money is owed from then on and waits for release by somebody else."""
    return await reading.application(
        session, await applications.approve(session, parts, who, application_id, body, version)
    )


@router.post("/{application_id}/reject", dependencies=[Idempotent], responses=problems(*_REVIEW))
async def reject(
    application_id: UUID,
    body: Refuse,
    version: IfMatch,
    who: ReviewerOf,
    session: SessionDep,
    parts: PartsDep,
) -> ApplicationRead:
    """Reject, with the reason."""
    return await reading.application(
        session,
        await applications.refuse(session, parts, who, application_id, "reject", body, version),
    )


@router.post("/{application_id}/return", dependencies=[Idempotent], responses=problems(*_REVIEW))
async def send_back(
    application_id: UUID,
    body: Refuse,
    version: IfMatch,
    who: ReviewerOf,
    session: SessionDep,
    parts: PartsDep,
) -> ApplicationRead:
    """Return to the applicant for correction, with the reason."""
    return await reading.application(
        session,
        await applications.refuse(session, parts, who, application_id, "return", body, version),
    )


@router.post(
    "/{application_id}/resubmit",
    dependencies=[Idempotent],
    responses=problems(*_STEP, NotEligible),
)
async def resubmit(
    application_id: UUID,
    version: IfMatch,
    who: ApplicantWrite,
    session: SessionDep,
    parts: PartsDep,
) -> ApplicationRead:
    """Bring a returned application back."""
    return await reading.application(
        session, await applications.resubmit(session, parts, who, application_id, version)
    )


@router.post("/{application_id}/withdraw", dependencies=[Idempotent], responses=problems(*_STEP))
async def withdraw(
    application_id: UUID,
    version: IfMatch,
    who: ApplicantWrite,
    session: SessionDep,
    parts: PartsDep,
) -> ApplicationRead:
    """Take back an application that is not decided."""
    return await reading.application(
        session, await applications.withdraw(session, parts, who, application_id, version)
    )


@confirmations.post(
    "/{offer_id}/confirmation",
    status_code=201,
    dependencies=[Idempotent],
    responses=problems(
        *_WRITE,
        *_AWARD,
        NoOffer,
        OfferClosed,
        OfferChanged,
        VersionChanged,
        VersionRequired,
        NotEligible,
        AlreadyApplied,
    ),
)
async def confirm_offer(
    offer_id: UUID, version: IfMatch, who: ApplicantWrite, session: SessionDep, parts: PartsDep
) -> ApplicationRead:
    """Confirm an offer: it becomes an application, granted at once; the money is on its way."""
    return await reading.application(
        session, await confirming.confirm(session, parts, who, offer_id, version)
    )
