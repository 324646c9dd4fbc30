"""Gathering, in four queries, all that is known for the evaluation of many subjects."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.clock import local_midnight
from talent_kit.personal import Vault

from ..models.facts import Employment, Observation, Organisation
from . import repository
from .errors import NoSubject
from .known import KnownFact, Parties, Stated, SubjectFacts, prevailing
from .service import parsed
from .vocabulary import SubjectKind, assumed, definitions

ASSUMED = "assumed"
"""The source of what is taken for granted."""


async def facts_for_employment(
    session: AsyncSession, vault: Vault, employment_id: UUID, as_of: date
) -> SubjectFacts:
    """Return what is known of an employment, its talent and its employer on a day.

    Raises NoSubject where it does not exist, was rejected, or its employer is not known yet.
    """
    found = await facts_for_employments(session, vault, [employment_id], as_of)
    if not found:
        raise NoSubject
    return found[0]


async def facts_for_employments(
    session: AsyncSession, vault: Vault, employment_ids: Sequence[UUID], as_of: date
) -> list[SubjectFacts]:
    """Return the same for many, in the order asked, leaving out those not to be had."""
    rows = await repository.employments(session, employment_ids)
    by_id = {employment.id: (employment, organisation) for employment, organisation in rows}
    found = [by_id[identifier] for identifier in employment_ids if identifier in by_id]
    return await _gather(session, vault, [_parties(*pair) for pair in found], as_of)


async def facts_for_person(
    session: AsyncSession, vault: Vault, talent_id: UUID, as_of: date
) -> SubjectFacts:
    """Return what is known of a person alone on a day; raises NoSubject."""
    person = await repository.person(session, talent_id)
    if person is None:
        raise NoSubject
    subject = Parties(SubjectKind.PERSON, person=talent_id), person.region
    return (await _gather(session, vault, [subject], as_of))[0]


def _parties(employment: Employment, organisation: Organisation) -> tuple[Parties, str]:
    parties = Parties(
        SubjectKind.EMPLOYMENT,
        person=employment.talent_id,
        organisation=employment.employer_id,
        employment=employment.id,
    )
    return parties, organisation.region


async def _gather(
    session: AsyncSession, vault: Vault, subjects: Sequence[tuple[Parties, str]], as_of: date
) -> list[SubjectFacts]:
    wanted = {identifier for parties, _ in subjects for identifier in _ids(parties)}
    rows = await repository.observations_of(session, wanted)
    known = await _known(session, vault, rows, as_of)
    nothing: Mapping[str, KnownFact] = {}
    gathered = []
    for parties, region in subjects:
        together = _assumed(parties, as_of)
        for identifier in _ids(parties):
            together |= known.get(identifier, nothing)
        gathered.append(SubjectFacts(parties, region, together))
    return gathered


def _assumed(parties: Parties, as_of: date) -> dict[str, KnownFact]:
    """Return what is taken for granted of the parties: no register has said otherwise."""
    return {
        name: KnownFact(value, ASSUMED, verified=True, observed_at=local_midnight(as_of))
        for name, value in assumed().items()
        if parties.of(definitions()[name].owner) is not None
    }


def _ids(parties: Parties) -> list[UUID]:
    found = (parties.of(kind) for kind in SubjectKind)
    return [identifier for identifier in found if identifier is not None]


async def _known(
    session: AsyncSession, vault: Vault, rows: Sequence[Observation], as_of: date
) -> dict[UUID, dict[str, KnownFact]]:
    """Return the prevailing fact of each name by subject; what was erased is not known."""
    owners = {row.talent_id for row in rows if row.talent_id is not None}
    keys = await vault.data_keys(session, list(owners)) if owners else {}
    stated: dict[tuple[UUID, str], list[Stated]] = {}
    for row in rows:
        key = keys.get(row.talent_id) if row.talent_id is not None else None
        if row.sealed is not None and key is None:
            continue
        value = parsed(row, key)
        if value is not None:
            fact = KnownFact(value, row.source, row.verified, row.observed_at)
            word = Stated(fact, row.valid_from, row.valid_until)
            stated.setdefault((row.subject_id, row.name), []).append(word)
    known: dict[UUID, dict[str, KnownFact]] = {}
    for (subject, name), words in stated.items():
        fact_now = prevailing(words, as_of)
        if fact_now is not None:
            known.setdefault(subject, {})[name] = fact_now
    return known
