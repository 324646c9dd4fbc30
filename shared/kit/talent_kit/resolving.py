"""The port to identity, which alone knows whom a document's number or a credit code means."""

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from .calls import ServiceCaller


class Asked(NamedTuple):
    """Numbers of one row; any may be missing."""

    kind: str | None
    number: str | None
    issued_by: str | None
    credit_code: str | None


class Known(NamedTuple):
    """Whom they mean, or the field at fault and why."""

    talent_id: UUID | None
    employer_id: UUID | None
    employment_id: UUID | None
    field: str | None
    problem: str | None
    employment_ids: tuple[UUID, ...] = ()
    """Every standing employment between the two, where identity names them all."""

    @property
    def employments(self) -> tuple[UUID | None, ...]:
        """Return the employments that a row is about; (None,) where there is none."""
        return self.employment_ids or (self.employment_id,)


IMPORT = "import-facts"


class Identity(Protocol):
    async def resolve(self, asked: Sequence[Asked], purpose: str = IMPORT) -> list[Known]:
        """Answer in the order asked, which identity's audit keeps with the purpose.

        Raises CallFailed.
        """
        ...

    async def close(self) -> None: ...


_FIELDS = {"number": "document_number"}
"""Identity's names of fields, where a file calls them otherwise."""


class HttpIdentity:
    """Identity's HTTP interface, a request for up to 500 rows."""

    def __init__(self, caller: ServiceCaller) -> None:
        self._caller = caller

    async def resolve(self, asked: Sequence[Asked], purpose: str = IMPORT) -> list[Known]:
        items = [
            {name: value for name, value in item._asdict().items() if value is not None}
            for item in asked
        ]
        answer = await self._caller.post("/v1/resolutions", {"items": items, "purpose": purpose})
        return [_known(item) for item in answer["items"]]

    async def close(self) -> None:
        await self._caller.close()


def _known(item: dict[str, Any]) -> Known:
    def identifier(name: str) -> UUID | None:
        return UUID(item[name]) if item[name] else None

    field = item["field"]
    return Known(
        identifier("talent_id"),
        identifier("employer_id"),
        identifier("employment_id"),
        _FIELDS.get(field, field),
        item["problem"],
        tuple(UUID(each) for each in item.get("employment_ids") or ()),
    )
