"""What is verified of persons and other services ask for: told as an event when it changes.

A word may begin or cease to hold on a later day: a timer looks again on the first such day.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import StandingChanged
from talent_kit.clock import Clock, local_date, local_midnight
from talent_kit.outbox import save_events
from talent_kit.personal import Vault
from talent_kit.service import Service
from talent_kit.timers import set_timers

from ..models.facts import Standing
from . import repository
from .known import KnownFact, Stated, prevailing
from .stored import parsed

DEGREE = "person.degree"
CLASSES: Mapping[str, str] = {"person.provincial_class": "province", "person.city_class": "city"}
"""By fact, how the scheme of talent classes (人才分类) is called outside."""
FACTS = frozenset({DEGREE, *CLASSES})
LOOK = "facts.standing"
"""Timer: see what is verified of a talent now; the key is the talent's id."""

Words = Mapping[str, Iterable[Stated]]
"""What registers and reviewers say of a talent, by fact."""


class Verified(NamedTuple):
    """What prevails on a day."""

    degree: str | None
    talent_classes: list[str]


async def follow(
    session: AsyncSession, vault: Vault, clock: Clock, talent_ids: Collection[UUID]
) -> None:
    """Tell of those of some talents of whom something else is verified than was told.

    Their rows are locked before their facts are read, so that of two changes at a time the later
    sees the earlier. Nothing is told of who was erased.
    """
    if not talent_ids:
        return
    rows = await repository.hold_standings(session, talent_ids)
    said = await _said(session, vault, rows)
    today = local_date(clock.now())
    told, again = [], {}
    for row in rows:
        words = said[row.id]
        found = verified(words, today)
        if found != (row.degree, row.talent_classes):
            row.degree, row.talent_classes = found
            row.version += 1
            told.append(state(row))
        if days := changes(words, today):
            again[str(row.id)] = local_midnight(min(days))
    await session.flush()
    await save_events(session, clock, told)
    await set_timers(session, LOOK, again)


async def _said(
    session: AsyncSession, vault: Vault, rows: Collection[Standing]
) -> defaultdict[UUID, defaultdict[str, list[Stated]]]:
    ids = [row.id for row in rows]
    keys = await vault.data_keys(session, ids)
    said: defaultdict[UUID, defaultdict[str, list[Stated]]] = defaultdict(lambda: defaultdict(list))
    for word in await repository.words_of(session, ids, FACTS):
        if not word.verified or word.subject_id not in keys:
            continue
        value = parsed(word, keys[word.subject_id])
        if value is not None:
            fact = KnownFact(value, word.source, word.verified, word.observed_at)
            said[word.subject_id][word.name].append(Stated(fact, word.valid_from, word.valid_until))
    return said


def verified(words: Words, day: date) -> Verified:
    """Return what prevails on a day among what was verified."""
    found = {
        name: str(fact.value)
        for name, each in words.items()
        if (fact := prevailing(each, day)) is not None
    }
    classes = [f"{scheme}.{found[name]}" for name, scheme in CLASSES.items() if name in found]
    return Verified(found.get(DEGREE), sorted(classes))


def changes(words: Words, after: date) -> set[date]:
    """Return the days after one on which a word begins to hold, or holds no longer."""
    every = [word for each in words.values() for word in each]
    begin = {word.valid_from for word in every if word.valid_from is not None}
    cease = {word.valid_until + timedelta(days=1) for word in every if word.valid_until is not None}
    return {day for day in begin | cease if day > after}


def state(row: Standing) -> StandingChanged:
    """Return what is told of a talent."""
    return StandingChanged(
        talent_id=row.id,
        degree=row.degree,
        talent_classes=tuple(row.talent_classes),
        version=row.version,
    )


class Look:
    """Timer handler of `facts.standing`."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, key: str) -> None:
        """Tell of a talent of whom something else is verified since this day."""
        service = self._service
        async with service.database.transaction() as session:
            await follow(session, service.vault, service.clock, {UUID(key)})
