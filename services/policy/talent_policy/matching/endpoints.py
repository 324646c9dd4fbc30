"""Evaluations and matches over HTTP."""

from talent_kit.database import SessionDep
from talent_kit.employers import EmployerNotChosen, NotAnAgent
from talent_kit.idempotency import ChangesNothing
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import ClockDep, Language, VaultDep
from talent_kit.problems import Forbidden, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..callers import NotRegistered
from ..facts.errors import FactsInvalid
from ..library.access import PacksDep
from . import service as matching
from .access import MatchesRead
from .errors import MeasureUnknown, RegionUnknown
from .schemas import EvaluationCreate, EvaluationRead, SubjectMatches

evaluations = noun_router("/evaluations", "matching")
matches = noun_router("/matches", "matching")


@evaluations.post(
    "",
    dependencies=[ChangesNothing],
    responses=problems(FactsInvalid, RegionUnknown, MeasureUnknown),
)
async def evaluate(
    body: EvaluationCreate, session: SessionDep, cache: PacksDep, language: Language
) -> EvaluationRead:
    """Ask what would apply, were these the facts. Anonymous; nothing is stored."""
    return await matching.evaluate(session, cache, body, language)


@matches.get(
    "",
    responses=problems(
        Unauthenticated, Forbidden, NotRegistered, NotAnAgent, EmployerNotChosen, CursorInvalid
    ),
)
async def list_matches(
    who: MatchesRead,
    session: SessionDep,
    vault: VaultDep,
    clock: ClockDep,
    cache: PacksDep,
    page: PageDep,
    language: Language,
) -> Page[SubjectMatches]:
    """List what applies today on stored facts, by employment; the talent alone comes first."""
    return await matching.matches(session, vault, clock, cache, who, page, language)
