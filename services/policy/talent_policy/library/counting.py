"""How far the counters of measures have come, as facts of those who ask."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import pairs
from talent_kit.clock import local_midnight
from talent_kit.regions import regions
from talent_rules import Environment, WorkingCalendar

from ..facts.known import KnownFact, SubjectFacts
from ..facts.vocabulary import SubjectKind
from ..models.money import Counter
from ..packs.compiling import CompiledCounter, CompiledMeasure, PublishedPack
from ..packs.counters import COUNTED
from ..packs.deciding import environment, key_of
from ..packs.records import DecisionRecord

PLATFORM = "platform"
"""The source of what is counted here; it weighs as a register's word does."""


async def with_counts(
    session: AsyncSession,
    asked: Sequence[tuple[SubjectFacts, Sequence[PublishedPack]]],
    as_of: date,
) -> list[SubjectFacts]:
    """Return the subjects with what the measures of their packs have granted already.

    One query for all of them; none where no measure counts anything. A counter whose key depends on
    a fact that is not known stays unknown.
    """
    every = {pack.rules.digest: pack for _, packs in asked for pack in packs}
    counting = {digest: _counting(pack, as_of) for digest, pack in every.items()}
    keys = [
        list(_keys(facts, [counting[pack.rules.digest] for pack in packs]))
        for facts, packs in asked
    ]
    used = await _used(session, {(counter.scope, key) for of in keys for _, counter, key in of})
    since = local_midnight(as_of)
    nothing = KnownFact(0, PLATFORM, True, since)
    told = {key: KnownFact(number, PLATFORM, True, since) for key, number in used.items()}
    found = []
    for (facts, _), of in zip(asked, keys, strict=True):
        counted: dict[str, dict[str, KnownFact]] = {}
        for measure, counter, key in of:
            fact = told.get((counter.scope, key), nothing)
            counted.setdefault(measure.scope, {})[COUNTED[counter.kind]] = fact
        found.append(replace(facts, counted=counted) if counted else facts)
    return found


def counted_then(record: DecisionRecord) -> dict[str, KnownFact]:
    """Return the counters as a decision saw them, so that a grant does not count itself."""
    names = frozenset(COUNTED.values())
    return {
        fact.name: KnownFact(fact.value, fact.source, fact.verified, fact.observed_at)
        for fact in record.facts
        if fact.name in names
    }


class _Counting(NamedTuple):
    """The measures of a pack that count something, and what their keys may look at."""

    measures: Mapping[SubjectKind, Sequence[CompiledMeasure]]
    env: Environment


def _counting(pack: PublishedPack, as_of: date) -> _Counting:
    measures: dict[SubjectKind, list[CompiledMeasure]] = {}
    for measure in pack.rules.measures.values():
        if measure.counters:
            measures.setdefault(measure.content.per, []).append(measure)
    return _Counting(measures, environment(pack.rules, as_of, regions(), WorkingCalendar()))


def _keys(
    facts: SubjectFacts, packs: Sequence[_Counting]
) -> Iterator[tuple[CompiledMeasure, CompiledCounter, str]]:
    values = facts.values
    for pack in packs:
        for measure in pack.measures.get(facts.parties.kind, ()):
            for counter in measure.counters:
                try:
                    key = key_of(counter.per, facts.parties, values, pack.env)
                except LookupError:
                    continue
                yield measure, counter, key


async def _used(session: AsyncSession, keys: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not keys:
        return {}
    scopes, names = zip(*sorted(keys), strict=True)
    found = await session.execute(_USED, {"scopes": list(scopes), "keys": list(names)})
    return {(scope, key): used for scope, key, used in found}


_KEYS = pairs(scope="scopes", key="keys")
_USED = select(col(Counter.scope), col(Counter.key), col(Counter.used)).join(
    _KEYS, (col(Counter.scope) == _KEYS.c.scope) & (col(Counter.key) == _KEYS.c.key)
)
