"""What of this service `republish` tells again."""

from collections.abc import Sequence

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import (
    EmployerUpdated,
    EmploymentConfirmed,
    EmploymentDeclared,
    EmploymentEnded,
    EmploymentRejected,
    EmploymentState,
    EventData,
    StaffDismissed,
    StaffUpdated,
    TalentErased,
    TalentUpdated,
)
from talent_kit.clock import local_date
from talent_kit.republishing import Republished

from .codes import service as codes
from .employers import repository as employer_repository
from .employers import service as employers
from .models import Appointment, Code, Employer, Employment, Talent
from .parts import IdentityService
from .staff import service as staff
from .talents import repository as talent_repository
from .talents import service as talents

_EMPLOYMENTS: dict[str, type[EmploymentState]] = {
    "declared": EmploymentDeclared,
    "confirmed": EmploymentConfirmed,
    "rejected": EmploymentRejected,
    "ended": EmploymentEnded,
}


async def _talents(
    parts: IdentityService, session: AsyncSession, rows: Sequence[Talent]
) -> list[EventData]:
    """Return the states of talents; of those who were erased, that they were."""
    living = [talent.id for talent in rows if talent.erased_at is None]
    keys = await parts.vault.data_keys(session, living)
    events: list[EventData] = []
    for talent in rows:
        if talent.erased_at is not None:
            events.append(TalentErased(version=talent.version, talent_id=talent.id))
        else:
            profile = talent_repository.open_profile(keys[talent.id], talent)
            events.append(talents.state(TalentUpdated, talent, profile))
    return events


async def _employers(
    parts: IdentityService, session: AsyncSession, rows: Sequence[Employer]
) -> list[EventData]:
    today = local_date(parts.clock.now())
    agents = await employer_repository.agents_of_many(session, [row.id for row in rows], today)
    return [employers.state(EmployerUpdated, row, agents[row.id]) for row in rows]


async def _employments(
    _: IdentityService, __: AsyncSession, rows: Sequence[Employment]
) -> list[EventData]:
    return [
        _EMPLOYMENTS[row.status].model_validate(row.model_dump() | {"employment_id": row.id})
        for row in rows
    ]


async def _codes(
    _: IdentityService, session: AsyncSession, rows: Sequence[Code]
) -> list[EventData]:
    """Return each issue of a code, with its talent's version of today; none of who was erased.

    Those that were replaced too: who starts with nothing would take one for unknown, not for void.
    """
    holders = select(Talent).where(
        col(Talent.id).in_({code.talent_id for code in rows}), col(Talent.erased_at).is_(None)
    )
    found = await session.exec(holders.with_for_update(read=True))
    living = {talent.id: talent for talent in found}
    return [codes.issued(living[code.talent_id], code) for code in rows if code.talent_id in living]


async def _staff(
    _: IdentityService, __: AsyncSession, rows: Sequence[Appointment]
) -> list[EventData]:
    return [staff.state(StaffDismissed if row.ended_at else StaffUpdated, row) for row in rows]


REPUBLISHED = (
    Republished("talent", Talent, _talents),
    Republished("employer", Employer, _employers),
    Republished("employment", Employment, _employments),
    Republished("code", Code, _codes),
    Republished("staff", Appointment, _staff),
)
