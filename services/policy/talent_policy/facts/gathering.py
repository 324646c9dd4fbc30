"""Gathering all that is known for the evaluation of many subjects.

However many they are it takes a query for each sort of subject (persons, organisations,
employments, matters), one for what was said of them, and one for the keys.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import local_midnight
from talent_kit.personal import Vault

from . import repository
from .derived import derived, with_sources
from .errors import NoSubject
from .known import EMPLOYER, KnownFact, Parties, Stated, SubjectFacts, prevailing
from .repository import Word
from .stored import parsed
from .vocabulary import MATTERS, SubjectKind, assumed, definitions

_TURN = 100
"""Statements opened before a request that waits in this process gets its turn."""

ASSUMED = "assumed"
"""The source of what is taken for granted."""


class Found(NamedTuple):
    """A subject with its parties and region."""

    parties: Parties
    region: str
    one_hand: bool = False
    """See `SubjectFacts`."""


async def facts_of(
    session: AsyncSession, vault: Vault, kind: SubjectKind, identifier: UUID, as_of: date
) -> SubjectFacts:
    """Return what is known of a subject and its parties on a day.

    Raises NoSubject where it does not exist; an employment neither where it was rejected or its
    employer is not known yet.
    """
    found = await facts_of_many(session, vault, [(kind, identifier)], as_of)
    if not found:
        raise NoSubject
    return found[0]


async def facts_of_many(
    session: AsyncSession,
    vault: Vault,
    subjects: Sequence[tuple[SubjectKind, UUID]],
    as_of: date,
    names: Collection[str] | None = None,
) -> list[SubjectFacts]:
    """Return the same for many, in the order asked, leaving out those not to be had.

    Where `names` are given nothing else is read, nor opened.
    """
    wanted: dict[SubjectKind | None, set[UUID]] = {}
    for kind, identifier in subjects:
        wanted.setdefault(None if kind in MATTERS else kind, set()).add(identifier)
    by_subject = {
        (found.parties.kind, found.parties.id): found
        for place, ids in wanted.items()
        for found in await _FINDERS[place](session, ids)
    }
    found = [by_subject[each] for each in subjects if each in by_subject]
    return await _gather(session, vault, found, as_of, names)


async def _persons(session: AsyncSession, ids: Collection[UUID]) -> list[Found]:
    return [
        Found(Parties(SubjectKind.PERSON, talent_id, person=talent_id), region)
        for talent_id, region in await repository.persons(session, ids)
    ]


async def _organisations(session: AsyncSession, ids: Collection[UUID]) -> list[Found]:
    return [
        Found(Parties(SubjectKind.ORGANISATION, employer_id, None, employer_id), region)
        for employer_id, region in await repository.organisations(session, ids)
    ]


async def _employments(session: AsyncSession, ids: Collection[UUID]) -> list[Found]:
    return [
        Found(Parties(SubjectKind.EMPLOYMENT, *parties), region, one_hand)
        for *parties, region, one_hand in await repository.employments(session, ids)
    ]


async def _matters(session: AsyncSession, ids: Collection[UUID]) -> list[Found]:
    return [
        Found(
            Parties(SubjectKind(row.kind), row.id, row.talent_id, row.employer_id),
            row.region,
            one_hand,
        )
        for row, one_hand in await repository.matters(session, ids)
    ]


_FINDERS: Mapping[
    SubjectKind | None,
    Callable[[AsyncSession, Collection[UUID]], Awaitable[list[Found]]],
] = {
    SubjectKind.PERSON: _persons,
    SubjectKind.ORGANISATION: _organisations,
    SubjectKind.EMPLOYMENT: _employments,
    None: _matters,
}
"""How subjects of a kind are found with their regions; None stands for every kind of matter."""


async def _gather(
    session: AsyncSession,
    vault: Vault,
    subjects: Sequence[Found],
    as_of: date,
    names: Collection[str] | None,
) -> list[SubjectFacts]:
    wanted = {identifier for found in subjects for identifier in _ids(found.parties)}
    asked = None if names is None else with_sources(names)
    rows = await repository.words_of(session, wanted, asked)
    own = {found.parties.id for found in subjects if found.one_hand}
    known = await _known(session, vault, rows, as_of, own)
    nothing: Mapping[str, KnownFact] = {}
    granted: dict[tuple[SubjectKind, bool, bool], dict[str, KnownFact]] = {}
    gathered = []
    for parties, region, one_hand in subjects:
        sort = (parties.kind, parties.person is None, parties.organisation is None)
        if sort not in granted:
            granted[sort] = _assumed(parties, as_of)
        together = dict(granted[sort])
        for identifier in _ids(parties):
            together |= known.get(identifier, nothing)
        together |= derived(together)
        gathered.append(SubjectFacts(parties, region, together, one_hand=one_hand))
    return gathered


def _assumed(parties: Parties, as_of: date) -> dict[str, KnownFact]:
    """Return what is taken for granted of the parties: no register has said otherwise."""
    return {
        name: KnownFact(value, ASSUMED, verified=True, observed_at=local_midnight(as_of))
        for name, value in assumed().items()
        if (owner := definitions()[name].owner) is not None and parties.of(owner) is not None
    }


def _ids(parties: Parties) -> list[UUID]:
    parts = dict.fromkeys((parties.id, parties.person, parties.organisation))
    return [identifier for identifier in parts if identifier is not None]


async def _known(
    session: AsyncSession,
    vault: Vault,
    rows: Sequence[Word],
    as_of: date,
    own: Collection[UUID],
) -> dict[UUID, dict[str, KnownFact]]:
    """Return the prevailing fact of each name by subject; what was erased is not known.

    What an employer says where the talent is an agent of it (`own`) is a declaration.
    """
    owners = {row.talent_id for row in rows if row.talent_id is not None}
    keys = await vault.data_keys(session, list(owners)) if owners else {}
    stated: dict[tuple[UUID, str], list[Stated]] = {}
    for number, row in enumerate(rows):
        if number % _TURN == _TURN - 1:
            await asyncio.sleep(0)
        key = keys.get(row.talent_id) if row.talent_id is not None else None
        if row.sealed is not None and key is None:
            continue
        value = parsed(row, key)
        if value is not None:
            own_word = row.source == EMPLOYER and row.subject_id in own
            verified = row.verified and not own_word
            fact = KnownFact(value, row.source, verified, row.observed_at)
            word = Stated(fact, row.valid_from, row.valid_until)
            stated.setdefault((row.subject_id, row.name), []).append(word)
    known: dict[UUID, dict[str, KnownFact]] = {}
    for (subject, name), words in stated.items():
        fact_now = prevailing(words, as_of)
        if fact_now is not None:
            known.setdefault(subject, {})[name] = fact_now
    return known
