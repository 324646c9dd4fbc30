"""Putting many talents on file by an authority's list (人才备案), without a login.

A row goes through what a registration goes through; what it breaks refuses that row alone.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import TalentRegistered
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import local_date
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_events
from talent_kit.personal import DataKey
from talent_kit.problems import Problem

from ..filing import Filed, Outcome
from ..parts import IdentityService
from ..regions import require_region
from . import errors, repository
from .on_file import FilingRow, OnFile, on_file_now
from .schemas import TalentCreate
from .service import blind_index, document_of, is_same, marker, profile_of, require_valid, state_of

Read = FilingRow | Problem
"""A row that holds together, or what is wrong with it."""


async def file_many(
    session: AsyncSession, parts: IdentityService, who: Principal, rows: Sequence[Read]
) -> list[Filed]:
    """File talents in a handful of statements; return each row's outcome, in order.

    A document on file with the same name and birth date is known, whoever brought it. With others,
    an office corrects what nobody has claimed, and for a talent of its region the row is refused:
    FiledOtherwise. Agents, and offices elsewhere, get one answer for both: the row `waits`.
    """
    first: dict[bytes, FilingRow] = {}
    for row in rows:
        if isinstance(row, FilingRow):
            first.setdefault(row.place, row)
    on_file = await on_file_now(session, parts, who, first)
    new = {index: row for index, row in first.items() if index not in on_file}
    made = await _insert(session, parts, who, new)
    if len(made) < len(new):  # somebody else registered one of the documents meanwhile
        rest = {index: row for index, row in new.items() if index not in made}
        on_file |= await on_file_now(session, parts, who, rest)
    await _audit_mismatches(session, parts, who, rows, on_file)
    return [
        Filed.refused(row)
        if isinstance(row, Problem)
        else Filed(Outcome.FILED, made[row.place])
        if row.place in made and first[row.place] is row
        else _known(who, row, made, first, on_file)
        for row in rows
    ]


def read(parts: IdentityService, body: TalentCreate) -> Read:
    """Return what a row says by itself, whoever is on file: may be called in a thread."""
    try:
        require_region(body.region, parts.clock)
        require_valid(body.document, parts, "body.document.valid_until")
        profile = profile_of(body, local_date(parts.clock.now()))
    except Problem as problem:
        return problem
    index = blind_index(parts, body.document, profile.nationality)
    return FilingRow(index, profile, body.region, body.document)


def _known(
    who: Principal,
    row: FilingRow,
    made: Mapping[bytes, UUID],
    first: Mapping[bytes, FilingRow],
    on_file: Mapping[bytes, OnFile],
) -> Filed:
    if row.place in made:
        talent_id, profile, told = made[row.place], first[row.place].profile, who.region is not None
    else:
        talent_id, profile, told, _ = on_file[row.place]
    if told and not is_same(profile, row.profile):
        return Filed.refused(errors.FiledOtherwise(field="body.document.number"))
    return Filed(Outcome.KNOWN, talent_id, waits=not told)


async def _audit_mismatches(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    rows: Sequence[Read],
    on_file: Mapping[bytes, OnFile],
) -> None:
    """Note each row that named somebody on file otherwise, whatever its sender is told."""
    subjects = [
        (f"talent:{found.id}", found.region)
        for row in rows
        if isinstance(row, FilingRow) and (found := on_file.get(row.place)) is not None
        if not is_same(found.profile, row.profile)
    ]
    await audit.record_many(
        session, parts.clock, actor=who.subject, action="talent.named-otherwise", subjects=subjects
    )


async def _insert(
    session: AsyncSession, parts: IdentityService, who: Principal, new: Mapping[bytes, FilingRow]
) -> dict[bytes, UUID]:
    """Insert what is new with keys, events and audit entries; return whose each document is."""
    identifiers = {index: new_id() for index in new}
    keys = await parts.vault.make_keys(session, list(identifiers.values()))
    made = {
        index: _sealed(parts, keys[identifiers[index]], identifiers[index], row)
        for index, row in new.items()
    }
    kept = await repository.file(
        session, list(made.values()), parts.clock.now(), agents_word=who.region is None
    )
    filed = {index: identifiers[index] for index in new if identifiers[index] in kept}
    former = await _former_selves(session, parts, filed)
    events = [
        state_of(
            TalentRegistered,
            new[index].profile,
            talent_id,
            login=None,
            region=new[index].region,
            formerly=former.get(talent_id, ()),
            version=1,
        )
        for index, talent_id in filed.items()
    ]
    await save_events(session, parts.clock, events)
    await audit.record_many(
        session,
        parts.clock,
        actor=who.subject,
        action="talent.filed",
        subjects=[(f"talent:{talent_id}", new[index].region) for index, talent_id in filed.items()],
    )
    return filed


async def _former_selves(
    session: AsyncSession, parts: IdentityService, filed: Mapping[bytes, UUID]
) -> dict[UUID, list[UUID]]:
    """Note, for those filed, which erased talents held their document before."""
    by_marker = {marker(parts, index): talent_id for index, talent_id in filed.items()}
    found = await repository.erased_by_markers(session, list(by_marker))
    former = {by_marker[mark]: talent_ids for mark, talent_ids in found.items()}
    for talent_id, talent_ids in former.items():
        await repository.set_formerly(session, talent_id, talent_ids)
    return former


def _sealed(
    parts: IdentityService, key: DataKey, talent_id: UUID, row: FilingRow
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of a talent and of the document."""
    talent = {
        "id": talent_id,
        "region": row.region,
        "sealed_profile": repository.seal_profile(key, talent_id, row.profile),
    }
    document = document_of(parts, key, talent_id, row.document, row.profile.nationality, row.place)
    return talent, document
