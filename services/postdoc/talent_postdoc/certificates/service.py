"""Giving certificates, and showing them: to whoever has the number, to their holders on paper."""

from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_code import TalentCodeError, new_number, parse_number
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.texts import Bilingual

from ..models.certificates import FellowCertificate
from ..models.fellows import Fellow
from ..models.stations import Station
from . import errors, repository
from .schemas import FellowCertificateRead


async def follow(
    session: AsyncSession, clock: Clock, fellow: Fellow, station: Station, *, completed: bool
) -> None:
    """Give a certificate to who has completed; put it right, or revoke it, as the fellowship is.

    Takes the caller's lock on the fellowship for granted. A certificate keeps its number.
    """
    row = await repository.of_fellow(session, fellow.id)
    if not completed or fellow.entered_on is None or fellow.ended_on is None:
        if row is not None and not row.revoked:
            row.revoked = True
            row.version += 1
        return
    said: dict[str, Any] = {
        "station_zh": station.name_zh,
        "station_en": station.name_en,
        "unit_zh": station.unit_zh,
        "unit_en": station.unit_en,
        "discipline": fellow.discipline,
        "entered_on": fellow.entered_on,
        "exited_on": fellow.ended_on,
        "revoked": False,
    }
    if row is None:
        row = FellowCertificate(
            id=fellow.id,
            number=new_number(),
            talent_id=fellow.talent_id,
            station_id=station.id,
            issued_at=clock.now(),
            version=0,
            **said,
        )
        session.add(row)
    for name, value in said.items():
        setattr(row, name, value)
    row.version += 1
    await session.flush()


async def verify(session: AsyncSession, typed: str) -> FellowCertificateRead:
    """Return what a certificate says, by its number as people type it."""
    try:
        number = parse_number(typed)
    except TalentCodeError:
        raise errors.CertificateNotFound from None
    row = await repository.by_number(session, number)
    if row is None:
        raise errors.CertificateNotFound
    return shown(row)


async def own(session: AsyncSession, who: Principal, fellow_id: UUID) -> FellowCertificateRead:
    """Return the caller's certificate, to be set on paper."""
    row = await repository.own(session, who.subject, fellow_id)
    if row is None:
        raise errors.CertificateNotFound
    if row.revoked:
        raise errors.CertificateRevoked
    return shown(row)


def shown(row: FellowCertificate) -> FellowCertificateRead:
    """Return what a certificate says."""
    return FellowCertificateRead(
        **row.model_dump(include={"number", "station_id", "discipline", "entered_on", "exited_on"}),
        standing="revoked" if row.revoked else "valid",
        station=Bilingual(zh=row.station_zh, en=row.station_en),
        unit=Bilingual(zh=row.unit_zh, en=row.unit_en),
    )
