"""Who is registered for an activity, as a file that is written while it is read."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal
from talent_kit.clock import SHANGHAI, Clock
from talent_kit.service import Service
from talent_kit.sheets import Cell, Sheet
from talent_kit.texts import Bilingual

from ..activities import service as activities
from ..activities.questions import Question, Value
from ..activities.repository import parts_of
from ..models import Activity, Registration
from ..models.admission import AskedQuestion
from ..registrations import answers
from ..registrations import repository as registrations

_SOME = 200
"""Rows read by one transaction."""
_HEAD = (
    Bilingual(zh="报名编号", en="Registration"),
    Bilingual(zh="人才代号", en="Talent (pseudonym)"),
    Bilingual(zh="票种", en="Ticket"),
    Bilingual(zh="状态", en="Status"),
    Bilingual(zh="报名时间", en="Registered at"),
)
_YES_NO = {True: Bilingual(zh="是", en="yes"), False: Bilingual(zh="否", en="no")}


@dataclass(frozen=True)
class Export:
    """What is exported, and for whom."""

    who: Principal
    activity: Activity
    tickets: Mapping[UUID, Bilingual]
    questions: Sequence[Question]
    language: str


async def begin(
    session: AsyncSession, clock: Clock, who: Principal, activity_id: UUID, language: str
) -> Export:
    """Note in the audit log that the organiser takes the list along; return what it holds."""
    activity = await activities.own(session, who, activity_id)
    parts = await parts_of(session, activity_id)
    await activities.record(session, clock, who, "registrations.exported", activity)
    tickets = {each.id: Bilingual(zh=each.label_zh, en=each.label_en) for each in parts.tickets}
    return Export(who, activity, tickets, _questions(parts.questions), language)


async def written(of: Service, export: Export, sheet: Sheet) -> AsyncIterator[bytes]:
    """Yield the file piece by piece, oldest first; each piece is a transaction of its own."""
    heads = [*_HEAD, *(question.label for question in export.questions)]
    yield sheet.add([[head.in_language(export.language) for head in heads]])
    last: UUID | None = None
    while True:
        async with of.database.transaction() as session:
            rows = await registrations.some_after(session, export.activity.id, last, _SOME)
            sheets = await answers.read(session, of.vault, [row.id for row in rows])
            seen = [row.talent_id for row in rows if row.id in sheets]
            await answers.note_reading(session, of.clock, export.who, export.activity, seen)
        yield sheet.add(_row(export, row, sheets.get(row.id, {})) for row in rows)
        if len(rows) < _SOME:
            break
        last = rows[-1].id
    yield sheet.end()


def _questions(rows: Sequence[AskedQuestion]) -> list[Question]:
    return [Question.model_validate(row.content) for row in rows]


def _row(export: Export, row: Registration, answered: Mapping[str, Value]) -> list[Cell]:
    return [
        str(row.id),
        str(row.talent_id),
        export.tickets[row.ticket_id].in_language(export.language),
        row.status,
        row.registered_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
        *(
            _answer(question, answered.get(question.name), export.language)
            for question in export.questions
        ),
    ]


def _answer(question: Question, given: Value | None, language: str) -> Cell:
    """Return an answer as people read it: choices by their labels, numbers as numbers."""
    labels = {choice.name: choice.label for choice in question.choices}
    if isinstance(given, bool):
        return _YES_NO[given].in_language(language)
    if isinstance(given, list):
        return "; ".join(labels[one].in_language(language) for one in given)
    if isinstance(given, str) and given in labels:
        return labels[given].in_language(language)
    return given
