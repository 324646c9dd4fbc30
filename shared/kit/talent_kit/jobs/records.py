"""Jobs as rows: making, finding, cancelling; what the runner writes stands with the runner."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, insert, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import tables
from ..blobs import Arrived
from ..clock import Clock
from ..database import wake
from ..identifiers import new_id
from ..pagination import PageParams, paginate
from ..problems import Conflict, NotFound, Text

OPEN = ("queued", "running")
_SHOWN = (tables.job, tables.blob.c.type, tables.blob.c.size, tables.blob.c.checksum)


class JobNotFound(NotFound):
    code = "job-not-found"
    title = Text("没有找到该任务", "No such job")


class JobOver(Conflict):
    code = "job-over"
    title = Text("任务已结束", "The job is over already")


async def queue(
    session: AsyncSession,
    clock: Clock,
    *,
    kind: str,
    region: str,
    made_by: str,
    file: Arrived,
    params: Mapping[str, Any] | None = None,
) -> UUID:
    """Queue a job on a file that `Blobs.keep` has kept in this transaction; return its id."""
    job_id = new_id()
    await session.execute(
        insert(tables.job).values(
            id=job_id,
            kind=kind,
            region=region,
            status="queued",
            made_by=made_by,
            params=dict(params or {}),
            blob_id=file.id,
            made_at=clock.now(),
            version=1,
        )
    )
    wake(session, "jobs")
    return job_id


async def find(session: AsyncSession, kind: str, job_id: UUID, *, lock: bool = False) -> Row[Any]:
    """Return a job with its file's type, size and checksum; raises JobNotFound."""
    query = (
        select(*_SHOWN)
        .join(tables.blob, tables.blob.c.id == tables.job.c.blob_id)
        .where(tables.job.c.id == job_id, tables.job.c.kind == kind)
    )
    row = (
        await session.execute(query.with_for_update(of=tables.job) if lock else query)
    ).one_or_none()
    if row is None:
        raise JobNotFound
    return row


async def page(
    session: AsyncSession, kind: str, seen: ColumnElement[bool], params: PageParams
) -> tuple[Sequence[Row[Any]], str | None]:
    """Return a page of the jobs of a kind that are seen, newest first."""
    query = (
        select(*_SHOWN)
        .join(tables.blob, tables.blob.c.id == tables.job.c.blob_id)
        .where(tables.job.c.kind == kind, seen)
    )
    return await paginate(session, query, tables.job.c.id, params)


def made_by(subject: str) -> ColumnElement[bool]:
    return tables.job.c.made_by == subject


def of_regions(regions: Collection[str]) -> ColumnElement[bool]:
    return tables.job.c.region.in_(regions)


async def cancel(session: AsyncSession, clock: Clock, job: Row[Any]) -> bool:
    """Cancel a job found with its lock; tell whether it was open until now. Raises JobOver.

    A step that is at work finds it at its end, and is rolled back.
    """
    if job.status == "cancelled":
        return False
    if job.status not in OPEN:
        raise JobOver
    await session.execute(
        update(tables.job)
        .where(tables.job.c.id == job.id)
        .values(
            status="cancelled",
            ended_at=clock.now(),
            holder=None,
            lease_until=None,
            version=tables.job.c.version + 1,
        )
    )
    return True


async def report(
    session: AsyncSession, job_id: UUID, after: int, limit: int
) -> tuple[Sequence[Row[Any]], int | None]:
    """Return a page of a job's report in the order of rows, and where the next begins."""
    query = (
        select(tables.job_report)
        .where(tables.job_report.c.job_id == job_id, tables.job_report.c.position > after)
        .order_by(tables.job_report.c.position)
        .limit(limit + 1)
    )
    rows = (await session.execute(query)).all()
    if len(rows) <= limit:
        return rows, None
    return rows[:limit], rows[limit - 1].position
