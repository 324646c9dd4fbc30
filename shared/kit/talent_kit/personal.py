"""Personal data at rest: a data key per talent, wrapped by the service's key ring.

Erasing a talent destroys the data key; what the law keeps stays, without its personal columns.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel.ext.asyncio.session import AsyncSession

from . import tables
from .bulk import insert_many
from .clock import Clock
from .database import READ_KEYS
from .keyring import Keyring, open_with, seal_with

_KEYS_OF = select(tables.data_key.c.talent_id, tables.data_key.c.wrapped).where(
    tables.data_key.c.talent_id == any_(bindparam("talents", type_=ARRAY(Uuid))),
    tables.data_key.c.wrapped.is_not(None),
)
"""Made once, with an array in place of a list: making it anew costs more than the query."""

_KEY_OF = select(tables.data_key.c.wrapped, tables.data_key.c.destroyed_at).where(
    tables.data_key.c.talent_id == bindparam("talent")
)

_DATA_KEY = b"\0\0\0\1"
"""Key id inside sealed bytes: the first data key of its talent."""


class Erased(Exception):  # noqa: N818 - a state of the data, not a fault
    """The talent's data key was destroyed: nothing under it can be read or written."""


@dataclass(frozen=True)
class DataKey:
    """Seals and opens the encrypted columns of one talent."""

    cipher: AESGCM

    def seal(self, plain: str, table: str, column: str, row: UUID) -> bytes:
        """Encrypt one column of one row; it opens at that place alone."""
        return seal_with(self.cipher, _DATA_KEY, plain.encode(), _place(table, column, row))

    def open(self, sealed: bytes, table: str, column: str, row: UUID) -> str:
        """Decrypt one column of one row; raises KeyringError."""
        return open_with(self.cipher, sealed, _place(table, column, row)).decode()


class Vault:
    """Finds, makes and destroys data keys."""

    def __init__(self, keyring: Keyring, clock: Clock) -> None:
        self._keyring = keyring
        self._clock = clock

    async def data_key(self, session: AsyncSession, talent_id: UUID) -> DataKey:
        """Return the talent's data key, made at the first use; raises Erased."""
        known = _known(session)
        if talent_id not in known:
            wrapped = await self._wrapped(session, talent_id)
            if wrapped is None:
                wrapped = await self._made(session, talent_id)
            known[talent_id] = self._unwrap(wrapped, talent_id)
        return known[talent_id]

    async def data_keys(self, session: AsyncSession, talent_ids: list[UUID]) -> dict[UUID, DataKey]:
        """Return the data keys of many talents, leaving out those erased or without one."""
        known = _known(session)
        unknown = [talent_id for talent_id in talent_ids if talent_id not in known]
        if unknown:
            rows = await session.execute(_KEYS_OF, {"talents": unknown})
            known.update({found: self._unwrap(wrapped, found) for found, wrapped in rows})
        return {talent_id: known[talent_id] for talent_id in talent_ids if talent_id in known}

    async def make_keys(
        self, session: AsyncSession, talent_ids: Sequence[UUID]
    ) -> dict[UUID, DataKey]:
        """Make the data keys of talents who have none yet, in one statement."""
        return await self._make(session, talent_ids)

    async def keys_for(
        self, session: AsyncSession, talent_ids: Collection[UUID]
    ) -> dict[UUID, DataKey]:
        """Return the data keys of many talents, made at the first use, leaving out those erased."""
        found = await self.data_keys(session, list(talent_ids))
        missing = sorted(talent_id for talent_id in talent_ids if talent_id not in found)
        if missing:
            # Another transaction may have made one meanwhile, and that one counts.
            await self._make(session, missing, "ON CONFLICT DO NOTHING")
            found |= await self.data_keys(session, missing)
        return found

    async def _make(
        self, session: AsyncSession, talent_ids: Sequence[UUID], otherwise: str = ""
    ) -> dict[UUID, DataKey]:
        keys = {talent_id: AESGCM.generate_key(256) for talent_id in talent_ids}
        rows = [
            {"talent_id": talent_id, "wrapped": self._keyring.seal(key, _key_place(talent_id))}
            for talent_id, key in keys.items()
        ]
        same = {"made_at": self._clock.now()}
        await insert_many(session, tables.data_key, rows, otherwise, same)
        return {talent_id: DataKey(AESGCM(key)) for talent_id, key in keys.items()}

    async def destroy(self, session: AsyncSession, talent_id: UUID) -> None:
        """Destroy a data key for good; one that was never made cannot be made any more either."""
        _known(session).pop(talent_id, None)
        now = self._clock.now()
        gone = {"wrapped": None, "destroyed_at": now}
        statement = insert(tables.data_key).values(talent_id=talent_id, made_at=now, **gone)
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["talent_id"],
                set_=gone,
                where=tables.data_key.c.destroyed_at.is_(None),
            )
        )

    async def _made(self, session: AsyncSession, talent_id: UUID) -> bytes:
        """Make the key; where another transaction has made one meanwhile, that one counts."""
        wrapped = self._keyring.seal(AESGCM.generate_key(256), _key_place(talent_id))
        made: bytes | None = await session.scalar(
            insert(tables.data_key)
            .values(talent_id=talent_id, wrapped=wrapped, made_at=self._clock.now())
            .on_conflict_do_nothing()
            .returning(tables.data_key.c.wrapped)
        )
        if made is None:
            made = await self._wrapped(session, talent_id)
        if made is None:
            raise Erased
        return made

    async def _wrapped(self, session: AsyncSession, talent_id: UUID) -> bytes | None:
        row = (await session.execute(_KEY_OF, {"talent": talent_id})).one_or_none()
        if row is not None and row.destroyed_at is not None:
            raise Erased
        return None if row is None else row.wrapped

    def _unwrap(self, wrapped: bytes, talent_id: UUID) -> DataKey:
        return DataKey(AESGCM(self._keyring.open(wrapped, _key_place(talent_id))))


def _known(session: AsyncSession) -> dict[UUID, DataKey]:
    """Return the data keys that this transaction has read: none is read twice."""
    known: dict[UUID, DataKey] = session.info.setdefault(READ_KEYS, {})
    return known


def _place(table: str, column: str, row: UUID) -> bytes:
    return f"{table}.{column}:{row}".encode()


def _key_place(talent_id: UUID) -> bytes:
    return f"data_key.wrapped:{talent_id}".encode()
