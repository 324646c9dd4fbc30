"""Finding a talent by a document, for other services: every question is in the audit log."""

from uuid import UUID

from talent_kit import audit
from talent_kit.auth import Principal

from ..parts import IdentityService
from . import errors, repository
from .documents import DocumentKind
from .schemas import TalentFound, TalentLookup


async def find(parts: IdentityService, who: Principal, body: TalentLookup) -> TalentFound:
    """Return who holds a document; raises TalentNotFound.

    Opens a transaction of its own: the audit entry must stay also when the answer is an error,
    else guessing numbers would leave no trace.
    """
    document = body.document
    if document.kind is DocumentKind.PASSPORT and document.issued_by is None:
        raise errors.IssuerRequired(field="body.document.issued_by")
    index = parts.keyring.blind_index(*document.reading.index_value(document.issued_by))
    async with parts.database.transaction() as session:
        talent = await repository.by_document(session, index)
        found: UUID | None = talent.id if talent else None
        await audit.record(
            session,
            parts.clock,
            actor=who.subject,
            action="talent.looked-up",
            subject=f"talent:{found}" if found else "talent:unknown",
            region=talent.region if talent else None,
            purpose=body.purpose,
            detail={"kind": document.kind},
        )
    if found is None:
        raise errors.TalentNotFound
    return TalentFound(talent_id=found)
