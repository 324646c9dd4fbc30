"""Answering, item by item; each talent that is found is an entry in the audit log."""

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal

from ..employers.credit_codes import CreditCodeError, read_credit_code
from ..parts import IdentityService
from ..talents.documents import DocumentError, DocumentKind, read
from . import repository
from .schemas import Asked, ResolutionCreate, ResolutionRead, Resolved

_NUMBER, _CODE = "number", "credit_code"


class _Item:
    """One item on its way to an answer."""

    def __init__(self, parts: IdentityService, asked: Asked) -> None:
        self.answer = Resolved()
        self.index: bytes | None = None
        self.code: str | None = None
        try:
            self.index = _index(parts, asked)
        except DocumentError as error:
            self.fails(error.code, _NUMBER)
        try:
            self.code = read_credit_code(asked.credit_code) if asked.credit_code else None
        except CreditCodeError as error:
            self.fails(error.code, _CODE)
        if asked.number is None and asked.credit_code is None:
            self.fails("missing", _NUMBER)

    def fails(self, problem: str, field: str) -> None:
        """Keep the first thing that is wrong."""
        if self.answer.problem is None:
            self.answer.problem, self.answer.field = problem, field

    @property
    def pair(self) -> repository.Pair | None:
        talent, employer = self.answer.talent_id, self.answer.employer_id
        return None if talent is None or employer is None else (talent, employer)


def _index(parts: IdentityService, asked: Asked) -> bytes | None:
    if asked.number is None:
        return None
    if asked.kind is DocumentKind.PASSPORT and asked.issued_by is None:
        raise DocumentError("issuer-required")
    reading = read(asked.kind, asked.number)
    return parts.keyring.blind_index(*reading.index_value(asked.issued_by))


async def resolve(
    session: AsyncSession, parts: IdentityService, who: Principal, body: ResolutionCreate
) -> ResolutionRead:
    """Return whom each item means, in their order."""
    items = [_Item(parts, asked) for asked in body.items]
    talents = await repository.talents(session, {item.index for item in items if item.index})
    codes = await repository.employers(session, {item.code for item in items if item.code})
    for item in items:
        if item.index is not None and item.index in talents:
            item.answer.talent_id = talents[item.index][0]
        elif item.index is not None:
            item.fails("talent-unknown", _NUMBER)
        if item.code is not None:
            item.answer.employer_id = codes.get(item.code)
            if item.answer.employer_id is None:
                item.fails("employer-unknown", _CODE)
    found = await repository.employments(session, {item.pair for item in items if item.pair})
    for item in items:
        if item.pair is not None:
            item.answer.employment_ids = found.get(item.pair, [])
            item.answer.employment_id = next(iter(item.answer.employment_ids), None)
            if item.answer.employment_id is None:
                item.fails("employment-unknown", _CODE)
    await audit.record_many(
        session,
        parts.clock,
        actor=who.subject,
        action="talent.looked-up",
        subjects=[(f"talent:{talent}", region) for talent, region in sorted(set(talents.values()))],
        purpose=body.purpose,
    )
    return ResolutionRead(items=[item.answer for item in items])
