"""Registering talents, adding their documents, changing and showing their records."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import TalentRegistered, TalentState, TalentUpdated
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.clock import local_date
from talent_kit.database import violated_constraint
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page, PageParams
from talent_kit.personal import DataKey
from talent_kit.regions import regions
from talent_kit.versions import require_version

from ..models import Document, Talent
from ..parts import IdentityService
from ..regions import require_region
from ..registry.repository import of_talents
from . import claims, errors, repository
from .documents import DocumentKind, residence_of, tells_more
from .profile import Profile, same_person, told_by
from .schemas import DocumentCreate, TalentCreate, TalentOut, TalentUpdate
from .views import shown

MAX_DOCUMENTS = 20
EARLIEST_BIRTH = date(1900, 1, 1)

_TAKEN = {
    "uq_talent_login": errors.AlreadyRegistered,
    "uq_document_blind_index": errors.DocumentRegistered,
}


async def register(
    session: AsyncSession, parts: IdentityService, who: Principal, body: TalentCreate
) -> TalentOut:
    """Register the caller as a talent with a first document, or as the talent on file with it."""
    require_region(body.region, parts.clock)
    profile = profile_of(body, local_date(parts.clock.now()))
    if await repository.by_login(session, who.subject) is not None:
        raise errors.AlreadyRegistered
    index = blind_index(parts, body.document, profile.nationality)
    on_file = await repository.by_document(session, index, for_update=True)
    if on_file is not None:
        return await _claim(session, parts, who, on_file, body, profile)
    talent_id = new_id()
    key = await parts.vault.data_key(session, talent_id)
    talent = Talent(
        id=talent_id,
        login=who.subject,
        region=body.region,
        sealed_profile=repository.seal_profile(key, talent_id, profile),
        registered_at=parts.clock.now(),
        formerly=await former_selves(session, parts, index, talent_id),
        version=1,
    )
    await _insert(session, talent)
    require_valid(body.document, parts, "body.document.valid_until")
    document = document_of(parts, key, talent.id, body.document, profile.nationality, index)
    await _insert(session, Document(**document))
    await save_event(session, parts.clock, state(TalentRegistered, talent, profile))
    await _audit(session, parts, who, "talent.registered", talent, {"kind": body.document.kind})
    return await _show(session, talent, key, profile)


async def _claim(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    on_file: Talent,
    body: TalentCreate,
    told: Profile,
) -> TalentOut:
    """Bind the caller's login to the talent on file whose document, name and birth date they tell.

    Where only agents' lists named the talent, the caller's own name and birth date count instead.
    Anything else is refused like a document that another login holds, so that nobody learns which.
    """
    key = await parts.vault.data_key(session, on_file.id)
    filed = repository.open_profile(key, on_file)
    same = is_same(filed, told)
    if on_file.login is not None or not (same or on_file.agents_word):
        raise errors.DocumentRegistered
    await claims.require_one_self(session, on_file.formerly, on_file.id)
    require_valid(body.document, parts, "body.document.valid_until")
    profile = replace(filed, phone=told.phone or filed.phone) if same else told
    on_file.login, on_file.agents_word = who.subject, False
    on_file.region = body.region
    on_file.sealed_profile = repository.seal_profile(key, on_file.id, profile)
    on_file.version += 1
    await _insert(session, on_file)
    await save_event(session, parts.clock, state(TalentUpdated, on_file, profile))
    await _audit(session, parts, who, "talent.claimed", on_file, {"kind": body.document.kind})
    await claims.take_back(session, parts, who, on_file.id)
    return await _show(session, on_file, key, profile)


def is_same(filed: Profile, told: Profile) -> bool:
    """Tell whether two records that name one document are of the same person."""
    return (filed.name, filed.birth_date) == (told.name, told.birth_date)


async def add_document(
    session: AsyncSession, parts: IdentityService, who: Principal, body: DocumentCreate
) -> TalentOut:
    """Add a further document of the caller, so that both stand for one talent."""
    talent = await own(session, who, for_update=True)
    key = await parts.vault.data_key(session, talent.id)
    profile = repository.open_profile(key, talent)
    held = (await repository.documents_of(session, [talent.id]))[talent.id]
    if len(held) >= MAX_DOCUMENTS:
        raise errors.TooManyDocuments
    reading = body.reading
    telling = tells_more(body.kind, {DocumentKind(other.kind) for other in held})
    if not same_person(reading, profile, nationality_may_change=telling):
        raise errors.DocumentContradicts(field="body.number")
    require_valid(body, parts, "body.valid_until")
    index = blind_index(parts, body, profile.nationality)
    document = Document(**document_of(parts, key, talent.id, body, profile.nationality, index))
    if telling:
        profile = told_by(reading, body.issued_by or profile.nationality, profile)
        talent.sealed_profile = repository.seal_profile(key, talent.id, profile)
    former = await former_selves(session, parts, document.blind_index, talent.id)
    talent.formerly = sorted({*talent.formerly, *former})
    talent.version += 1
    await _insert(session, document)
    await save_event(session, parts.clock, state(TalentUpdated, talent, profile))
    await _audit(session, parts, who, "talent.document-added", talent, {"kind": body.kind})
    return await _show(session, talent, key, profile)


async def update(
    session: AsyncSession, parts: IdentityService, who: Principal, expected: int, body: TalentUpdate
) -> TalentOut:
    """Change the caller's own record; saying what already stands changes nothing."""
    talent = await own(session, who, for_update=True)
    require_version(talent.version, expected)
    key = await parts.vault.data_key(session, talent.id)
    profile = repository.open_profile(key, talent)
    given = body.model_dump(exclude_unset=True)
    region = given.pop("region", talent.region)
    changed = replace(profile, **given)
    if (changed, region) != (profile, talent.region):
        require_region(region, parts.clock)
        talent.region = region
        talent.sealed_profile = repository.seal_profile(key, talent.id, changed)
        talent.version += 1
        await save_event(session, parts.clock, state(TalentUpdated, talent, changed))
        fields = {"fields": sorted(body.model_fields_set)}
        await _audit(session, parts, who, "talent.changed", talent, fields)
    return await _show(session, talent, key, changed)


async def own(session: AsyncSession, who: Principal, *, for_update: bool = False) -> Talent:
    """Return the caller's own talent; raises NotRegistered."""
    talent = await repository.by_login(session, who.subject, for_update=for_update)
    if talent is None:
        raise errors.NotRegistered
    return talent


async def show_own(session: AsyncSession, parts: IdentityService, who: Principal) -> TalentOut:
    """Show the caller's own record."""
    talent = await own(session, who)
    return (await _show_all(session, parts, [talent]))[0]


async def show(
    session: AsyncSession, parts: IdentityService, who: Principal, talent_id: UUID
) -> TalentOut:
    """Show a record to its talent, or to staff of its region, which is audited."""
    talent = await repository.by_id(session, talent_id)
    if talent is None:
        raise errors.TalentNotFound
    if not (Role.TALENT in who.roles and talent.login == who.subject):
        staff = not who.roles.isdisjoint({Role.REVIEWER, Role.AUDITOR})
        if not (staff and who.oversees(talent.region, parts.clock)):
            raise errors.TalentNotFound
        await _audit(session, parts, who, "talent.read", talent)
    return (await _show_all(session, parts, [talent]))[0]


async def list_of_region(
    session: AsyncSession, parts: IdentityService, who: Principal, page: PageParams
) -> Page[TalentOut]:
    """Show the talents of the caller's region and all regions within it."""
    today = local_date(parts.clock.now())
    codes = [
        code
        for code in await repository.regions_with_talents(session)
        if regions().within(code, who.region or "", today)
    ]
    talents, following = await repository.page_of_regions(session, codes, page)
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="talents.listed",
        subject=f"region:{who.region}",
        region=who.region,
        detail={"shown": len(talents)},
    )
    return Page(items=await _show_all(session, parts, talents), next_cursor=following)


def profile_of(body: TalentCreate, today: date) -> Profile:
    """Put together what the document's number and the talent's own words tell.

    Raises BirthDateRequired, BirthDateImpossible, NationalityRequired, DocumentContradicts.
    """
    reading = body.document.reading
    proven = reading.birth_date
    birth_date = proven or body.birth_date
    if birth_date is None:
        raise errors.BirthDateRequired(field="body.birth_date")
    nationality = reading.nationality or body.nationality
    if nationality is None:
        raise errors.NationalityRequired(field="body.nationality")
    if body.birth_date is not None and not reading.fits_birth_date(body.birth_date):
        raise errors.DocumentContradicts(field="body.birth_date")
    if body.nationality is not None and not reading.fits_nationality(body.nationality):
        raise errors.DocumentContradicts(field="body.nationality")
    if not EARLIEST_BIRTH <= birth_date <= today:
        raise errors.BirthDateImpossible(field="body.birth_date")
    return Profile(
        name=body.name,
        phone=body.phone,
        birth_date=birth_date,
        sex=reading.sex,
        nationality=nationality,
        residence=residence_of(reading, body.document.issued_by or nationality),
        birth_date_proven=proven is not None,
    )


def require_valid(body: DocumentCreate, parts: IdentityService, field: str) -> None:
    """Raise DocumentExpired for a document that is no longer valid today."""
    if body.valid_until is not None and body.valid_until < local_date(parts.clock.now()):
        raise errors.DocumentExpired(field=field)


def blind_index(parts: IdentityService, body: DocumentCreate, nationality: str) -> bytes:
    """Return the keyed hash under which a document is unique."""
    return parts.keyring.blind_index(*body.reading.index_value(_issuer(body, nationality)))


def marker(parts: IdentityService, index: bytes) -> bytes:
    """Return what stays of a document whose holder is erased: it finds no document."""
    return parts.keyring.blind_index("erased", index.hex())


async def former_selves(
    session: AsyncSession, parts: IdentityService, index: bytes, talent_id: UUID
) -> list[UUID]:
    """Return the erased talents who held a document; raises DocumentRegistered as claims do."""
    mark = marker(parts, index)
    former = (await repository.erased_by_markers(session, [mark])).get(mark, [])
    await claims.require_one_self(session, former, talent_id)
    return former


def _issuer(body: DocumentCreate, nationality: str) -> str | None:
    """Return the state that issued a passport: the holder's own unless it is named."""
    return (body.issued_by or nationality) if body.kind is DocumentKind.PASSPORT else None


def document_of(
    parts: IdentityService,
    key: DataKey,
    talent_id: UUID,
    body: DocumentCreate,
    nationality: str,
    index: bytes,
) -> dict[str, Any]:
    """Return the columns of a document, its number and issuer sealed."""
    issuer = _issuer(body, nationality)
    row = new_id()
    return {
        "id": row,
        "talent_id": talent_id,
        "kind": body.kind,
        "sealed_number": key.seal(body.number, "document", "sealed_number", row),
        "sealed_issuer": key.seal(issuer, "document", "sealed_issuer", row) if issuer else None,
        "blind_index": index,
        "valid_until": body.valid_until,
        "added_at": parts.clock.now(),
    }


async def _insert(session: AsyncSession, row: Talent | Document) -> None:
    session.add(row)
    try:
        await session.flush()
    except IntegrityError as error:
        taken = _TAKEN.get(violated_constraint(error) or "")
        if taken is None:
            raise
        raise taken from None


def state(event: type[TalentState], talent: Talent, profile: Profile) -> TalentState:
    """Return an event with a talent's public state."""
    return state_of(
        event,
        profile,
        talent.id,
        login=talent.login,
        region=talent.region,
        formerly=talent.formerly,
        version=talent.version,
    )


def state_of(
    event: type[TalentState],
    profile: Profile,
    talent_id: UUID,
    *,
    login: str | None,
    region: str,
    formerly: Sequence[UUID],
    version: int,
) -> TalentState:
    """Return the same without the talent's row, for many that are only on file."""
    return event(
        version=version,
        talent_id=talent_id,
        login=login,
        region=region,
        birth_date=profile.birth_date,
        birth_date_proven=profile.birth_date_proven,
        nationality=profile.nationality,
        residence=profile.residence,
        formerly=tuple(formerly),
    )


async def _audit(
    session: AsyncSession,
    parts: IdentityService,
    who: Principal,
    action: str,
    talent: Talent,
    detail: dict[str, Any] | None = None,
) -> None:
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action=action,
        subject=f"talent:{talent.id}",
        region=talent.region,
        detail=detail,
    )


async def _show(session: AsyncSession, talent: Talent, key: DataKey, profile: Profile) -> TalentOut:
    documents = await repository.documents_of(session, [talent.id])
    return shown(talent, profile, documents, await of_talents(session, [talent.id]), key)


async def _show_all(
    session: AsyncSession, parts: IdentityService, talents: Sequence[Talent]
) -> list[TalentOut]:
    identifiers = [talent.id for talent in talents]
    keys = await parts.vault.data_keys(session, identifiers)
    documents = await repository.documents_of(session, identifiers)
    registry = await of_talents(session, identifiers)
    return [
        shown(
            talent,
            repository.open_profile(keys[talent.id], talent),
            documents,
            registry,
            keys[talent.id],
        )
        for talent in talents
        if talent.id in keys
    ]
