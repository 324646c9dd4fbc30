"""Which figures hold, and setting them."""

from datetime import date

from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import OutsideRegion, Principal
from talent_kit.clock import Clock, local_date
from talent_kit.identifiers import new_id
from talent_kit.regions import regions
from talent_kit.texts import Bilingual

from ..models.terms import TermValue
from . import errors, repository
from .rules import MOST, SetValue, Terms, holding, shipped
from .schemas import NewTermValue, TermOut, TermsOut


class TermBook:
    """Figures of many places and days in one transaction: what is set is read once for a region."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session
        self._given: dict[tuple[str, ...], list[SetValue]] = {}

    async def at(self, region: str, on: date) -> Terms:
        """Return the figures that hold in a region on a day."""
        line = (region, *regions().ancestors(region, on))
        if line not in self._given:
            rows = await repository.set_for(self._session, line)
            self._given[line] = [
                SetValue(row.region, row.name, row.valid_from, row.value) for row in rows
            ]
        return holding(line, on, self._given[line])


async def terms_at(session: AsyncSession, region: str, on: date) -> Terms:
    """Return the figures that hold in a region on a day."""
    return await TermBook(session).at(region, on)


async def read(session: AsyncSession, region: str, on: date) -> TermsOut:
    """Return all figures as they hold in a region on a day."""
    if not regions().exists(region, on):
        raise errors.UnknownRegion(field="query.region")
    values = await terms_at(session, region, on)
    unset = holding((region, *regions().ancestors(region, on)), on, ())
    return TermsOut(
        region=region,
        on=on,
        items=[
            TermOut(
                name=name,
                value=values[name],
                unit=term.unit,
                label=Bilingual(zh=term.zh, en=term.en),
                shipped=unset[name],
                usual=term.usual,
            )
            for name, term in shipped().items()
        ],
    )


async def set_value(
    session: AsyncSession, clock: Clock, who: Principal, name: str, given: NewTermValue
) -> TermsOut:
    """Set a figure for a region that the caller oversees."""
    if name not in shipped():
        raise errors.TermNotFound
    most = MOST.get(shipped()[name].unit)
    if most is not None and given.value > most:
        raise errors.TermValueInvalid(field="body.value", most=most)
    if not regions().exists(given.region, local_date(clock.now())):
        raise errors.UnknownRegion(field="body.region")
    if not who.oversees(given.region, clock):
        raise OutsideRegion(field="body.region")
    row = TermValue(
        id=new_id(), name=name, set_by=who.subject, set_at=clock.now(), **given.model_dump()
    )
    session.add(row)
    await session.flush()
    await audit.record(
        session,
        clock,
        actor=who.subject,
        action="term.set",
        subject=f"term:{name}",
        region=given.region,
        detail={"value": given.value, "valid_from": given.valid_from.isoformat()},
    )
    return await read(session, given.region, given.valid_from)
