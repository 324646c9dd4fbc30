"""Identity's events as projections and facts; what is older than the row at hand is ignored.

Each handler takes what came together, so that a city's filing list goes through in seconds.
"""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmployerState, EmploymentState, TalentState
from talent_kit.clock import Clock
from talent_kit.personal import Vault
from talent_rules import FactValueError, Value

from ..models.facts import Employment, Organisation, Person
from . import repository
from .service import Said, Statement, save_statements, unsaid
from .vocabulary import SubjectKind, vocabulary

State = TypeVar("State", bound=Any)


async def on_talents(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[TalentState]
) -> None:
    """Keep who talents are, and the birth dates: verified where the identity number holds it."""
    rows = [
        Person(
            talent_id=event.talent_id,
            login=event.login,
            region=event.region,
            formerly=list(event.formerly),
            version=event.version,
        )
        for event in events
    ]
    saved = await repository.keep(session, rows)
    spoken = []
    for event in _saved(events, "talent_id", saved):
        proven = event.birth_date_proven
        subject = SubjectKind.PERSON, event.talent_id, event.talent_id
        values = {"person.birth_date": event.birth_date.isoformat()}
        spoken.append((subject, "identity" if proven else "talent", values, proven))
    await say(vault, clock, session, spoken)


async def on_employers(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[EmployerState]
) -> None:
    """Keep employers with their agents; kind and region are what the agent declared."""
    rows = [
        Organisation(
            employer_id=event.employer_id,
            region=event.region,
            kind=event.kind,
            agents=list(event.agents),
            former_agents=list(event.agents),
            version=event.version,
        )
        for event in events
    ]
    saved = await repository.keep(session, rows)
    await repository.keep_agents(session, rows)
    spoken = []
    for event in _saved(events, "employer_id", saved):
        subject = SubjectKind.ORGANISATION, event.employer_id, None
        values = {"employer.kind": event.kind, "employer.region": event.region}
        spoken.append((subject, "agent", values, False))
    await say(vault, clock, session, spoken)


async def on_employments(
    vault: Vault, clock: Clock, session: AsyncSession, events: Sequence[EmploymentState]
) -> None:
    """Keep employments; a contract is declared until the employer confirms it.

    A rejected employment has no contract: what was said of it is withdrawn.
    """
    rows = [
        Employment(
            id=event.employment_id,
            talent_id=event.talent_id,
            employer_id=event.employer_id,
            status=event.status,
            version=event.version,
        )
        for event in events
    ]
    saved = await repository.keep(session, rows)
    kind = SubjectKind.EMPLOYMENT
    await repository.withdraw(session, kind, [row.id for row in saved], "employer")
    spoken = []
    for event in _saved(events, "employment_id", saved):
        if event.status == "rejected":
            continue
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
        spoken.append((subject, "employer", values, event.status != "declared"))
    await say(vault, clock, session, spoken)


def _saved(events: Sequence[State], key: str, rows: Sequence[Any]) -> list[State]:
    """Return the events whose rows were saved: of each subject its newest."""
    by_id = {getattr(event, key): event for event in sorted(events, key=lambda e: e.version)}
    return [by_id[row.id if key == "employment_id" else getattr(row, key)] for row in rows]


Spoken = tuple[
    tuple[SubjectKind, UUID, UUID | None], str, Mapping[str, str | bool | int | None], bool
]
"""A subject as a statement takes it, the source, raw values by name, and whether proven."""


async def say(vault: Vault, clock: Clock, session: AsyncSession, spoken: Sequence[Spoken]) -> None:
    """Save facts from events; a value that the vocabulary does not admit is unknown, as is None."""
    statements = await _statements(clock, session, spoken)
    await save_statements(session, vault, clock, await unsaid(session, vault, statements))


async def new_of(
    vault: Vault, clock: Clock, session: AsyncSession, spoken: Sequence[Spoken]
) -> set[UUID]:
    """Return the subjects of which one of these facts is new; call it before `say`."""
    statements = await _statements(clock, session, spoken)
    return {each.subject[1] for each in await unsaid(session, vault, statements)}


async def _statements(
    clock: Clock, session: AsyncSession, spoken: Sequence[Spoken]
) -> list[Statement]:
    now = clock.now()
    statements = []
    for subject, source, values, verified in spoken:
        said = []
        for name, given in values.items():
            value = _admitted(name, given)
            if value is None:
                await repository.withdraw(session, subject[0], [subject[1]], source, [name])
            else:
                said.append(Said(name, value, now))
        statements.append(Statement(subject, source, said, verified))
    return statements


def _admitted(name: str, given: str | bool | int | None) -> Value | None:
    try:
        return vocabulary().parse_value(name, given)
    except FactValueError:
        return None
