"""The sample's endpoints: one of each kind that the kit serves."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError
from sqlmodel import select
from talent_contracts import CodeIssued
from talent_kit import audit
from talent_kit.auth import Principal, Role, SignedIn, role, staff
from talent_kit.database import SessionDep
from talent_kit.idempotency import ChangesNothing, Idempotent
from talent_kit.identifiers import new_id
from talent_kit.outbox import save_event
from talent_kit.pagination import Page, PageDep, paginate
from talent_kit.problems import Conflict, NotFound, Text, VersionChanged, problems
from talent_kit.routing import noun_router
from talent_kit.versions import IfMatch, require_version

from .models import Note

router = noun_router("/notes", "notes")
TalentOnly = Annotated[Principal, Depends(role(Role.TALENT))]
ReviewerOnly = Annotated[Principal, Depends(staff(Role.REVIEWER))]


class Refused(Conflict):
    code = "notes.refused"
    title = Text("不收此内容", "This text is refused")


class NoteCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=100)
    kind: Literal["plain", "rich"] = "plain"
    on: date | None = None


class NoteRead(BaseModel):
    id: UUID
    text: str
    version: int


class Passport(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["passport"]
    number: str = Field(pattern="^[A-Z]")


class Card(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["card"]
    digits: int = Field(ge=0)


def _refuse(value: str) -> str:
    if value == "refuse":
        raise PydanticCustomError("bad_word", "bad word")
    return value


class Search(BaseModel):
    model_config = ConfigDict(extra="forbid")

    document: Annotated[Passport | Card, Field(discriminator="kind")] | None = None
    facts: dict[str, int] = {}
    either: int | list[int] = 0
    first_name1Title: str = ""  # noqa: N815 - a name that is not plain


@router.post("", status_code=201, dependencies=[Idempotent], responses=problems(Refused))
async def create(
    body: NoteCreate, who: TalentOnly, session: SessionDep, request: Request
) -> NoteRead:
    """Keep a note."""
    service = request.app.state.service
    note_id = new_id()
    key = await service.vault.data_key(session, note_id)
    note = Note(
        id=note_id,
        owner=who.subject,
        text=key.seal(body.text, "note", "text", note_id),
        version=1,
    )
    session.add(note)
    await session.flush()
    await save_event(session, service.clock, CodeIssued(version=1, talent_id=note_id, serial=1))
    await audit.record(
        session, service.clock, actor=who.subject, action="note.create", subject=str(note_id)
    )
    if body.text == "refuse":
        raise Refused
    return NoteRead(id=note_id, text=body.text, version=1)


async def _note(session: Any, request: Request, note_id: UUID) -> tuple[Note, str]:
    note = (
        await session.exec(select(Note).where(Note.id == note_id).with_for_update())
    ).one_or_none()
    if note is None:
        raise NotFound
    key = await request.app.state.service.vault.data_key(session, note_id)
    return note, key.open(note.text, "note", "text", note_id)


@router.get("/{note_id}", responses=problems(NotFound))
async def read(note_id: UUID, who: SignedIn, session: SessionDep, request: Request) -> NoteRead:
    """Read a note."""
    note, text = await _note(session, request, note_id)
    return NoteRead(id=note.id, text=text, version=note.version)


@router.patch("/{note_id}", responses=problems(NotFound, VersionChanged))
async def change(
    note_id: UUID,
    body: NoteCreate,
    who: SignedIn,
    expected: IfMatch,
    session: SessionDep,
    request: Request,
) -> NoteRead:
    """Change a note."""
    service = request.app.state.service
    note, _ = await _note(session, request, note_id)
    require_version(note.version, expected)
    note.version += 1
    key = await service.vault.data_key(session, note_id)
    note.text = key.seal(body.text, "note", "text", note_id)
    await session.flush()
    event = CodeIssued(version=note.version, talent_id=note_id, serial=note.version)
    await save_event(session, service.clock, event)
    return NoteRead(id=note.id, text=body.text, version=note.version)


class NoteListed(BaseModel):
    id: UUID


@router.get("")
async def search_all(who: SignedIn, page: PageDep, session: SessionDep) -> Page[NoteListed]:
    """List notes."""
    rows, cursor = await paginate(session, select(Note), Note.id, page)
    return Page(items=[NoteListed(id=row.id) for row in rows], next_cursor=cursor)


@router.post("/search", dependencies=[ChangesNothing])
async def search(body: Search) -> NoteListed:
    """Compute something."""
    return NoteListed(id=new_id())


@router.post("/wrong", dependencies=[ChangesNothing])
async def wrong(body: Search, session: SessionDep) -> NoteRead:
    """Answer what the response model does not allow, after writing."""
    session.add(Note(id=new_id(), owner="wrong", text=b"", version=1))
    return {"id": "13800001234", "text": body.first_name1Title}  # type: ignore[return-value]


@router.post("/fails", dependencies=[ChangesNothing])
async def fails(body: Search) -> NoteRead:
    """Raise what nobody expected."""
    raise RuntimeError(body.first_name1Title)


@router.post("/owners", dependencies=[ChangesNothing])
async def owners(body: Search, who: ReviewerOnly, session: SessionDep) -> list[NoteListed]:
    """Ask the database about a caller's text."""
    rows = await session.exec(select(Note).where(Note.owner == body.first_name1Title))
    return [NoteListed(id=row.id) for row in rows]
