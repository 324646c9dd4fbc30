"""Showing and exporting what is held of a talent."""

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal

from ..employments import listing
from ..models import Talent
from ..parts import IdentityService
from ..registry.repository import of_talents
from ..sessions import service as sessions
from ..talents import repository as talent_repository
from ..talents import service as talents
from ..talents.documents import DocumentKind
from . import repository
from .schemas import (
    CodeHeld,
    DocumentInClear,
    PersonalData,
    PersonalDataExport,
    ProfileInClear,
)


async def show(session: AsyncSession, parts: IdentityService, who: Principal) -> PersonalData:
    """Show the caller everything held of them, numbers masked."""
    talent = await talents.own(session, who)
    employments = await repository.employments_of(session, talent.id)
    return PersonalData(
        profile=await talents.show_own(session, parts, who),
        employments=await listing.shown_all(session, parts, employments),
        codes=await _codes(session, talent),
        sessions=await sessions.shown(session, parts, who.subject),
        readings=await _readings(session, talent),
    )


async def export(
    session: AsyncSession, parts: IdentityService, who: Principal
) -> PersonalDataExport:
    """Hand the caller everything held of them, in clear; an audited act."""
    talent = await talents.own(session, who)
    key = await parts.vault.data_key(session, talent.id)
    profile = talent_repository.open_profile(key, talent)
    documents = (await talent_repository.documents_of(session, [talent.id]))[talent.id]
    employments = await repository.employments_of(session, talent.id)
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="personal-data.exported",
        subject=f"talent:{talent.id}",
        region=talent.region,
    )
    return PersonalDataExport(
        exported_at=parts.clock.now(),
        profile=ProfileInClear(
            id=talent.id,
            login=who.subject,
            name=profile.name,
            phone=profile.phone,
            birth_date=profile.birth_date,
            sex=profile.sex,
            nationality=profile.nationality,
            residence=profile.residence,
            region=talent.region,
            registered_at=talent.registered_at,
            formerly=talent.formerly,
        ),
        documents=[
            DocumentInClear(
                kind=DocumentKind(document.kind),
                number=talent_repository.open_number(key, document),
                issued_by=talent_repository.open_issuer(key, document),
                valid_until=document.valid_until,
                added_at=document.added_at,
            )
            for document in documents
        ],
        registry=(await of_talents(session, [talent.id])).get(talent.id, []),
        employments=await listing.shown_all(session, parts, employments),
        codes=await _codes(session, talent),
        sessions=await sessions.shown(session, parts, who.subject),
        readings=await _readings(session, talent),
    )


async def _codes(session: AsyncSession, talent: Talent) -> list[CodeHeld]:
    found = await repository.codes_of(session, talent.id)
    return [CodeHeld.model_validate(code, from_attributes=True) for code in found]


async def _readings(session: AsyncSession, talent: Talent) -> list[audit.Reading]:
    subjects = [f"talent:{talent.id}"]
    subjects += [
        f"employment:{employment.id}"
        for employment in await repository.employments_of(session, talent.id)
    ]
    return await audit.readings(session, subjects, but_by=talent.login or "")
