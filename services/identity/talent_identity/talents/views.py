"""Talents as they are shown: masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.personal import DataKey, Vault

from ..models import Document, Talent
from ..registry.schemas import RegistryEntryOut
from . import repository
from .documents import DocumentKind, masked_number
from .names import masked_name
from .phones import masked_phone
from .profile import Profile
from .schemas import DocumentOut, TalentOut


def shown(
    talent: Talent,
    profile: Profile,
    documents: Mapping[UUID, Sequence[Document]],
    registry: Mapping[UUID, list[RegistryEntryOut]],
    key: DataKey,
) -> TalentOut:
    """Return a talent's record with name, phone and numbers masked; both maps are by talent."""
    return TalentOut(
        id=talent.id,
        name=masked_name(profile.name),
        phone=profile.phone and masked_phone(profile.phone),
        birth_date=profile.birth_date,
        sex=profile.sex,
        nationality=profile.nationality,
        residence=profile.residence,
        region=talent.region,
        documents=[
            DocumentOut(
                id=document.id,
                kind=DocumentKind(document.kind),
                number=masked_number(repository.open_number(key, document)),
                issued_by=repository.open_issuer(key, document),
                valid_until=document.valid_until,
            )
            for document in documents[talent.id]
        ],
        registry=registry.get(talent.id, []),
        registered_at=talent.registered_at,
        version=talent.version,
    )


@dataclass(frozen=True)
class Masked:
    """As much of a talent as an employer needs to recognise their own people."""

    name: str
    document: str


async def masked(
    session: AsyncSession, vault: Vault, talent_ids: Sequence[UUID]
) -> dict[UUID, Masked]:
    """Return talents masked, each with the first document; those erased are left out."""
    identifiers = list(set(talent_ids))
    keys = await vault.data_keys(session, identifiers)
    documents = await repository.documents_of(session, identifiers)
    return {
        talent.id: Masked(
            name=masked_name(repository.open_profile(keys[talent.id], talent).name),
            document=masked_number(
                repository.open_number(keys[talent.id], documents[talent.id][0])
            ),
        )
        for talent in await repository.by_ids(session, identifiers)
        if talent.id in keys
    }
