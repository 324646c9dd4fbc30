"""Putting many employers on file by an authority's list, without agents."""

from collections.abc import Sequence

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_contracts import EmployerRegistered
from talent_kit import audit
from talent_kit.auth import Principal
from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_events
from talent_kit.problems import Problem

from ..filing import Filed, Outcome
from ..models import Employer
from ..regions import require_region
from . import repository
from .schemas import EmployerCreate
from .service import state


async def file_many(
    session: AsyncSession, clock: Clock, who: Principal, rows: Sequence[EmployerCreate]
) -> list[Filed]:
    """File employers in a handful of statements; return each row's outcome, in order.

    A credit code on file is known and stays as it is: names change, and its agents say how.
    """
    problems = [_problem(clock, body) for body in rows]
    first: dict[str, EmployerCreate] = {}
    for body, problem in zip(rows, problems, strict=True):
        if problem is None:
            first.setdefault(body.credit_code, body)
    now = clock.now()
    made = [
        Employer(id=new_id(), **body.model_dump(), registered_at=now, version=1)
        for body in first.values()
    ]
    kept = await repository.file(session, made)
    filed = [employer for employer in made if employer.id in kept]
    await save_events(session, clock, [state(EmployerRegistered, row) for row in filed])
    await audit.record_many(
        session,
        clock,
        actor=who.subject,
        action="employer.filed",
        subjects=[(f"employer:{employer.id}", employer.region) for employer in filed],
    )
    identifiers = await repository.ids_by_credit_code(session, list(first))
    return [
        Filed.refused(problem)
        if problem is not None
        else Filed(
            Outcome.FILED
            if identifiers[body.credit_code] in kept and first[body.credit_code] is body
            else Outcome.KNOWN,
            identifiers[body.credit_code],
        )
        for body, problem in zip(rows, problems, strict=True)
    ]


def _problem(clock: Clock, body: EmployerCreate) -> Problem | None:
    try:
        require_region(body.region, clock)
    except Problem as problem:
        return problem
    return None
