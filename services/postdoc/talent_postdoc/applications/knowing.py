"""What is known of an application's conditions: drawn from the service's own data, or declared."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit.keyring import Keyring
from talent_rules import Value

from ..advisors.rules import qualified
from ..advisors.schemas import AdvisorContent
from ..advisors.service import guides, name_of
from ..models.applications import StationApplication
from ..models.parties import Organisation
from ..stations.states import RECRUITING, Kind
from ..terms.rules import Terms
from . import repository
from .schemas import Declared, Partner

ADVISORS: TypeAdapter[list[AdvisorContent]] = TypeAdapter(list[AdvisorContent])


def place(application_id: UUID) -> bytes:
    """Return the place for which the advisors of an application are sealed."""
    return f"station_application.advisors:{application_id}".encode()


def named(keyring: Keyring, row: StationApplication) -> list[AdvisorContent]:
    """Return the advisors that an application names; none once they were forgotten."""
    if row.advisors_sealed is None:
        return []
    return ADVISORS.validate_json(keyring.open(row.advisors_sealed, place(row.id)))


def declared(row: StationApplication) -> tuple[Declared, list[Partner]]:
    """Return what the unit says, and with whom it will recruit."""
    partners = [Partner(**each) for each in row.declared["partners"]]
    return Declared(**row.declared["facts"]), partners


async def facts(
    session: AsyncSession,
    keyring: Keyring,
    row: StationApplication,
    unit: Organisation,
    terms: Terms,
    on: date,
) -> dict[str, Value]:
    """Return the facts of an application on a day; what nobody said is left out."""
    said, partners = declared(row)
    ids = [each.station_id for each in partners if each.station_id is not None]
    known = await repository.stations_by_id(session, [*ids, *filter(None, [row.parent_id])])
    recruiting = [
        identifier
        for identifier in set(ids)
        if identifier in known
        and known[identifier].kind == Kind.MOBILE
        and known[identifier].status in RECRUITING
    ]
    parent = known.get(row.parent_id) if row.parent_id else None
    drawn: dict[str, Any] = {
        "unit.kind": unit.kind,
        "advisors.full_time": await _full_time(session, keyring, row, terms, on),
        "joint.on_file": len(recruiting),
        "joint.elsewhere": sum(each.institution is not None for each in partners),
        "parent.recruiting": parent is not None and parent.status in RECRUITING,
    }
    words = {
        "unit.rd_unit": said.rd_unit,
        "plan.people": said.plan_people,
        "pay.yearly": said.pay_fen,
        "discipline.graduates": said.graduates,
    }
    return drawn | {name: value for name, value in words.items() if value is not None}


async def _full_time(
    session: AsyncSession, keyring: Keyring, row: StationApplication, terms: Terms, on: date
) -> int:
    """Count whom the unit names, and has on file at other stations, each by name once."""
    names = {
        _folded(each.name)
        for each in named(keyring, row)
        if each.full_time and qualified(each.title, terms)
    }
    names |= {
        _folded(name_of(keyring, each))
        for each in await repository.advisors_of_unit(session, row.unit_id)
        if guides(each, on) and qualified(each.title, terms)
    }
    return len(names)


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
