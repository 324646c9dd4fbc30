"""The worker's part: claims a job for the length of a lease and does it step by step.

One step is one transaction: effects, report and the place reached. After a crash the lease ends,
and whoever claims the job goes on behind the last row that was committed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO
from uuid import UUID

from sqlalchemy import Row, any_, func, or_, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from .. import tables
from ..blobs import BlobDamagedError
from ..bulk import insert_many
from ..database import is_transient, plan_anew, savepoint
from ..identifiers import new_id
from ..loops import Loop
from ..rows import FileRefused, RowLimits
from .kinds import Fault, JobContext, JobKind, Outcome
from .reading import RowFile, Step
from .records import OPEN

if TYPE_CHECKING:
    from ..service import Service

log = logging.getLogger(__name__)

_MOST_TRIES = 8
"""Attempts without any progress after which a job fails; what may pass is not counted."""
_LONGEST_PAUSE = 60
_FAULTS_PER_ROW = 100

Apply = Callable[[AsyncSession, JobContext, Sequence[tuple[int, Any]]], Awaitable[Outcome]]


class _LeaseLostError(Exception):
    """The job is no longer this worker's: cancelled, or claimed by another after the lease."""


class JobRunner(Loop):
    """Does the jobs of one service, one at a time in each worker."""

    name = "jobs"
    poll = 1.0

    def __init__(self, service: "Service", kinds: Sequence[JobKind[Any]]) -> None:
        super().__init__()
        self._service = service
        self._database = service.database
        self._clock = service.clock
        self.kinds: Mapping[str, JobKind[Any]] = {kind.name: kind for kind in kinds}
        self._lease = timedelta(seconds=service.settings.job_lease_seconds)
        self._limits = RowLimits(rows=service.settings.max_upload_rows)

    async def step(self) -> bool:
        """Claim a job and do it to its end, or as far as it goes; tell whether there was one."""
        job = await self._claim()
        if job is None:
            return False
        try:
            await self._do(job)
        except _LeaseLostError:
            pass
        except FileRefused as refused:
            await self._fail(job, refused.code, [Fault(refused.row, refused.field, refused.code)])
        except BlobDamagedError:
            await self._fail(job, "file-damaged")
        except Exception as error:
            await self._put_back(job, error)
        return True

    async def upkeep(self) -> None:
        """Let go of the files whose jobs have been over for their days."""
        oldest = self._clock.now() - timedelta(days=self._service.settings.upload_days)
        async with self._database.transaction() as session:
            over = (
                select(tables.blob.c.id)
                .join(tables.job, tables.job.c.blob_id == tables.blob.c.id)
                .where(tables.blob.c.state == "kept", tables.job.c.ended_at < oldest)
                .limit(100)
            )
            for blob_id in (await session.execute(over)).scalars().all():
                await self._service.blobs.release(session, blob_id)

    async def _claim(self) -> Row[Any] | None:
        now, job = self._clock.now(), tables.job.c
        free = (
            select(job.id)
            .where(
                job.status.in_(OPEN),
                job.kind.in_(self.kinds),
                or_(job.lease_until.is_(None), job.lease_until <= now),
            )
            .order_by(job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        async with self._database.transaction() as session:
            claimed = await session.execute(
                update(tables.job)
                # An array is computed once; a subquery may be run again, and lock other rows.
                .where(job.id == any_(func.array(free.scalar_subquery())))
                .values(
                    status="running",
                    started_at=func.coalesce(job.started_at, now),
                    holder=new_id(),
                    lease_until=now + self._lease,
                    tries=job.tries + 1,
                    version=job.version + 1,
                )
                .returning(tables.job)
            )
            return claimed.one_or_none()

    async def _do(self, job: Row[Any]) -> None:
        kind = self.kinds[job.kind]
        async with self._service.blobs.opened(job.blob_id) as (type_, content):
            file = await self._beating(job, self._open, content, type_, kind)
            if job.total is None:
                total = await self._beating(job, file.count)
                await self._note(job, total=total)
            steps = file.steps(job.position)
            upcoming = await self._beating(job, _next, steps)
            while (step := upcoming) is not None:
                # The next step is read while the database does this one.
                reading = asyncio.create_task(asyncio.to_thread(_next, steps))
                try:
                    await self._apply(job, kind, step)
                finally:
                    await asyncio.wait([reading])
                upcoming = reading.result()
        await self._note(job, status="finished", ended_at=self._clock.now(), holder=None)

    def _open(self, content: BinaryIO, type_: str, kind: JobKind[Any]) -> RowFile:
        return RowFile(content, type_, kind, self._limits)

    async def _apply(self, job: Row[Any], kind: JobKind[Any], step: Step) -> None:
        if kind.prepare is not None and step.items:
            asked = asyncio.create_task(_awaited(kind.prepare(_context(job), step.items)))
            items = await self._renewing(job, asked)
            step = Step(step.last, list(items), step.faults)
        try:
            await self._commit(job, step, kind.apply)
        except Exception as error:
            if isinstance(error, _LeaseLostError) or is_transient(error):
                raise
            log.warning("a step is done row by row", extra=_told(job, error))
            await self._commit(job, step, _one_by_one(kind.apply))

    async def _commit(self, job: Row[Any], step: Step, apply: Apply) -> None:
        """Do a step in one transaction; one that was cancelled meanwhile is rolled back."""
        async with self._database.transaction() as session:
            await plan_anew(session)
            outcome = await apply(session, _context(job), step.items) if step.items else Outcome()
            faults = [*step.faults, *outcome.faults]
            # At the end, so that a cancellation waits for no step.
            await self._require_held(session, job)
            await _report(session, job.id, faults)
            refused = len({fault.row for fault in faults})
            rows = len(step.items) + len({fault.row for fault in step.faults})
            counted = tables.job.c
            await session.execute(
                update(tables.job)
                .where(counted.id == job.id)
                .values(
                    position=step.last,
                    ok=counted.ok + rows - refused - outcome.skipped,
                    failed=counted.failed + refused,
                    skipped=counted.skipped + outcome.skipped,
                    lease_until=self._clock.now() + self._lease,
                    tries=0,
                    version=counted.version + 1,
                )
            )

    async def _beating(self, job: Row[Any], work: Callable[..., Any], *given: Any) -> Any:
        """Do what takes long in a thread, renewing the lease meanwhile."""
        return await self._renewing(job, asyncio.create_task(asyncio.to_thread(work, *given)))

    async def _renewing(self, job: Row[Any], task: asyncio.Task[Any]) -> Any:
        pause = self._lease.total_seconds() / 3
        try:
            while not (await asyncio.wait([task], timeout=pause))[0]:
                await self._note(job)
        except BaseException:
            task.cancel()  # the thread ends by itself once it finds the file closed
            raise
        return task.result()

    async def _note(self, job: Row[Any], **values: Any) -> None:
        """Write what is known of a job that is still held, and renew its lease."""
        lease = None if "ended_at" in values else self._clock.now() + self._lease
        async with self._database.transaction() as session:
            await self._require_held(session, job)
            await session.execute(
                update(tables.job)
                .where(tables.job.c.id == job.id)
                .values(lease_until=lease, version=tables.job.c.version + 1, **values)
            )

    async def _require_held(self, session: AsyncSession, job: Row[Any]) -> None:
        held = select(tables.job.c.holder).where(
            tables.job.c.id == job.id, tables.job.c.status == "running"
        )
        holder: UUID | None = await session.scalar(held.with_for_update())
        if holder != job.holder:
            raise _LeaseLostError

    async def _fail(self, job: Row[Any], code: str, faults: Sequence[Fault] = ()) -> None:
        """End a job that is still held; without its report where that cannot be kept."""
        log.info("a job failed", extra={"job": str(job.id), "kind": job.kind, "code": code})
        try:
            async with self._database.transaction() as session:
                await self._require_held(session, job)
                await _report(session, job.id, faults)
                await session.execute(
                    update(tables.job)
                    .where(tables.job.c.id == job.id)
                    .values(
                        status="failed",
                        failure=code,
                        ended_at=self._clock.now(),
                        holder=None,
                        lease_until=None,
                        version=tables.job.c.version + 1,
                    )
                )
        except _LeaseLostError:
            return
        except Exception as error:
            if not faults or is_transient(error):
                raise
            log.warning("a report is not kept", extra=_told(job, error))
            await self._fail(job, code)

    async def _put_back(self, job: Row[Any], error: Exception) -> None:
        """Let the job rest after an error; one that gets nowhere fails in the end."""
        log.warning("a job is put back", extra=_told(job, error))
        if not is_transient(error) and job.tries >= _MOST_TRIES:
            await self._fail(job, "internal")
            return
        pause = timedelta(seconds=min(2.0**job.tries, _LONGEST_PAUSE))
        async with self._database.transaction() as session:
            await session.execute(
                update(tables.job)
                .where(
                    tables.job.c.id == job.id,
                    tables.job.c.holder == job.holder,
                    tables.job.c.status == "running",
                )
                .values(lease_until=self._clock.now() + pause, holder=None)
            )


def _context(job: Row[Any]) -> JobContext:
    return JobContext(job.id, job.kind, job.region, job.made_by, job.params)


async def _awaited(work: Awaitable[Any]) -> Any:
    return await work


def _next(steps: Iterator[Step]) -> Step | None:
    return next(steps, None)


def _told(job: Row[Any], error: Exception) -> dict[str, str]:
    return {"job": str(job.id), "kind": job.kind, "error": type(error).__name__}


def _one_by_one(apply: Apply) -> Apply:
    """Return the way to do a step whose rows spoil one another: each at a savepoint of its own."""

    async def careful(
        session: AsyncSession, context: JobContext, items: Sequence[tuple[int, Any]]
    ) -> Outcome:
        skipped, faults = 0, []
        for item in items:
            try:
                async with savepoint(session):
                    outcome = await apply(session, context, [item])
            except Exception as error:
                if is_transient(error):
                    raise
                log.warning("a row failed", extra={"error": type(error).__name__})
                faults.append(Fault(item[0], "", "row-failed"))
            else:
                skipped += outcome.skipped
                faults.extend(outcome.faults)
        return Outcome(skipped, faults)

    return careful


async def _report(session: AsyncSession, job_id: UUID, faults: Sequence[Fault]) -> None:
    ordinals: dict[int, int] = {}
    rows = []
    for fault in faults:
        ordinal = ordinals[fault.row] = ordinals.get(fault.row, -1) + 1
        if ordinal < _FAULTS_PER_ROW:
            rows.append(
                {
                    "job_id": job_id,
                    "position": fault.row * _FAULTS_PER_ROW + ordinal,
                    "row": fault.row,
                    "field": fault.field,
                    "code": fault.code,
                }
            )
    await insert_many(session, tables.job_report, rows)
