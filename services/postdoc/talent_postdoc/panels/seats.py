"""Who sits on a panel: sealed as rows, opened to check and to show."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from talent_kit.clock import Clock
from talent_kit.identifiers import new_id
from talent_kit.keyring import Keyring

from ..models.panels import PanelMember
from ..terms.rules import Terms
from . import errors
from .rules import FOR_GOOD, Breach, Interests, Purpose, Seat, breaches, conflict, twice
from .schemas import NewMember


def seat_of(given: NewMember) -> Seat:
    return Seat(**given.model_dump(mode="json"))


def opened(keyring: Keyring, members: Iterable[PanelMember]) -> list[Seat]:
    """Return rows as composition and conflicts ask for them."""
    return [
        Seat(
            login=row.login,
            name=name_of(keyring, row) or "",
            kind=row.kind,
            organisation=row.organisation,
            advisor=row.advisor,
            chair=row.chair,
        )
        for row in members
    ]


def name_of(keyring: Keyring, row: PanelMember) -> str | None:
    """Return what a member is called; None where they were erased."""
    if row.name_sealed is None:
        return None
    return keyring.open(row.name_sealed, _place("panel_member", "name", row.id)).decode()


def row_of(
    keyring: Keyring, clock: Clock, panel_id: UUID, seat: Seat, replaces: UUID | None = None
) -> PanelMember:
    """Return a new member of a panel."""
    identifier = new_id()
    return PanelMember(
        id=identifier,
        panel_id=panel_id,
        login=seat.login,
        name_sealed=sealed(keyring, seat.name, "panel_member", "name", identifier),
        kind=seat.kind,
        organisation=seat.organisation,
        advisor=seat.advisor,
        chair=seat.chair,
        replaces=replaces,
        joined_at=clock.now(),
    )


def sealed(keyring: Keyring, text: str, table: str, column: str, row: UUID) -> bytes:
    """Seal a text for its column, as `text_of` opens it."""
    return keyring.seal(text.encode(), _place(table, column, row))


def text_of(keyring: Keyring, sealed_: bytes, table: str, column: str, row: UUID) -> str:
    return keyring.open(sealed_, _place(table, column, row)).decode()


def _place(table: str, column: str, row: UUID) -> bytes:
    return f"{table}.{column}:{row}".encode()


def check(
    purpose: Purpose,
    seats: Sequence[Seat],
    near: Interests,
    terms: Terms,
    field: str,
    *,
    joining: Seat | None = None,
) -> None:
    """Raise where members may not sit together: all of them, or one who joins the others."""
    place = twice(seats)
    if place is not None:
        raise errors.MemberTwice(field=field if joining else f"{field}.{place}")
    for number, seat in enumerate(seats):
        found = conflict(purpose, seat, near) if joining in (None, seat) else None
        if found is not None:
            where = field if joining else f"{field}.{number}"
            raise errors.MemberConflict(field=where, conflict=found)
    broken = breaches(purpose, seats, terms)
    if joining is not None:
        broken = [each for each in broken if _not_mended(each)]
    if broken:
        raise errors.PanelComposition(field=field, breaches=shown(broken))


def _not_mended(breach: Breach) -> bool:
    return breach.code in FOR_GOOD or (breach.code == "chairs" and breach.found > 1)


def shown(broken: Iterable[Breach]) -> list[dict[str, Any]]:
    """Return breaches as problems carry them."""
    return [asdict(each) for each in broken]
