"""Recording, reading and gathering facts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import DataKey, Erased, Vault
from talent_rules import FactValueError, Value

from ..models.facts import Observation
from ..settings import PolicySettings
from . import repository, standings
from .errors import NoSubject, OwnSubject, SourceMayNotVerify, SourceUnknown
from .reading import FieldErrors, as_json, read_value
from .schemas import (
    FactChoice,
    FactList,
    FactRead,
    ObservationRead,
    ObservationsCreate,
    ObservationsRead,
    ObservationWrite,
    SourceRead,
)
from .stored import SEALED, parsed, stored_value
from .subjects import (
    SubjectFound,
    find_subject,
    is_party,
    require_overseen,
    require_own_or_overseen,
)
from .vocabulary import SubjectKind, catalogue, definitions


def fact_list() -> FactList:
    """Return the vocabulary."""
    return FactList(
        facts=[
            FactRead(
                name=fact.name,
                type=fact.type,
                unit=fact.unit,
                owner=fact.owner,
                label=fact.label,
                description=fact.description,
                values=[FactChoice(code=code, label=text) for code, text in fact.values.items()],
                verified_by=list(fact.verified_by),
                assumed=fact.assumed,
            )
            for fact in catalogue().facts
        ],
        sources=[SourceRead(code=code, label=text) for code, text in catalogue().sources.items()],
    )


_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


class Said(NamedTuple):
    """One fact that a source says of a subject."""

    name: str
    value: Value
    observed_at: datetime
    valid_from: date | None = None
    valid_until: date | None = None


class Statement(NamedTuple):
    """What a source says of one subject (kind, id, whose data key seals it)."""

    subject: tuple[SubjectKind, UUID, UUID | None]
    source: str
    said: Sequence[Said]
    verified: bool


async def save_said(
    session: AsyncSession, vault: Vault, clock: Clock, statement: Statement
) -> None:
    """Save what a source says of a subject; raises Erased."""
    talent_id = statement.subject[2]
    if talent_id is not None:
        await vault.data_key(session, talent_id)
    await save_statements(session, vault, clock, [statement])


async def save_statements(
    session: AsyncSession, vault: Vault, clock: Clock, statements: Sequence[Statement]
) -> None:
    """Save what is said of many subjects; nothing is kept of whoever was erased."""
    owners = {given.subject[2] for given in statements} - {None}
    keys = await vault.keys_for(session, {owner for owner in owners if owner is not None})
    now = clock.now()
    rows = [
        row
        for given in statements
        if given.subject[2] is None or given.subject[2] in keys
        for row in _rows(given, keys, now)
    ]
    await repository.save_observations(session, rows)
    verified = {
        row["talent_id"] for row in rows if row["verified"] and row["name"] in standings.FACTS
    }
    await standings.follow(session, vault, clock, verified)


async def unsaid(
    session: AsyncSession, vault: Vault, statements: Sequence[Statement]
) -> list[Statement]:
    """Return the statements of which something is new: who says the same again changes nothing."""
    names = {fact.name for given in statements for fact in given.said}
    sources = {given.source for given in statements}
    words = [
        row
        for row in await repository.words_of(session, {given.subject[1] for given in statements})
        if row.name in names and row.source in sources
    ]
    owners = {row.talent_id for row in words if row.talent_id is not None}
    keys = await vault.data_keys(session, list(owners))
    said = {
        (row.subject_id, row.source, row.name, row.verified): parsed(
            row, keys[row.talent_id] if row.talent_id is not None else None
        )
        for row in words
        if row.talent_id is None or row.talent_id in keys
    }
    return [
        given
        for given in statements
        if any(
            said.get((given.subject[1], given.source, fact.name, given.verified)) != fact.value
            for fact in given.said
        )
    ]


def _rows(
    given: Statement, keys: Mapping[UUID, DataKey], now: datetime
) -> Iterator[dict[str, Any]]:
    kind, identifier, talent_id = given.subject
    key = None if talent_id is None else keys[talent_id]
    for fact in given.said:
        row = new_id()
        stored = as_json(fact.value)
        yield {
            "id": row,
            "subject_kind": kind.value,
            "subject_id": identifier,
            "name": fact.name,
            "source": given.source,
            "verified": given.verified,
            "value": stored if key is None else None,
            "sealed": None if key is None else key.seal(json.dumps(stored), *SEALED, row),
            "talent_id": talent_id,
            "observed_at": fact.observed_at,
            "recorded_at": now,
            "valid_from": fact.valid_from,
            "valid_until": fact.valid_until,
        }


async def observe(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    settings: PolicySettings,
    who: Principal,
    body: ObservationsCreate,
    language: str,
) -> ObservationsRead:
    """Record facts: verified from an authority or a reviewer, else declared; all or nothing."""
    subject = await find_subject(session, body.subject.kind, body.subject.id)
    source = await _source(session, who, subject, settings, clock)
    verified = source not in {"talent", "agent"}
    said = _read(body.facts, subject.kind, clock, language)
    if verified:
        _require_may_verify(source, said, language)
    statement = Statement(subject_key(subject), source, said, verified)
    try:
        await save_said(session, vault, clock, statement)
    except Erased:
        raise NoSubject from None
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="facts.observed",
        subject=f"{subject.kind}:{subject.id}",
        region=subject.region,
        detail={"source": source, "names": [fact.name for fact in said]},
    )
    names = {fact.name for fact in said}
    standing = [
        shown
        for shown in await _shown(session, vault, subject)
        if shown.name in names and shown.source == source
    ]
    return ObservationsRead(subject=body.subject, facts=standing)


def subject_key(subject: SubjectFound) -> tuple[SubjectKind, UUID, UUID | None]:
    """Return a subject as a statement takes it."""
    return subject.kind, subject.id, subject.talent_id


async def _source(
    session: AsyncSession,
    who: Principal,
    subject: SubjectFound,
    settings: PolicySettings,
    clock: Clock,
) -> str:
    """Return the source for which the caller speaks about a subject."""
    if Role.SERVICE in who.roles:
        source = settings.authority_clients.get(who.subject)
        if source is None or source not in catalogue().sources:
            raise SourceUnknown
        if is_party(who, subject):
            raise OwnSubject
        if who.region is not None:
            await require_overseen(session, who, subject, clock)
        return source
    return await require_own_or_overseen(session, who, subject, clock)


def _read(
    facts: Sequence[ObservationWrite], kind: SubjectKind, clock: Clock, language: str
) -> list[Said]:
    errors = FieldErrors(language)
    now = clock.now()
    said: list[Said] = []
    seen: set[str] = set()
    for index, fact in enumerate(facts):
        place = f"body.facts.{index}"
        try:
            value = read_value(fact.name, fact.value, local_date(now))
        except FactValueError as error:
            name = "name" if error.code == "unknown-fact" else "value"
            errors.add(f"{place}.{name}", error.code)
            continue
        if definitions()[fact.name].owner is not kind:
            errors.add(f"{place}.name", "not-of-this-subject")
        if fact.name in seen:
            errors.add(f"{place}.name", "given-twice")
        if fact.observed_at is not None and not _EARLIEST <= fact.observed_at <= now:
            late = fact.observed_at > now
            errors.add(f"{place}.observed_at", "in-future" if late else "out-of-range")
        if fact.valid_from and fact.valid_until and fact.valid_until < fact.valid_from:
            errors.add(f"{place}.valid_until", "ends-before-start")
        seen.add(fact.name)
        observed_at = fact.observed_at or now
        said.append(Said(fact.name, value, observed_at, fact.valid_from, fact.valid_until))
    errors.raise_any()
    return said


def _require_may_verify(source: str, said: Sequence[Said], language: str) -> None:
    errors = FieldErrors(language)
    for index, fact in enumerate(said):
        if source not in definitions()[fact.name].verified_by:
            errors.add(f"body.facts.{index}.name", "source-may-not-verify")
    if errors.found:
        raise SourceMayNotVerify(field=errors.found[0]["field"], errors=errors.found)


async def observations(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    who: Principal,
    asked: tuple[SubjectKind, UUID],
    page: PageParams,
) -> Page[ObservationRead]:
    """List what is known of a subject, to itself or to its regions' reviewers (audited)."""
    subject = await find_subject(session, *asked)
    if await require_own_or_overseen(session, who, subject, clock) == "reviewer":
        await audit.record(
            session,
            clock,
            actor=who.subject,
            action="facts.read",
            subject=f"{subject.kind}:{subject.id}",
            region=subject.region,
            purpose="review",
        )
    rows, cursor = await repository.observations_page(session, subject.kind, subject.id, page)
    key = await _key(session, vault, subject.talent_id)
    return Page(items=[_show(row, key) for row in rows if _opens(row, key)], next_cursor=cursor)


async def _shown(
    session: AsyncSession, vault: Vault, subject: SubjectFound
) -> list[ObservationRead]:
    key = await _key(session, vault, subject.talent_id)
    rows = await repository.observations_of(session, [subject.id])
    return [_show(row, key) for row in rows if _opens(row, key)]


async def _key(session: AsyncSession, vault: Vault, talent_id: UUID | None) -> DataKey | None:
    if talent_id is None:
        return None
    return (await vault.data_keys(session, [talent_id])).get(talent_id)


def _opens(row: Observation, key: DataKey | None) -> bool:
    """Tell whether a row can be read: after erasure, a sealed one cannot."""
    return row.sealed is None or key is not None


def _show(row: Observation, key: DataKey | None) -> ObservationRead:
    return ObservationRead(
        id=row.id,
        name=row.name,
        value=stored_value(row, key),
        source=row.source,
        verified=row.verified,
        observed_at=row.observed_at,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
    )
