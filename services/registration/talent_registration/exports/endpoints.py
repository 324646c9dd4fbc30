"""`/v1/activities/{activity_id}/registrations/export`."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request
from fastapi.responses import StreamingResponse
from talent_kit.database import SessionDep
from talent_kit.parts import ClockDep, Language
from talent_kit.problems import Forbidden, Invalid, Unauthenticated, problems
from talent_kit.routing import noun_router
from talent_kit.sheets import CsvSheet, Sheet, XlsxSheet

from ..activities.access import Organiser
from ..activities.errors import ActivityNotFound
from . import service

router = noun_router("/activities/{activity_id}/registrations/export", "registrations")


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


_SHEETS: Mapping[Format, Callable[[], Sheet]] = {Format.CSV: CsvSheet, Format.XLSX: XlsxSheet}
_TYPES = {
    Format.CSV: "text/csv",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get(
    "",
    response_class=StreamingResponse,
    responses={
        200: {"content": {each: {"schema": {"type": "string"}} for each in _TYPES.values()}},
        **problems(Unauthenticated, Forbidden, Invalid, ActivityNotFound),
    },
)
async def export(
    activity_id: UUID,
    who: Organiser,
    request: Request,
    session: SessionDep,
    clock: ClockDep,
    language: Language,
    kind: Annotated[Format, Query(alias="format")] = Format.CSV,
) -> StreamingResponse:
    """Take along who is registered for your activity, and what they answered; audited."""
    found = await service.begin(session, clock, who, activity_id, language)
    pieces = service.written(request.app.state.service, found, _SHEETS[kind]())
    disposition = f'attachment; filename="registrations.{kind}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type=_TYPES[kind], headers=headers)
