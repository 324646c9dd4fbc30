"""What was written of candidacies, kept under the doctors' own keys."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.bulk import insert_many
from talent_kit.clock import Clock
from talent_kit.personal import DataKey, Vault

from ..models.candidacies import Candidacy, CandidacyText

_REPLACE = (
    "ON CONFLICT (candidacy_id, kind) DO UPDATE SET sealed = excluded.sealed, "
    "written_at = excluded.written_at, version = candidacy_text.version + 1"
)


async def write(
    session: AsyncSession,
    vault: Vault,
    clock: Clock,
    candidacy: Candidacy,
    kind: str,
    content: Mapping[str, Any],
) -> None:
    """Keep what was written, in the place of what stood there; raises Erased."""
    key = await vault.data_key(session, candidacy.talent_id)
    plain = json.dumps(content, ensure_ascii=False)
    row = {
        "candidacy_id": candidacy.id,
        "kind": kind,
        "talent_id": candidacy.talent_id,
        "sealed": key.seal(plain, *_place(kind, candidacy.id)),
        "written_at": clock.now(),
        "version": 1,
    }
    await insert_many(session, CandidacyText.__table__, [row], _REPLACE)  # type: ignore[attr-defined]


async def read(
    session: AsyncSession, vault: Vault, candidacy_ids: Collection[UUID]
) -> dict[UUID, dict[str, Any]]:
    """Return what was written of some candidacies, in clear; nothing of who was erased."""
    query = select(CandidacyText).where(col(CandidacyText.candidacy_id).in_(candidacy_ids))
    rows = (await session.exec(query)).all()
    keys = await vault.data_keys(session, list({row.talent_id for row in rows}))
    found: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for row in rows:
        if row.talent_id in keys:
            found[row.candidacy_id] |= _opened(keys[row.talent_id], row)
    return found


async def remove(session: AsyncSession, candidacy_id: UUID) -> None:
    """Remove what was written of a candidacy."""
    mine = col(CandidacyText.candidacy_id) == candidacy_id
    await session.execute(delete(CandidacyText).where(mine))


async def forget(session: AsyncSession, talent_ids: Collection[UUID]) -> None:
    """Remove what was written of talents' candidacies, by either side."""
    theirs = col(CandidacyText.talent_id).in_(talent_ids)
    await session.execute(delete(CandidacyText).where(theirs))


def _opened(key: DataKey, row: CandidacyText) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(key.open(row.sealed, *_place(row.kind, row.candidacy_id)))
    return found


def _place(kind: str, candidacy_id: UUID) -> tuple[str, str, UUID]:
    return ("candidacy_text", kind, candidacy_id)
