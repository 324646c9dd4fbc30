"""`/v1/filing-lists`."""

from typing import Annotated

from fastapi import Depends, Request, Response
from talent_kit.blobs import CSV, XLSX, Arrived, FileTypeRefused
from talent_kit.blobs.keeping import ArrivalLapsed, FileEmpty
from talent_kit.blobs.uploads import upload
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.jobs.endpoints import JobOut, accepted, job_router
from talent_kit.parts import Language
from talent_kit.problems import (
    Forbidden,
    Invalid,
    TooLarge,
    Unauthenticated,
    problems,
)
from talent_kit.routing import noun_router

from ..employers.errors import EmployerNotFound
from ..parts import Parts
from . import service
from .access import Filer, may_file
from .columns import template
from .schemas import REQUEST_BODY, TEMPLATE_ANSWER

PATH = "/v1/filing-lists"

templates = noun_router("/filing-lists", "filing lists")
router = job_router("/filing-lists", "filing lists", service.KIND, may_file)
_Uploaded = Depends(upload(service.KIND, may_file, {CSV, XLSX}))


@templates.get(
    "/template",
    response_class=Response,
    responses=TEMPLATE_ANSWER | problems(Unauthenticated, Forbidden),
)
async def read_template(_: Filer, language: Language) -> Response:
    """Read a CSV file to fill in, with an example; column names by Accept-Language."""
    disposition = {"Content-Disposition": 'attachment; filename="filing-list.csv"'}
    return Response(
        template(language), media_type=CSV, headers=disposition | {"Content-Language": language}
    )


@router.post(
    "",
    status_code=202,
    dependencies=[_Uploaded, Idempotent],
    openapi_extra=REQUEST_BODY,
    responses=problems(
        Unauthenticated,
        Forbidden,
        EmployerNotFound,
        InProgress,
        KeyReused,
        ArrivalLapsed,
        TooLarge,
        FileTypeRefused,
        FileEmpty,
        Invalid,
    ),
)
async def file_list(
    file: Annotated[Arrived, _Uploaded],
    who: Filer,
    session: SessionDep,
    parts: Parts,
    request: Request,
    response: Response,
) -> JobOut:
    """File the people of a list, as an office of their region or as an agent of their employer.

    The list becomes a job: follow `Location` for its progress, and its report for the rows refused.
    """
    job_id = await service.file(session, parts, who, file)
    return await accepted(session, service.KIND, job_id, request, response)
