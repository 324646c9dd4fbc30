"""Reading and writing certificates."""

from uuid import UUID

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from ..models.certificates import FellowCertificate
from ..models.parties import Person


async def of_fellow(session: AsyncSession, fellow_id: UUID) -> FellowCertificate | None:
    """Return the certificate of a fellowship."""
    return await session.get(FellowCertificate, fellow_id)


async def by_number(session: AsyncSession, number: str) -> FellowCertificate | None:
    """Return a certificate by its number."""
    query = select(FellowCertificate).where(FellowCertificate.number == number)
    return (await session.exec(query)).one_or_none()


async def own(session: AsyncSession, login: str, fellow_id: UUID) -> FellowCertificate | None:
    """Return the certificate of a fellowship of who signs in with a login."""
    query = (
        select(FellowCertificate)
        .join(Person, Person.talent_id == FellowCertificate.talent_id)  # type: ignore[arg-type]
        .where(FellowCertificate.id == fellow_id, Person.login == login)
    )
    return (await session.exec(query)).one_or_none()
