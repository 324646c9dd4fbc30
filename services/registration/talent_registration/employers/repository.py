"""Reading and writing what is known of employers."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.auth import Principal

from ..models_employers import Organisation
from .errors import EmployerNotChosen, NotAnAgent


async def acted_for(session: AsyncSession, who: Principal) -> UUID:
    """Return the employer that the caller acts for; the token's claim only selects.

    Raises NotAnAgent, or EmployerNotChosen where the token names none and there are several.
    """
    query = select(Organisation.employer_id).where(col(Organisation.agents).contains([who.subject]))
    if who.employer is not None:
        query = query.where(Organisation.employer_id == who.employer)
    found = (await session.exec(query.limit(2))).all()
    if not found:
        raise NotAnAgent
    if len(found) > 1:
        raise EmployerNotChosen
    return found[0]


async def keep(session: AsyncSession, rows: Sequence[Organisation]) -> None:
    """Save what is newer than what is here; of several rows of one employer the newest counts."""
    newest: dict[UUID, Organisation] = {}
    for row in sorted(rows, key=lambda row: row.version):
        newest[row.employer_id] = row
    statement = insert(Organisation)
    changed = {name: statement.excluded[name] for name in ("region", "agents", "version")}
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["employer_id"],
            set_=changed,
            where=col(Organisation.version) < statement.excluded.version,
        ),
        [newest[employer_id].model_dump() for employer_id in sorted(newest)],
    )
