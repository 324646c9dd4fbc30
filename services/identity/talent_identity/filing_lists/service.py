"""Taking in a list as a job."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.blobs import Arrived
from talent_kit.clock import local_date
from talent_kit.jobs import records

from ..employers import repository as employer_repository
from ..employers.errors import EmployerNotFound
from ..parts import IdentityService

KIND = "filing-list"


async def file(
    session: AsyncSession, parts: IdentityService, who: Principal, arrived: Arrived
) -> UUID:
    """Queue a list, to be filed with the authority that its sender has now; return the job.

    Raises EmployerNotFound for an agent who acts for no employer.
    """
    office = Role.REVIEWER in who.roles and who.region is not None
    region = who.region if office and who.region else await _employers_region(session, parts, who)
    await parts.blobs.keep(session, arrived)
    job_id = await records.queue(
        session,
        parts.clock,
        kind=KIND,
        region=region,
        made_by=who.subject,
        file=arrived,
        params={"office": who.region if office else None},
    )
    await audit.record(
        session,
        parts.clock,
        actor=who.subject,
        action="filing-list.sent",
        subject=f"job:{job_id}",
        region=region,
        detail={"bytes": arrived.size, "sha256": arrived.checksum.hex()},
    )
    return job_id


async def _employers_region(session: AsyncSession, parts: IdentityService, who: Principal) -> str:
    """Return the region of the employer that the token selects, else of the agent's first."""
    today = local_date(parts.clock.now())
    employers = await employer_repository.of_login(session, who.subject, today)
    if not employers:
        raise EmployerNotFound
    chosen = [employer for employer in employers if employer.id == who.employer]
    return (chosen or list(employers))[0].region
