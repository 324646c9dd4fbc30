"""Whom the rows of a list find on file already, and whose word about them counts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import TalentUpdated
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.outbox import save_event
from talent_kit.personal import DataKey

from ..models import Talent
from ..parts import IdentityService
from . import repository
from .profile import Profile
from .schemas import DocumentCreate
from .service import is_same, state


class FilingRow(NamedTuple):
    """A row that holds together."""

    place: bytes
    """The document's blind index."""
    profile: Profile
    region: str
    document: DocumentCreate


class OnFile(NamedTuple):
    """Somebody on file."""

    id: UUID
    profile: Profile
    told: bool
    """Whether the sender may learn that a row names them otherwise."""
    region: str


async def on_file_now(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    rows: Mapping[bytes, FilingRow],
) -> dict[bytes, OnFile]:
    """Return who is on file, by document, once an office's rows have corrected what they may.

    An office may know those who live or work in its region, or whom only agents named so far.
    """
    held = await repository.by_documents(session, list(rows))
    keys = await parts.vault.data_keys(session, list({talent.id for talent in held.values()}))
    told = await _told(session, parts, who, held)
    # Nobody else's claim may come between what is read and what is corrected.
    open_ids = [
        talent.id
        for index, talent in held.items()
        if talent.id in told
        and talent.login is None
        and (
            talent.agents_word
            or not is_same(repository.open_profile(keys[talent.id], talent), rows[index].profile)
        )
    ]
    unclaimed = await repository.never_claimed(session, open_ids) if open_ids else {}
    for index, talent in held.items():
        if talent.id in unclaimed:
            await _correct(session, parts, who, unclaimed[talent.id], rows[index], keys[talent.id])
    return {
        index: OnFile(
            talent.id,
            repository.open_profile(keys[talent.id], talent),
            talent.id in told,
            talent.region,
        )
        for index, talent in held.items()
    }


async def _told(
    session: AsyncSession, parts: IdentityService, who: Principal, held: Mapping[bytes, Talent]
) -> set[UUID]:
    """Return of whom the sender may know who they are; an agent of nobody."""
    if who.region is None:
        return set()
    talents = {talent.id: talent for talent in held.values()}
    told = {
        talent.id
        for talent in talents.values()
        if who.oversees(talent.region, parts.clock) or (talent.login is None and talent.agents_word)
    }
    rest = talents.keys() - told
    places = await repository.places_of_work(session, rest) if rest else {}
    return told | {
        talent_id
        for talent_id, regions in places.items()
        if any(who.oversees(region, parts.clock) for region in regions)
    }


async def _correct(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    talent: Talent,
    row: FilingRow,
    key: DataKey,
) -> None:
    """Let an office's word stand for a record that nobody has claimed."""
    profile = repository.open_profile(key, talent)
    only_agents, talent.agents_word = talent.agents_word, False
    if not is_same(profile, row.profile):
        changed = replace(row.profile, phone=row.profile.phone or profile.phone)
        talent.sealed_profile = repository.seal_profile(key, talent.id, changed)
        talent.region = row.region if only_agents else talent.region
        talent.version += 1
        await save_event(session, parts.clock, state(TalentUpdated, talent, changed))
        await audit.record(
            session,
            parts.clock,
            actor=who.subject,
            action="talent.corrected",
            subject=f"talent:{talent.id}",
            region=talent.region,
        )
    await session.flush()
