"""The endpoints of certificates, and what they act upon."""

from datetime import date
from uuid import UUID

from talent_code import new_number
from talent_kit.auth import Role
from talent_kit.testing.stage import PUBLIC, Endpoint
from talent_postdoc.models.certificates import FellowCertificate

from ..world import NOON

ROWS = (
    Endpoint("GET", "/v1/fellow-certificates/{certificate_number}", PUBLIC),
    Endpoint("GET", "/v1/fellows/{fellow_id}/certificate.pdf", frozenset({Role.TALENT})),
)


async def staged(world, ids):
    """Give a certificate, as a row alone."""
    number = new_number()
    row = FellowCertificate(
        id=UUID(ids["fellow_id"]),
        number=number,
        talent_id=UUID(ids["applicant_id"]),
        station_id=UUID(ids["station_id"]),
        station_zh="示例站",
        station_en="Example station",
        unit_zh="示例企业",
        unit_en="Example enterprise",
        discipline="0812",
        entered_on=date(2024, 9, 1),
        exited_on=date(2026, 8, 31),
        revoked=False,
        issued_at=NOON,
        version=1,
    )
    await world.kept(row)
    return {"certificate_number": number}
