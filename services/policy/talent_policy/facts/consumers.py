"""Identity's events as projections and facts; what is older than the row at hand is ignored."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmployerState, EmploymentState, TalentState
from talent_kit.clock import Clock
from talent_kit.personal import Erased, Vault
from talent_rules import FactValueError, Value

from ..models.facts import Employment, Organisation, Person
from . import repository
from .service import Said, save_said
from .vocabulary import SubjectKind, vocabulary


async def on_talent(vault: Vault, clock: Clock, session: AsyncSession, event: TalentState) -> None:
    """Keep who a talent is, and the birth date: verified where the identity number holds it."""
    row = Person(
        talent_id=event.talent_id, login=event.login, region=event.region, version=event.version
    )
    if await repository.project(session, row, "talent_id"):
        subject = SubjectKind.PERSON, event.talent_id, event.talent_id
        values = {"person.birth_date": event.birth_date.isoformat()}
        proven = event.birth_date_proven
        source = "identity" if proven else "talent"
        await _say(vault, clock, session, subject, source, values, verified=proven)


async def on_employer(
    vault: Vault, clock: Clock, session: AsyncSession, event: EmployerState
) -> None:
    """Keep an employer with its agents; its kind and region are what its agent declared."""
    row = Organisation(
        employer_id=event.employer_id,
        region=event.region,
        kind=event.kind,
        agents=list(event.agents),
        version=event.version,
    )
    if await repository.project(session, row, "employer_id"):
        subject = SubjectKind.ORGANISATION, event.employer_id, None
        values = {"employer.kind": event.kind, "employer.region": event.region}
        await _say(vault, clock, session, subject, "agent", values, verified=False)


async def on_employment(
    vault: Vault, clock: Clock, session: AsyncSession, event: EmploymentState
) -> None:
    """Keep an employment; its contract is declared until the employer confirms it.

    A rejected employment has no contract: what was said of it is withdrawn.
    """
    row = Employment(
        id=event.employment_id,
        talent_id=event.talent_id,
        employer_id=event.employer_id,
        status=event.status,
        version=event.version,
    )
    if not await repository.project(session, row, "id"):
        return
    kind = SubjectKind.EMPLOYMENT
    await repository.withdraw(session, kind, event.employment_id, "employer")
    if event.status == "rejected":
        return
    values: dict[str, str | bool] = {
        "employment.arrangement": event.arrangement,
        "employment.contract_kind": event.contract_kind,
        "employment.contract_from": event.contract_from.isoformat(),
    }
    if event.status == "ended":
        values["employment.ended"] = True
    if event.contract_until is not None:
        values["employment.contract_until"] = event.contract_until.isoformat()
    subject = kind, event.employment_id, event.talent_id
    verified = event.status != "declared"
    await _say(vault, clock, session, subject, "employer", values, verified=verified)


async def _say(
    vault: Vault,
    clock: Clock,
    session: AsyncSession,
    subject: tuple[SubjectKind, UUID, UUID | None],
    source: str,
    values: Mapping[str, str | bool],
    *,
    verified: bool,
) -> None:
    """Save facts from an event; a value that the vocabulary does not admit stays unknown."""
    said = []
    for name, given in values.items():
        value = _admitted(name, given)
        if value is None:
            await repository.withdraw(session, subject[0], subject[1], source, [name])
        else:
            said.append(Said(name, value, clock.now()))
    try:
        await save_said(session, vault, clock, subject, source, said, verified=verified)
    except Erased:
        return


def _admitted(name: str, given: str | bool) -> Value | None:
    try:
        return vocabulary().parse_value(name, given)
    except FactValueError:
        return None
