"""`/v1/activities/{activity_id}/registrations` and `/v1/registrations`."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response
from talent_kit.database import SessionDep
from talent_kit.idempotency import Idempotent, InProgress, KeyReused
from talent_kit.pagination import CursorInvalid, Page, PageDep
from talent_kit.parts import BlobsDep, ClockDep, KeyringDep, VaultDep
from talent_kit.problems import (
    Forbidden,
    Invalid,
    Unauthenticated,
    VersionChanged,
    VersionRequired,
    problems,
)
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, VersionInvalid

from ..activities.access import Organiser
from ..activities.codes import digest
from ..activities.errors import (
    ActivityNotFound,
    NotPossibleNow,
    PaymentsUnavailable,
    TicketNotFound,
)
from ..activities.questions import NAME
from ..charges.access import TillDep
from ..charges.errors import PriceDiffers
from ..files import service as files
from ..files.endpoints import CONTENT, handed_out
from ..files.errors import FileDamaged, FileNotFound
from ..people.errors import NotRegistered
from ..waiting_rooms import errors as rooms
from . import errors, requests, service
from .access import ClaimsDep, Registrant, SeatReader
from .quick import ClaimRoute
from .schemas import (
    AnswersChange,
    AnswersOut,
    Claim,
    Decisions,
    DecisionsOut,
    RegistrationLine,
    RegistrationOut,
)
from .seating import Wanted

_SEATS = "/activities/{activity_id}/registrations"
claims = noun_router(_SEATS, "registrations", ClaimRoute)
seats = noun_router(_SEATS, "registrations")
decisions = noun_router("/activities/{activity_id}/decisions", "registrations")
router = noun_router("/registrations", "registrations")

_SIGNED = (Unauthenticated, Forbidden)


@claims.put(
    "/me",
    responses=problems(
        *_SIGNED,
        NotRegistered,
        errors.NotAdmitted,
        errors.Refused,
        errors.MissedTooOften,
        errors.OfOtherEmployers,
        errors.OfOtherDegrees,
        errors.DegreeUnverified,
        errors.OfOtherClasses,
        errors.ClassUnverified,
        errors.EmployerLimit,
        errors.CodeRequired,
        errors.WrongCode,
        errors.TooManyTries,
        errors.InvitationSpent,
        errors.AnswersWrong,
        Invalid,
        ActivityNotFound,
        TicketNotFound,
        NotPossibleNow,
        errors.NotOpen,
        rooms.NotEntered,
        rooms.NotYourTurn,
        rooms.Drawing,
        errors.SoldOut,
        errors.RegisteredOtherwise,
        errors.ApprovalNeeded,
        errors.TooLate,
        errors.OfferOver,
        errors.TooManyAtOnce,
        PriceDiffers,
        PaymentsUnavailable,
    ),
)
async def claim(
    activity_id: UUID, body: Claim, who: Registrant, waiting: ClaimsDep, keyring: KeyringDep
) -> RegistrationOut:
    """Register: a seat if one is left, else a place in the queue; sent again it changes nothing.

    Who is offered a seat takes it so; who has one of another ticket moves by it if they say so.
    A seat that costs something is kept until it is paid for; the answer says where and until when.
    What comes first is served first, to within the claims that arrive at several processes in the
    same moment.
    """
    code = None if body.code is None else digest(keyring, activity_id, body.code)
    return await waiting.decide(
        Wanted(who.subject, activity_id, body.ticket_id, code, body.answers, body.move)
    )


@seats.get("/me", responses=problems(*_SIGNED, NotRegistered, Invalid, errors.RegistrationNotFound))
async def show(
    activity_id: UUID, who: Registrant, session: SessionDep, till: TillDep
) -> RegistrationOut:
    """Read your seat or place in the queue, how many wait before you, and what is to be paid."""
    return await service.show(session, till, who, activity_id)


@seats.delete(
    "/me",
    responses=problems(
        *_SIGNED, NotRegistered, Invalid, errors.RegistrationNotFound, errors.TooLate
    ),
)
async def cancel(
    activity_id: UUID, who: Registrant, session: SessionDep, clock: ClockDep
) -> RegistrationOut:
    """Give up your seat or place; whoever waits longest is offered the seat."""
    return await service.cancel(session, clock, who, activity_id)


@seats.get(
    "/me/answers",
    responses=problems(*_SIGNED, NotRegistered, Invalid, errors.RegistrationNotFound),
)
async def show_answers(
    activity_id: UUID, who: Registrant, session: SessionDep, vault: VaultDep, response: Response
) -> AnswersOut:
    """Read what you answered."""
    response.headers["Cache-Control"] = "no-store"
    return await service.show_answers(session, vault, who, activity_id)


@seats.put(
    "/me/answers",
    responses=problems(
        *_SIGNED,
        *(VersionInvalid, VersionChanged, VersionRequired),
        NotRegistered,
        Invalid,
        errors.RegistrationNotFound,
        errors.AnswersWrong,
        errors.TooLateToAnswer,
    ),
)
async def change_answers(
    activity_id: UUID,
    body: AnswersChange,
    who: Registrant,
    version: IfMatch,
    session: SessionDep,
    clock: ClockDep,
    vault: VaultDep,
) -> AnswersOut:
    """Answer otherwise; possible until the first session begins."""
    return await service.change_answers(
        session, clock, vault, who, activity_id, version, body.answers
    )


@seats.get("", responses=problems(*_SIGNED, CursorInvalid, Invalid, ActivityNotFound))
async def list_of_activity(
    activity_id: UUID,
    who: SeatReader,
    page: PageDep,
    session: SessionDep,
    clock: ClockDep,
    vault: VaultDep,
    answers: Annotated[bool, Query(description="Yours alone as its organiser; audited.")] = False,
    requested: Annotated[bool, Query(description="Those alone that wait for a decision.")] = False,
) -> Page[RegistrationLine]:
    """List who is registered, newest first: as its organiser, or as staff of its region."""
    if answers:
        return await service.list_with_answers(
            session, clock, vault, who, activity_id, page, requested=requested
        )
    return await service.list_of_activity(
        session, clock, who, activity_id, page, requested=requested
    )


@seats.get(
    "/{registration_id}/files/{question}",
    response_class=Response,
    responses=CONTENT | problems(*_SIGNED, Invalid, ActivityNotFound, FileNotFound, FileDamaged),
)
async def show_file(
    activity_id: UUID,
    registration_id: UUID,
    question: Annotated[str, Path(pattern=NAME)],
    who: Organiser,
    session: SessionDep,
    blobs: BlobsDep,
    clock: ClockDep,
) -> Response:
    """Get the file that answers a question at your activity; its reading is recorded."""
    place = activity_id, registration_id, question
    file = await service.answered_file(session, clock, who, *place)
    return handed_out(file, await files.content(blobs, file.id))


@decisions.post(
    "",
    dependencies=[Idempotent],
    responses=problems(*_SIGNED, Invalid, ActivityNotFound, NotPossibleNow, InProgress, KeyReused),
)
async def decide(
    activity_id: UUID, body: Decisions, who: Organiser, session: SessionDep, clock: ClockDep
) -> DecisionsOut:
    """Approve or refuse requests for seats, many at a time; the answer says what came of each."""
    return await requests.decide(session, clock, who, activity_id, body)


@router.get("", responses=problems(*_SIGNED, NotRegistered, CursorInvalid, Invalid))
async def list_own(who: Registrant, page: PageDep, session: SessionDep) -> Page[RegistrationOut]:
    """List your registrations, newest first, those that ended too."""
    return await service.list_own(session, who, page)
