"""What a service says about one kind of job; everything else is done here alike."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

Item = TypeVar("Item")
Items = Sequence[tuple[int, Item]]
"""Items by row number."""


class Fault(NamedTuple):
    """What is wrong with a row: the field at fault and a stable code, never the value."""

    row: int
    field: str
    code: str


class RowRefused(Exception):  # noqa: N818 - an outcome, not a fault
    """A row is not taken; all that is wrong with it, as pairs of field and code."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True)
class Outcome:
    """What came of a step: rows that changed nothing, and rows that were refused."""

    skipped: int = 0
    faults: Sequence[Fault] = ()


@dataclass(frozen=True)
class JobContext:
    """The job that a step belongs to."""

    id: UUID
    kind: str
    region: str
    made_by: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class JobKind(Generic[Item]):
    """How the rows of one kind of file are done.

    `read` makes an item of a row's fields, in a thread and without I/O; raises RowRefused.
    `apply` does the items of a step, by row number, in one transaction with the report and the
    place reached; it may run again after an error, on the whole step or on one row alone, and is
    never given a row that is done. What it refuses stands in its outcome; it must then have left
    the row undone.
    """

    name: str
    columns: Mapping[str, Collection[str]]
    """Each field, and the other names that its column may bear."""
    required: Collection[str]
    read: Callable[[Mapping[str, str]], Item]
    apply: Callable[[AsyncSession, JobContext, Items[Item]], Awaitable[Outcome]]
    rows_per_step: int = 500
    prepare: Callable[[JobContext, Items[Item]], Awaitable[Items[Item]]] | None = None
    """What a step needs of other services, asked before its transaction begins; returns its items
    with the answers. May run again for the same rows."""
