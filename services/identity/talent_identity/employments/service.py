"""Declaring, editing, confirming, rejecting and ending employments."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    EmploymentConfirmed,
    EmploymentDeclared,
    EmploymentEnded,
    EmploymentRejected,
    EmploymentState,
    EmploymentUpdated,
)
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import local_date
from talent_kit.database import violated_constraint
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.versions import require_version

from ..employers import repository as employer_repository
from ..employers import service as employers
from ..employers.errors import EmployerNotFound
from ..models import Employment
from ..parts import IdentityService
from ..talents import service as talents
from . import errors, repository
from .contracts import ContractError, ContractKind, can_end_on, check_term
from .listing import shown
from .schemas import EmploymentCreate, EmploymentOut, EmploymentUpdate, Rejection
from .states import Act, Status, Word, after

_EVENTS: Mapping[tuple[Status, Act], type[EmploymentState]] = {
    (Status.DECLARED, Act.EDIT): EmploymentUpdated,
    (Status.REJECTED, Act.EDIT): EmploymentDeclared,
    (Status.DECLARED, Act.CONFIRM): EmploymentConfirmed,
    (Status.DECLARED, Act.REJECT): EmploymentRejected,
    (Status.CONFIRMED, Act.END): EmploymentEnded,
}


async def declare(
    session: AsyncSession, parts: IdentityService, who: Principal, body: EmploymentCreate
) -> EmploymentOut:
    """Declare an employment of the caller's; it awaits the employer."""
    talent = await talents.own(session, who)
    employer = await employer_repository.by_id(session, body.employer_id)
    if employer is None:
        raise EmployerNotFound(field="body.employer_id")
    now = parts.clock.now()
    employment = Employment(
        id=new_id(),
        talent_id=talent.id,
        region=employer.region,
        status=Status.DECLARED,
        **body.model_dump(),
        rejection=None,
        ended_on=None,
        declared_at=now,
        changed_at=now,
        version=1,
    )
    session.add(employment)
    await _flush(session)
    await _save(session, parts, who, "employment.declared", EmploymentDeclared, employment)
    return await shown(session, parts, employment)


async def edit(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    employment_id: UUID,
    expected: int,
    body: EmploymentUpdate,
) -> EmploymentOut:
    """Change the caller's own declaration; a rejected one is declared again."""
    employment = await repository.by_id(session, employment_id, for_update=True)
    if employment is None or await repository.login_of(session, employment) != who.subject:
        raise errors.EmploymentNotFound
    changes = body.model_dump(exclude_unset=True)
    contract = employment.model_dump(include=set(EmploymentUpdate.model_fields)) | changes
    try:
        check_term(
            ContractKind(contract["contract_kind"]),
            contract["contract_from"],
            contract["contract_until"],
        )
    except ContractError as error:
        raise errors.ContractTerm(field="body.contract_until", rule=error.code) from None
    changes |= {"rejection": None, "declared_by": Word.TALENT}
    return await _move(session, parts, who, employment, expected, Act.EDIT, changes)


async def confirm(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    employment_id: UUID,
    expected: int,
) -> EmploymentOut:
    """Confirm, for the side that did not declare it, that it is as declared in this version."""
    employment = await _for_other_side(session, parts, who, employment_id)
    return await _move(session, parts, who, employment, expected, Act.CONFIRM, {})


async def reject(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    employment_id: UUID,
    expected: int,
    reason: Rejection,
) -> EmploymentOut:
    """Reject a declaration for the side that did not make it; the talent may edit it."""
    employment = await _for_other_side(session, parts, who, employment_id)
    changes = {"rejection": reason}
    return await _move(session, parts, who, employment, expected, Act.REJECT, changes)


async def end(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    employment_id: UUID,
    expected: int,
    ended_on: date,
) -> EmploymentOut:
    """Say, for the employer, which was the last day of work."""
    employment = await _for_agent(session, parts, who, employment_id)
    today = local_date(parts.clock.now())
    if not can_end_on(ended_on, employment.contract_from, employment.contract_until, today):
        raise errors.EndImpossible(field="body.ended_on")
    changes = {"ended_on": ended_on}
    return await _move(session, parts, who, employment, expected, Act.END, changes)


async def _for_other_side(
    session: AsyncSession, parts: IdentityService, who: Principal, employment_id: UUID
) -> Employment:
    """Return an employment, locked, on which the caller may decide as it was not their side's.

    A talent who is an agent of the employer, or was, decides on none of the employer's words.
    """
    employment = await repository.by_id(session, employment_id, for_update=True)
    talent = Role.TALENT in who.roles and employment is not None
    if employment is None or not (
        talent and await repository.login_of(session, employment) == who.subject
    ):
        employment = await _for_agent(session, parts, who, employment_id)
        if employment.status == Status.DECLARED and employment.declared_by == Word.EMPLOYER:
            raise errors.OwnDeclaration
        return employment
    if await employer_repository.agent(session, employment.employer_id, who.subject) is not None:
        raise errors.OwnEmployment
    if employment.declared_by != Word.EMPLOYER:
        raise errors.OwnDeclaration
    return employment


async def _for_agent(
    session: AsyncSession, parts: IdentityService, who: Principal, employment_id: UUID
) -> Employment:
    """Return an employment, locked, on which the caller may decide for the employer."""
    employment = await repository.by_id(session, employment_id, for_update=True)
    if employment is None or not await employers.acts_for(
        session, parts.clock, who, employment.employer_id
    ):
        raise errors.EmploymentNotFound
    if await repository.login_of(session, employment) == who.subject:
        raise errors.OwnEmployment
    return employment


async def _move(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    employment: Employment,
    expected: int,
    act: Act,
    changes: Mapping[str, Any],
) -> EmploymentOut:
    require_version(employment.version, expected)
    before = Status(employment.status)
    status = after(before, act)
    if status is None:
        raise errors.NotPossibleNow(state=before)
    for name, value in changes.items():
        setattr(employment, name, value)
    employment.status = status
    employment.changed_at = parts.clock.now()
    employment.version += 1
    await _flush(session)
    await _save(session, parts, who, f"employment.{act}", _EVENTS[before, act], employment)
    return await shown(session, parts, employment)


async def _flush(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as error:
        same = "uq_employment_talent_id_employer_id_contract_from"
        if violated_constraint(error) != same:
            raise
        raise errors.EmploymentExists from None


async def _save(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    action: str,
    event: type[EmploymentState],
    employment: Employment,
) -> None:
    state = event.model_validate(employment.model_dump() | {"employment_id": employment.id})
    await save_event(session, parts.clock, state)
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action=action,
        subject=f"employment:{employment.id}",
        region=employment.region,
        detail={"version": employment.version},
    )
