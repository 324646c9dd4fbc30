"""The sample's job: a file of numbers, each of which takes effect once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import CodeIssued
from talent_kit.auth import Principal, Role, role
from talent_kit.blobs import CSV, XLSX, Arrived
from talent_kit.blobs.uploads import upload
from talent_kit.clock import SystemClock
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent
from talent_kit.jobs import JobKind, Outcome, RowRefused, records
from talent_kit.jobs.endpoints import JobOut, accepted, job_router
from talent_kit.jobs.kinds import Fault, JobContext
from talent_kit.outbox import save_events

from .models import Effect

KIND = "numbers"
PATH = "/v1/imports"
SUBJECT, SOURCE = UUID(int=1_000), UUID(int=1_001)
"""Of the effects of rows, and of the events that they cause."""

admitted = role(Role.TALENT, Role.REVIEWER)
router = job_router("/imports", "imports", KIND, admitted)
Uploaded = Depends(upload(KIND, admitted, {CSV, XLSX}))


@router.post("", status_code=202, dependencies=[Uploaded, Idempotent])
async def create(
    file: Annotated[Arrived, Uploaded],
    who: Annotated[Principal, Depends(admitted)],
    session: SessionDep,
    request: Request,
    response: Response,
) -> JobOut:
    """Send a file of numbers."""
    service = request.app.state.service
    await service.blobs.keep(session, file)
    job_id = await records.queue(
        session, service.clock, kind=KIND, region="350702", made_by=who.subject, file=file
    )
    return await accepted(session, KIND, job_id, request, response)


@dataclass(frozen=True)
class Numbered:
    number: int


def read(fields: Mapping[str, str]) -> Numbered:
    faults = []
    if not fields.get("number", "").isdigit():
        faults.append(("number", "not-a-number"))
    if fields.get("text") == "bad":
        faults.append(("text", "bad-word"))
    if faults:
        raise RowRefused(*faults)
    return Numbered(int(fields["number"]))


async def apply(
    session: AsyncSession, job: JobContext, items: Sequence[tuple[int, Numbered]]
) -> Outcome:
    """Count each number; one past the column's range is an error, 7s are there already."""
    done = [item for _, item in items if item.number != 7]
    if done:
        statement = insert(Effect).values(subject=SUBJECT, applied=1)
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["subject", "serial"], set_={"applied": Effect.applied + 1}
            ),
            [{"serial": item.number} for item in done],
        )
    refused = [Fault(row, "number", "unlucky") for row, item in items if item.number == 13]
    if refused:
        await session.execute(Effect.__table__.delete().where(Effect.serial == 13))
    events = [CodeIssued(version=1, talent_id=SOURCE, serial=item.number) for item in done]
    await save_events(session, SystemClock(), events)
    return Outcome(skipped=len(items) - len(done), faults=refused)


async def applied(session: AsyncSession) -> tuple[int, int]:
    """Return how many numbers took effect, and the most often that one did."""
    query = select(func.count(), func.coalesce(func.max(Effect.applied), 0)).where(
        Effect.subject == SUBJECT
    )
    return tuple((await session.execute(query)).one())


NUMBERS = JobKind(
    name=KIND,
    columns={"number": ("编号",), "text": ("文字",)},
    required=("number",),
    read=read,
    apply=apply,
    rows_per_step=50,
)
