"""From submission to decision (申报、审核).

Where the measure is instant and every fact that counts is verified, the rules decide within the
request and the money is on its way; everything else that is not denied goes to a reviewer.
"""

from collections.abc import Collection, Sequence
from typing import Literal
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    ApplicationApproved,
    ApplicationProgressed,
    ApplicationRejected,
    ApplicationReturned,
    ApplicationSubmitted,
    ApplicationWithdrawn,
)
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.versions import require_version

from ..disbursements import service as disbursements
from ..disbursements.repository import payments_of_many
from ..disbursements.schemas import Award
from ..facts.errors import NoSubject
from ..facts.known import SubjectFacts
from ..facts.subjects import SubjectFound, acts_as, find_subject, is_party
from ..library.parts import Parts
from ..library.service import measure_in_force
from ..models.applications import Application, Step
from ..models.applications import ApplicationStatus as Status
from ..offers import service as offers
from ..packs.compiling import PublishedPack
from ..packs.records import MeasureDecision
from ..payees import service as payees
from ..recoveries.repository import of_applications
from . import deciding, numbers, repository
from .errors import (
    NoApplication,
    NotPending,
    NotThePayee,
    OwnApplication,
    WrongSubject,
)
from .rules import may, status_by_payments, status_by_recoveries, step_of
from .schemas import ApplicationCreate, Approve, Determination, Refuse

STAFF = frozenset({Role.REVIEWER, Role.FINANCE, Role.AUDITOR})


async def submit(
    session: AsyncSession,
    parts: Parts,
    who: Principal,
    given: ApplicationCreate,
    subject: SubjectFound | None = None,
) -> Application:
    """Take an application and, where the rules can decide it, decide it at once.

    The subject is found unless it was already. Raises NoPack, NoSubject, NotThePayee, NotEligible,
    AlreadyApplied, PayeeMissing, and what an award raises; nothing is kept then.
    """
    today = local_date(parts.clock.now())
    if subject is None:
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
    await deciding.refuse_claimed(session, pack, decision, facts)
    application = Application(
        id=new_id(),
        number=numbers.draw(today.year),
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
        step=Step.REVIEW,
        waiting_since=parts.clock.now(),
        amount_fen=decision.result.amount_fen,
        as_of=today,
        submitted_at=parts.clock.now(),
    )
    if measure.payout == "transfer":
        await payees.require(session, *_payee(application))
    place = (pack.name, measure.id)
    await offers.settle(
        session, parts.clock, application.id, application.subject_id, place, decision.claims
    )
    application = await _insert(session, application)
    await save_event(session, parts.clock, ApplicationSubmitted(**state(application)))
    at_once = decision.result.mode in {"instant", "offer"}
    if at_once and decision.by_registers and decision.claims:
        await _approve(session, parts, application, pack, decision, (), by=None)
    return application


async def _insert(session: AsyncSession, application: Application) -> Application:
    """Save a new application; raises AlreadyApplied. A number that is taken is drawn again."""
    while (saved := await repository.insert(session, application)) is None:
        application.number = numbers.draw(application.as_of.year)
    return saved


async def approve(
    session: AsyncSession,
    parts: Parts,
    who: Principal,
    application_id: UUID,
    given: Approve,
    expected: int,
    facts: SubjectFacts | None = None,
) -> Application:
    """Approve as a reviewer: the rules are evaluated again with the facts now on file.

    Raises NotEligible, FactsMissing, FactsUnverified, DeterminationMissing, and what an award does.
    """
    application = await _for_review(session, parts, who, application_id, "approve", expected)
    pack, decision = await deciding.reassess(
        session, parts, application, given.determinations, facts
    )
    deciding.require_approvable(decision)
    await _approve(session, parts, application, pack, decision, given.determinations, who.subject)
    await _audit(session, parts, who, application, "application.approve")
    return application


async def _approve(
    session: AsyncSession,
    parts: Parts,
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
        claims=decision.claims,
        counts=decision.counts,
        instalments=decision.result.instalments,
        approved_by=by,
    )
    payments = await disbursements.award(session, parts.clock, awarded)
    if awarded.pool is None:
        _stand(parts.clock, application, Status.GRANTED, ())
    else:
        _follow(parts.clock, application, [payment.status for payment in payments])
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
    parts: Parts,
    who: Principal,
    application_id: UUID,
    step: str,
    given: Refuse,
    expected: int,
    facts: SubjectFacts | None = None,
) -> Application:
    """Reject an application, or return it for correction (`step`), with the reason."""
    application = await _for_review(session, parts, who, application_id, step, expected)
    _, decision = await deciding.reassess(session, parts, application, facts=facts)
    result: Literal["rejected", "returned"] = "rejected" if step == "reject" else "returned"
    await deciding.record(
        session, parts, application, decision, result, who.subject, reason=given.reason
    )
    _move(parts.clock, application, Status(result))
    await _audit(session, parts, who, application, f"application.{step}")
    event = ApplicationRejected if step == "reject" else ApplicationReturned
    await save_event(session, parts.clock, event(**state(application)))
    return application


async def resubmit(
    session: AsyncSession,
    parts: Parts,
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
    _move(parts.clock, application, Status.PENDING)
    await save_event(session, parts.clock, ApplicationSubmitted(**state(application)))
    return application


async def withdraw(
    session: AsyncSession,
    parts: Parts,
    who: Principal,
    application_id: UUID,
    expected: int,
) -> Application:
    """Take an undecided application back."""
    application = await _own(session, who, application_id, lock=True)
    require_version(application.version, expected)
    _require_step("withdraw", application)
    _move(parts.clock, application, Status.WITHDRAWN)
    await save_event(session, parts.clock, ApplicationWithdrawn(**state(application)))
    return application


async def visible_to(
    session: AsyncSession, parts: Parts, who: Principal, application_id: UUID
) -> Application:
    """Return an application to the one who is paid, or to staff of its region.

    Raises NoApplication for everybody else, OutsideRegion for staff of another region.
    """
    application = await repository.application(session, application_id)
    if application is None:
        raise NoApplication
    await require_visible(session, parts.clock, who, application)
    return application


async def require_visible(
    session: AsyncSession, clock: Clock, who: Principal, application: Application
) -> None:
    """Raise NoApplication or OutsideRegion unless the caller is paid, or staff of the region."""
    if await _is_own(session, who, application):
        return
    if who.region is None or not (who.roles & STAFF):
        raise NoApplication
    if not who.oversees(application.region, clock):
        raise OutsideRegion


async def follow_payments(
    session: AsyncSession, clock: Clock, application_ids: Collection[UUID]
) -> None:
    """Move applications on by their payments and recoveries; called for the events of these.

    They are locked in one order for all consumers.
    """
    if not application_ids:
        return
    applications = await repository.locked(session, application_ids)
    paid = await payments_of_many(session, applications)
    recovered = await of_applications(session, applications)
    for application in applications.values():
        before = application.status, application.step
        payments = [row.status for row in paid[application.id]]
        recoveries = [row.status for row in recovered[application.id]]
        status = status_by_recoveries(recoveries, payments) or status_by_payments(payments)
        _stand(clock, application, status, payments)
        if (application.status, application.step) != before:
            application.version += 1
            await save_event(session, clock, ApplicationProgressed(**state(application)))


def _follow(clock: Clock, application: Application, payments: Sequence[str]) -> None:
    _stand(clock, application, status_by_payments(payments), payments)


def _move(clock: Clock, application: Application, status: Status) -> None:
    _stand(clock, application, status, ())
    application.version += 1


def _stand(clock: Clock, application: Application, status: Status, payments: Sequence[str]) -> None:
    application.status = status
    step = step_of(status, payments)
    if application.step != step:
        application.step, application.waiting_since = step, clock.now()


async def _for_review(
    session: AsyncSession,
    parts: Parts,
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
    if is_party(who, subject) or who.subject == application.login:
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
    try:
        subject = await find_subject(session, application.subject_kind, application.subject_id)
    except NoSubject:  # its talent was erased: the employer that is paid is left
        if application.payee_kind == "person" or application.employer_id is None:
            return False
        subject = await find_subject(session, "organisation", application.employer_id)
    own = acts_as(who, subject)
    return own is not None and (own == "talent") == (application.payee_kind == "person")


async def _audit(
    session: AsyncSession,
    parts: Parts,
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
        "application_number": application.number,
        "measure": application.measure,
        "pack": application.pack_name,
        "region": application.region,
        "status": application.status,
        "step": application.step,
        "talent_id": application.talent_id,
        "employer_id": application.employer_id,
        "amount_fen": application.amount_fen,
        "submitted_on": application.as_of,
    }
