"""`/v1/postdoc-imports`: registers kept elsewhere, taken over by the worker."""

from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Request, Response
from talent_kit.blobs import CSV, XLSX, Arrived, FileTypeRefused
from talent_kit.blobs.keeping import ArrivalLapsed, FileEmpty
from talent_kit.blobs.uploads import upload
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.jobs.endpoints import JobOut, accepted, job_router
from talent_kit.problems import Forbidden, Invalid, TooLarge, Unauthenticated, problems
from talent_kit.routing import noun_router

from . import service
from .access import Taker, takes_over
from .rules import FELLOW_COLUMNS, STATION_COLUMNS, template

PATHS = ("/v1/postdoc-imports/stations", "/v1/postdoc-imports/fellows")
_FILE = {
    "requestBody": {
        "required": True,
        "description": "The file itself, a row for each; columns by their names or Chinese names, "
        "in any order: see the template.",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in (CSV, XLSX)
        },
    }
}
_ANSWERS = problems(
    Unauthenticated,
    Forbidden,
    InProgress,
    KeyReused,
    ArrivalLapsed,
    TooLarge,
    FileTypeRefused,
    FileEmpty,
    Invalid,
)


class Register(StrEnum):
    """What a register lists."""

    STATIONS = "stations"
    FELLOWS = "fellows"


_COLUMNS = {Register.STATIONS: STATION_COLUMNS, Register.FELLOWS: FELLOW_COLUMNS}

templates = noun_router("/postdoc-imports/templates", "postdoc-imports")
stations = job_router("/postdoc-imports/stations", "postdoc-imports", service.STATIONS, takes_over)
fellows = job_router("/postdoc-imports/fellows", "postdoc-imports", service.FELLOWS, takes_over)
_Stations = Depends(upload(service.STATIONS, takes_over, {CSV, XLSX}))
_Fellows = Depends(upload(service.FELLOWS, takes_over, {CSV, XLSX}))


@templates.get(
    "/{register}",
    response_class=Response,
    responses=problems(Unauthenticated, Forbidden, Invalid)
    | {200: {"content": {CSV: {"schema": {"type": "string"}}}}},
)
async def read_template(register: Register, _: Taker) -> Response:
    """Read a CSV file with every column that a register may fill in."""
    disposition = {"Content-Disposition": f'attachment; filename="{register}.csv"'}
    return Response(template(_COLUMNS[register]), media_type=CSV, headers=disposition)


@stations.post(
    "",
    status_code=202,
    dependencies=[_Stations, Idempotent],
    openapi_extra=_FILE,
    responses=_ANSWERS,
)
async def take_over_stations(
    file: Annotated[Arrived, _Stations],
    who: Taker,
    session: SessionDep,
    request: Request,
    response: Response,
) -> JobOut:
    """Take over the stations of your region from a register; the file becomes a job.

    Follow `Location` for its progress, and its report for the rows refused.
    """
    made = await service.queue(session, request.app.state.service, who, service.STATIONS, file)
    return await accepted(session, service.STATIONS, made, request, response)


@fellows.post(
    "",
    status_code=202,
    dependencies=[_Fellows, Idempotent],
    openapi_extra=_FILE,
    responses=_ANSWERS,
)
async def take_over_fellows(
    file: Annotated[Arrived, _Fellows],
    who: Taker,
    session: SessionDep,
    request: Request,
    response: Response,
) -> JobOut:
    """Take over the fellows who are in your region's stations; their stations come first."""
    made = await service.queue(session, request.app.state.service, who, service.FELLOWS, file)
    return await accepted(session, service.FELLOWS, made, request, response)
