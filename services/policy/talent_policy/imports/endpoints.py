"""`/v1/fact-imports`: files that authorities bring, done by the worker."""

from typing import Annotated

from fastapi import Depends, Request, Response
from talent_kit.blobs import CSV, XLSX, Arrived, FileTypeRefused
from talent_kit.blobs.keeping import ArrivalLapsed, FileEmpty
from talent_kit.blobs.uploads import upload
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.jobs.endpoints import JobOut, accepted, job_router
from talent_kit.parts import Language
from talent_kit.problems import Forbidden, Invalid, TooLarge, Unauthenticated, problems
from talent_kit.routing import noun_router

from ..facts.errors import SourceUnknown
from ..parts import SettingsDep
from . import service as imports
from .access import Bringer, brings_facts
from .rules import template

PATH = "/v1/fact-imports"
_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file itself. A row holds facts of a person (`document_number`), an "
        "organisation (`credit_code`), their employment (both), or another subject (`subject_id`); "
        "facts are columns by their names or Chinese labels, in any order: see the template.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in (CSV, XLSX)
        },
    }
}

templates = noun_router("/fact-imports", "facts")
router = job_router("/fact-imports", "facts", imports.KIND, brings_facts)
_Uploaded = Depends(upload(imports.KIND, brings_facts, {CSV, XLSX}))


@templates.get(
    "/template",
    response_class=Response,
    responses=problems(Unauthenticated, Forbidden, SourceUnknown)
    | {200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
async def read_template(who: Bringer, settings: SettingsDep, language: Language) -> Response:
    """Read a CSV file with every column that your office may fill in."""
    content = template(imports.source_of(settings, who), language)
    disposition = {"Content-Disposition": 'attachment; filename="facts.csv"'}
    return Response(content, media_type=CSV, headers=disposition | {"Content-Language": language})


@router.post(
    "",
    status_code=202,
    dependencies=[_Uploaded, Idempotent],
    openapi_extra=_FILE,
    responses=problems(
        Unauthenticated,
        Forbidden,
        SourceUnknown,
        InProgress,
        KeyReused,
        ArrivalLapsed,
        TooLarge,
        FileTypeRefused,
        FileEmpty,
        Invalid,
    ),
)
async def bring(
    file: Annotated[Arrived, _Uploaded],
    who: Bringer,
    session: SessionDep,
    settings: SettingsDep,
    request: Request,
    response: Response,
) -> JobOut:
    """Bring verified facts of many as an authority's client; the file becomes a job.

    Follow `Location` for its progress, and its report for the rows refused.
    """
    source = imports.source_of(settings, who)
    job_id = await imports.queue(session, request.app.state.service, who, source, file)
    return await accepted(session, imports.KIND, job_id, request, response)
