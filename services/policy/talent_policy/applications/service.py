"""From submission to decision (申报、审核).

Where the measure is instant and every fact that counts is verified, the rules decide within the
request and the money is on its way; everything else that is not denied goes to a reviewer.
"""

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    ApplicationApproved,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal, Role
from talent_kit.clock import local_date
from talent_kit.database import violated_constraint
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.versions import require_version

from ..disbursements import service as disbursements
from ..disbursements.repository import payments_of
from ..disbursements.rules import Instalment
from ..disbursements.schemas import Award
from ..facts.errors import NoSubject
from ..facts.subjects import acts_as, find_subject, is_party
from ..library.service import measure_in_force
from ..models.applications import Application
from ..models.applications import ApplicationStatus as Status
from ..packs.compiling import PublishedPack
from ..packs.records import MeasureDecision
from ..payees import service as payees
from . import deciding, repository
from .errors import (
    AlreadyApplied,
    NoApplication,
    NotPending,
    NotThePayee,
    OwnApplication,
    WrongSubject,
)
from .rules import may, status_by_payments
from .schemas import ApplicationCreate, Approve, Determination, Refuse

STAFF = frozenset({Role.REVIEWER, Role.FINANCE, Role.AUDITOR})


async def submit(
    session: AsyncSession, parts: deciding.Parts, who: Principal, given: ApplicationCreate
) -> Application:
    """Take an application and, where the rules can decide it, decide it at once.

    Raises NoPack, NoSubject, NotThePayee, NotEligible, AlreadyApplied, PayeeMissing, and what an
    award raises; nothing is kept then.
    """
    today = local_date(parts.clock.now())
    subject = await find_subject(session, given.subject.kind, given.subject.id)
    own = acts_as(who, subject)
    if own is None or subject.region is None:
        raise NoSubject
    pack = await measure_in_force(session, parts.packs, subject.region, today, given.measure)
    measure = pack.rules.measures[given.measure].content
    if measure.per != given.subject.kind:
        raise WrongSubject(field="body.subject.kind")
    if (own == "talent") != (measure.payee == "person"):
        raise NotThePayee
    facts = await deciding.gather(session, parts, pack, (measure.per, given.subject.id), today)
    decision = deciding.assess(pack, given.measure, facts, today)
    deciding.refuse_ineligible(decision)
    application = Application(
        id=new_id(),
        measure=measure.id,
        pack_id=pack.id,
        pack_name=pack.name,
        region=subject.region,
        subject_kind=measure.per,
        subject_id=given.subject.id,
        talent_id=subject.talent_id,
        employer_id=subject.employer_id,
        payee_kind=measure.payee,
        login=who.subject,
        status=Status.PENDING,
        amount_fen=decision.result.amount_fen,
        as_of=today,
        submitted_at=parts.clock.now(),
    )
    if measure.payout == "transfer":
        await payees.require(session, *_payee(application))
    await _insert(session, application)
    await save_event(session, parts.clock, ApplicationSubmitted(**state(application)))
    at_once = decision.result.mode in {"instant", "offer"}
    if at_once and decision.by_registers and decision.claims:
        await _approve(session, parts, application, pack, decision, (), by=None)
    return application


async def _insert(session: AsyncSession, application: Application) -> None:
    session.add(application)
    try:
        await session.flush()
    except IntegrityError as error:
        if violated_constraint(error) == "uq_application_open":
            raise AlreadyApplied from error
        raise


async def approve(
    session: AsyncSession,
    parts: deciding.Parts,
    who: Principal,
    application_id: UUID,
    given: Approve,
    expected: int,
) -> Application:
    """Approve as a reviewer: the rules are evaluated again with the facts now on file.

    Raises NotEligible, FactsMissing, FactsUnverified, DeterminationMissing, and what an award does.
    """
    application = await _for_review(session, parts, who, application_id, "approve", expected)
    pack, decision = await deciding.reassess(session, parts, application, given.determinations)
    deciding.require_approvable(decision)
    await _approve(session, parts, application, pack, decision, given.determinations, who.subject)
    await _audit(session, parts, who, application, "application.approve")
    return application


async def _approve(
    session: AsyncSession,
    parts: deciding.Parts,
    application: Application,
    pack: PublishedPack,
    decision: MeasureDecision,
    determinations: Sequence[Determination],
    by: str | None,
) -> None:
    """Record the decision and award the money, released at once where the rules decided."""
    application.amount_fen = decision.result.amount_fen
    await deciding.record(
        session, parts, application, decision, "approved", by, determinations=determinations
    )
    payee_kind, payee_owner = _payee(application)
    awarded = Award(
        application_id=application.id,
        measure=application.measure,
        region=application.region,
        payee_kind=payee_kind,
        payee_owner=payee_owner,
        pool=decision.result.measure.content.budget,
        pool_region=pack.rules.content.pack.region,
        claims=tuple((claim.scope, claim.key) for claim in decision.claims),
        counts=decision.counts,
        instalments=tuple(
            Instalment(part.due, part.amount_fen) for part in decision.result.instalments
        ),
        approved_by=by,
    )
    payments = await disbursements.award(session, parts.clock, awarded)
    if awarded.pool is None:
        application.status = Status.GRANTED
    else:
        application.status = status_by_payments(payment.status for payment in payments)
    application.version += 1
    await save_event(session, parts.clock, ApplicationApproved(**state(application)))


def _payee(application: Application) -> tuple[Literal["person", "organisation"], UUID]:
    """Return who is paid: the talent or the employer among the parties."""
    if application.payee_kind == "person" and application.talent_id is not None:
        return "person", application.talent_id
    if application.employer_id is not None:
        return "organisation", application.employer_id
    raise LookupError("an application without its payee")


async def refuse(
    session: AsyncSession,
    parts: deciding.Parts,
    who: Principal,
    application_id: UUID,
    step: str,
    given: Refuse,
    expected: int,
) -> Application:
    """Reject an application, or return it for correction (`step`), with the reason."""
    application = await _for_review(session, parts, who, application_id, step, expected)
    _, decision = await deciding.reassess(session, parts, application)
    result: Literal["rejected", "returned"] = "rejected" if step == "reject" else "returned"
    await deciding.record(
        session, parts, application, decision, result, who.subject, reason=given.reason
    )
    application.status = Status(result)
    application.version += 1
    await _audit(session, parts, who, application, f"application.{step}")
    event = ApplicationRejected if step == "reject" else ApplicationReturned
    await save_event(session, parts.clock, event(**state(application)))
    return application


async def resubmit(
    session: AsyncSession,
    parts: deciding.Parts,
    who: Principal,
    application_id: UUID,
    expected: int,
) -> Application:
    """Bring a returned application back, once what it lacked is on file."""
    application = await _own(session, who, application_id, lock=True)
    require_version(application.version, expected)
    _require_step("resubmit", application)
    _, decision = await deciding.reassess(session, parts, application)
    deciding.refuse_ineligible(decision)
    application.status = Status.PENDING
    application.version += 1
    await save_event(session, parts.clock, ApplicationSubmitted(**state(application)))
    return application


async def withdraw(
    session: AsyncSession,
    parts: deciding.Parts,
    who: Principal,
    application_id: UUID,
    expected: int,
) -> Application:
    """Take an undecided application back."""
    application = await _own(session, who, application_id, lock=True)
    require_version(application.version, expected)
    _require_step("withdraw", application)
    application.status = Status.WITHDRAWN
    application.version += 1
    await save_event(session, parts.clock, ApplicationWithdrawn(**state(application)))
    return application


async def visible_to(
    session: AsyncSession, parts: deciding.Parts, who: Principal, application_id: UUID
) -> Application:
    """Return an application to the one who is paid, or to staff of its region.

    Raises NoApplication for everybody else, OutsideRegion for staff of another region.
    """
    application = await repository.application(session, application_id)
    if application is None:
        raise NoApplication
    if await _is_own(session, who, application):
        return application
    if who.region is None or not (who.roles & STAFF):
        raise NoApplication
    if not who.oversees(application.region, parts.clock):
        raise OutsideRegion
    return application


async def follow_payments(session: AsyncSession, application_id: UUID) -> None:
    """Set an application's status by its payments; called for each event of one of them."""
    application = await repository.application(session, application_id, lock=True)
    if application is None:
        return
    payments = await payments_of(session, application_id)
    status = status_by_payments(payment.status for payment in payments)
    if application.status != status:
        application.status = status
        application.version += 1


async def _for_review(
    session: AsyncSession,
    parts: deciding.Parts,
    who: Principal,
    application_id: UUID,
    step: str,
    expected: int,
) -> Application:
    application = await repository.application(session, application_id, lock=True)
    if application is None:
        raise NoApplication
    if not who.oversees(application.region, parts.clock):
        raise OutsideRegion
    subject = await find_subject(session, application.subject_kind, application.subject_id)
    if is_party(who, subject):
        raise OwnApplication
    require_version(application.version, expected)
    _require_step(step, application)
    return application


def _require_step(step: str, application: Application) -> None:
    if not may(step, application.status):
        raise NotPending(status_now=application.status)


async def _own(
    session: AsyncSession, who: Principal, application_id: UUID, *, lock: bool
) -> Application:
    application = await repository.application(session, application_id, lock=lock)
    if application is None or not await _is_own(session, who, application):
        raise NoApplication
    return application


async def _is_own(session: AsyncSession, who: Principal, application: Application) -> bool:
    subject = await find_subject(session, application.subject_kind, application.subject_id)
    own = acts_as(who, subject)
    return own is not None and (own == "talent") == (application.payee_kind == "person")


async def _audit(
    session: AsyncSession,
    parts: deciding.Parts,
    who: Principal,
    application: Application,
    action: str,
) -> None:
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action=action,
        subject=str(application.id),
        region=application.region,
        detail={"measure": application.measure, "amount_fen": application.amount_fen},
    )


def state(application: Application) -> dict[str, object]:
    """Return the public state of an application, as its events carry it."""
    return {
        "version": application.version,
        "application_id": application.id,
        "measure": application.measure,
        "pack": application.pack_name,
        "region": application.region,
        "status": application.status,
        "talent_id": application.talent_id,
        "employer_id": application.employer_id,
        "amount_fen": application.amount_fen,
        "submitted_on": application.as_of,
    }
