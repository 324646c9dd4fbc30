"""Publishing packs, and finding the one in force."""

import asyncio
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import PackPublished
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page, PageParams
from talent_kit.regions import regions
from talent_rules import RegionError

from ..models.library import PackVersion
from ..packs.checking import check_pack
from ..packs.compiling import (
    CompiledMeasure,
    CompiledPack,
    PackInvalid,
    PublishedPack,
    compile_pack,
)
from ..packs.content import PackContent, canonical, digest_of
from . import repository
from .cache import PackCache
from .errors import AlreadyPublished, NoPack, PackOfAnotherRegion, PackRefused
from .schemas import (
    CitationRead,
    MeasureList,
    MeasureRead,
    PackLine,
    PackRead,
    RequirementText,
)

_SHOWN = 100
"""Most findings in one answer."""


async def publish(
    session: AsyncSession, cache: PackCache, clock: Clock, who: Principal, content: PackContent
) -> PackRead:
    """Publish a pack for a policy administrator of its region; raises what `publish_as` does."""
    if not who.oversees(content.pack.region, clock):
        raise OutsideRegion
    return await publish_as(session, cache, clock, who.subject, content)


async def publish_as(
    session: AsyncSession, cache: PackCache, clock: Clock, actor: str, content: PackContent
) -> PackRead:
    """Check a pack and publish it as the next version of its name.

    Raises PackRefused with the findings, AlreadyPublished, PackOfAnotherRegion.
    """
    header = content.pack
    if await repository.newest_digest(session, header.name) == digest_of(content):
        raise AlreadyPublished  # and so it was checked
    try:
        # Compiling and running the examples takes the parser seconds in the worst case.
        compiled = await asyncio.to_thread(check_pack, content, regions())
    except PackInvalid as invalid:
        raise _refused(invalid) from None
    pack = await repository.lock_pack(session, header.name, header.region)
    if pack.region != header.region:
        raise PackOfAnotherRegion
    if await repository.newest_digest(session, header.name) == compiled.digest:
        raise AlreadyPublished
    cache.put(compiled)
    pack.version += 1
    row = PackVersion(
        id=new_id(),
        pack_id=pack.id,
        name=header.name,
        version=pack.version,
        digest=compiled.digest,
        region=header.region,
        valid_from=header.valid_from,
        valid_until=header.valid_until,
        measures=list(compiled.measures),
        content=canonical(content),
        published_at=clock.now(),
        published_by=actor,
    )
    await repository.add(session, row)
    event = PackPublished(
        pack_id=pack.id,
        version=pack.version,
        name=header.name,
        region=header.region,
        digest=compiled.digest,
        measures=tuple(compiled.measures),
    )
    await save_event(session, clock, event)
    await audit.record(
        session,
        clock,
        actor=actor,
        action="pack.published",
        subject=str(row.id),
        region=header.region,
        detail={"name": header.name, "version": pack.version, "digest": compiled.digest},
    )
    return _read(row)


def _refused(invalid: PackInvalid) -> PackRefused:
    errors = [
        {"field": f"body.{finding.field}", "code": finding.code, "message": finding.message}
        for finding in invalid.findings[:_SHOWN]
    ]
    return PackRefused(field=errors[0]["field"], errors=errors)


async def packs(session: AsyncSession, params: PageParams) -> Page[PackLine]:
    """List published versions, newest first."""
    rows, cursor = await repository.page(session, params)
    return Page(items=[_line(row) for row in rows], next_cursor=cursor)


async def pack(session: AsyncSession, identifier: UUID) -> PackRead:
    """Return one published version; raises NoPack."""
    row = await repository.find(session, identifier)
    if row is None:
        raise NoPack
    return _read(row)


async def packs_in_force(
    session: AsyncSession, cache: PackCache, region: str, as_of: date
) -> list[PublishedPack]:
    """Return the packs that apply in a region on a day: its own and those of the regions above.

    Raises RegionError for a region that is not known on that day.
    """
    line = [region, *regions().ancestors(region, as_of)]
    return await _in_force(session, cache, line, as_of)


async def every_pack_in_force(
    session: AsyncSession, cache: PackCache, as_of: date
) -> list[PublishedPack]:
    """Return the packs of all regions that are in force on a day."""
    return await _in_force(session, cache, None, as_of)


async def _in_force(
    session: AsyncSession, cache: PackCache, within: Sequence[str] | None, as_of: date
) -> list[PublishedPack]:
    published = [
        PublishedPack(row.id, row.version, await _compiled(session, cache, row.digest))
        for row in await repository.in_force(session, within, as_of)
    ]
    return sorted(published, key=lambda each: each.name)


def packs_for(packs: Sequence[PublishedPack], region: str, as_of: date) -> list[PublishedPack]:
    """Return those of some packs that apply in a region on a day; none for an unknown region."""
    try:
        line = {region, *regions().ancestors(region, as_of)}
    except RegionError:
        return []
    return [pack for pack in packs if pack.rules.content.pack.region in line]


async def measure_in_force(
    session: AsyncSession, cache: PackCache, region: str, as_of: date, measure_id: str
) -> PublishedPack:
    """Return the pack whose measure of this id applies in a region on a day; raises NoPack."""
    try:
        found = await packs_in_force(session, cache, region, as_of)
    except RegionError:
        raise NoPack from None
    for each in found:
        if measure_id in each.rules.measures:
            return each
    raise NoPack


async def published_pack(
    session: AsyncSession, cache: PackCache, identifier: UUID
) -> PublishedPack:
    """Return a published version by its id, in force or not; raises NoPack."""
    row = await repository.version(session, identifier)
    if row is None:
        raise NoPack
    return PublishedPack(row.id, row.version, await _compiled(session, cache, row.digest))


async def _compiled(session: AsyncSession, cache: PackCache, digest: str) -> CompiledPack:
    pack = cache.get(digest)
    if pack is None:
        stored = await repository.content_by_digest(session, digest)
        if stored is None:
            raise NoPack
        pack = await asyncio.to_thread(_compile, stored, digest)
        cache.put(pack)
    return pack


def _compile(stored: object, digest: str) -> CompiledPack:
    return compile_pack(PackContent.model_validate(stored), digest)


async def measures(
    session: AsyncSession, cache: PackCache, clock: Clock, region: str, as_of: date | None
) -> MeasureList:
    """List the measures that apply in a region on a day, today unless one is given."""
    day = as_of or local_date(clock.now())
    try:
        found = await packs_in_force(session, cache, region, day)
    except RegionError:
        found = []
    return MeasureList(
        as_of=day,
        documents=[each.rules.content.pack.document for each in found],
        measures=[
            _measure(each, measure, day)
            for each in found
            for measure in each.rules.measures.values()
        ],
    )


def citation(pack: CompiledPack, article: str) -> CitationRead:
    """Return where `annex.article` stands."""
    document = pack.content.pack.document
    cited = next(each for each in document.articles if each.citation == article)
    return CitationRead(
        document=document.number, annex=cited.annex, article=cited.article, title=cited.title
    )


def _measure(pack: PublishedPack, measure: CompiledMeasure, day: date) -> MeasureRead:
    content, header = measure.content, pack.rules.content.pack
    return MeasureRead(
        id=content.id,
        pack=pack.name,
        pack_version=pack.version,
        region=header.region,
        title=content.title,
        citation=citation(pack.rules, content.article),
        per=content.per,
        payee=content.payee,
        mode=str(pack.rules.settings_on(day)[content.mode]),
        requirements=[
            RequirementText(id=each.id, text=each.text, citation=citation(pack.rules, each.article))
            for each in measure.conditions.values()
        ],
        facts=sorted(measure.reads),
        papers=list(content.papers),
        valid_from=header.valid_from,
        valid_until=header.valid_until,
    )


def _line(row: PackVersion) -> PackLine:
    return PackLine.model_validate(row, from_attributes=True)


def _read(row: PackVersion) -> PackRead:
    return PackRead.model_validate(row, from_attributes=True)
