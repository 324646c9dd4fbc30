"""What every kind of job shows: its progress, its report, and a way to stop it."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Row
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import audit, pagination
from ..auth import Principal
from ..clock import Clock
from ..database import SessionDep
from ..idempotency import Idempotent, InProgress, KeyReused
from ..pagination import CursorInvalid, Page, PageDep, PageParams
from ..problems import Forbidden, Invalid, Unauthenticated, problems
from ..routing import noun_router
from . import records
from .records import JobNotFound, JobOver

_BELOW_ALL = -1


class JobFile(BaseModel):
    """The file as it arrived."""

    type: str = Field(examples=["text/csv"])
    size: int = Field(description="Bytes.", examples=[18254])
    sha256: str


class JobOut(BaseModel):
    """A job and how far it is; `total` is known once the whole file was looked through."""

    id: UUID
    status: Literal["queued", "running", "finished", "failed", "cancelled"]
    region: str
    file: JobFile
    total: int | None = Field(description="Rows below the header.")
    position: int = Field(description="Number of the last row that is done.")
    ok: int
    failed: int = Field(description="Rows refused; the report says why.")
    skipped: int = Field(description="Rows that changed nothing.")
    failure: str | None = Field(
        description="Why the whole file was refused.", examples=["formula-refused"]
    )
    made_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    version: int


class ReportItem(BaseModel):
    """What is wrong with a row; `row` is its number in a spreadsheet, 0 for the file."""

    row: int = Field(examples=[17])
    field: str = Field(description="Empty where the row as a whole is at fault.")
    code: str = Field(examples=["number-check"])


def job_router(path: str, tag: str, kind: str, admitted: Callable[..., Any]) -> APIRouter:
    """Return the router of a kind of job below `/v1`, to which its own POST is added.

    A job shows itself to who made it, and to those of the admitted whose region it lies in.
    """
    router = noun_router(path, tag)
    Reader = Annotated[Principal, Depends(admitted)]  # noqa: N806 - a type

    @router.get("", responses=problems(Unauthenticated, Forbidden, CursorInvalid, Invalid))
    async def list_jobs(
        who: Reader, page: PageDep, session: SessionDep, request: Request
    ) -> Page[JobOut]:
        """List jobs, newest first: those of your region, or your own."""
        return await _list(session, request.app.state.service.clock, kind, who, page)

    @router.get("/{job_id}", responses=problems(Unauthenticated, Forbidden, Invalid, JobNotFound))
    async def read_job(job_id: UUID, who: Reader, session: SessionDep, request: Request) -> JobOut:
        """Read how far a job is."""
        return shown(await _seen(session, request.app.state.service.clock, kind, who, job_id))

    @router.get(
        "/{job_id}/report",
        responses=problems(Unauthenticated, Forbidden, CursorInvalid, Invalid, JobNotFound),
    )
    async def read_report(
        job_id: UUID, who: Reader, page: PageDep, session: SessionDep, request: Request
    ) -> Page[ReportItem]:
        """Read which rows were refused and why, in their order; values are never repeated."""
        await _seen(session, request.app.state.service.clock, kind, who, job_id)
        return await _report(session, job_id, page)

    @router.post(
        "/{job_id}/cancellation",
        dependencies=[Idempotent],
        responses=problems(
            Unauthenticated, Forbidden, InProgress, KeyReused, Invalid, JobNotFound, JobOver
        ),
    )
    async def cancel_job(
        job_id: UUID, who: Reader, session: SessionDep, request: Request
    ) -> JobOut:
        """Stop a job; the rows that are done stay done."""
        return await _cancel(session, request.app.state.service.clock, kind, who, job_id)

    return router


async def accepted(
    session: AsyncSession, kind: str, job_id: UUID, request: Request, response: Response
) -> JobOut:
    """Return a job that was just queued, and say where its progress can be read."""
    response.headers["Location"] = f"{request.url.path}/{job_id}"
    return shown(await records.find(session, kind, job_id))


def shown(job: Row[Any]) -> JobOut:
    """Return a job as it is shown."""
    found = dict(job._mapping)
    file = JobFile(type=found["type"], size=found["size"], sha256=found["checksum"].hex())
    return JobOut(
        file=file, **{name: found[name] for name in JobOut.model_fields if name != "file"}
    )


async def _list(
    session: AsyncSession, clock: Clock, kind: str, who: Principal, page: PageParams
) -> Page[JobOut]:
    regions = who.regions(clock)
    seen = records.of_regions(regions) if regions else records.made_by(who.subject)
    rows, following = await records.page(session, kind, seen, page)
    return Page(items=[shown(row) for row in rows], next_cursor=following)


async def _seen(
    session: AsyncSession,
    clock: Clock,
    kind: str,
    who: Principal,
    job_id: UUID,
    *,
    lock: bool = False,
) -> Row[Any]:
    job = await records.find(session, kind, job_id, lock=lock)
    if job.made_by != who.subject and not who.oversees(job.region, clock):
        raise JobNotFound
    return job


async def _report(session: AsyncSession, job_id: UUID, page: PageParams) -> Page[ReportItem]:
    after = _BELOW_ALL if page.below is None else page.below.int % 2**63
    rows, following = await records.report(session, job_id, after, page.limit)
    return Page(
        items=[ReportItem(row=row.row, field=row.field, code=row.code) for row in rows],
        next_cursor=None if following is None else pagination.encode(UUID(int=following)),
    )


async def _cancel(
    session: AsyncSession, clock: Clock, kind: str, who: Principal, job_id: UUID
) -> JobOut:
    job = await _seen(session, clock, kind, who, job_id, lock=True)
    if await records.cancel(session, clock, job):
        await audit.record(
            session,
            clock,
            actor=who.subject,
            action=f"{kind}.cancelled",
            subject=f"job:{job_id}",
            region=job.region,
        )
    return shown(await records.find(session, kind, job_id))
