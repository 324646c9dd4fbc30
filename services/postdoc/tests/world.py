"""A small Nanping for tests: units, their stations, doctors and offices, all synthetic."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import text
from talent_contracts import EmployerRegistered, TalentRegistered
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_postdoc.advisors.schemas import AdvisorContent
from talent_postdoc.advisors.service import new_advisor
from talent_postdoc.models.fellows import Fellow
from talent_postdoc.models.stations import Station
from talent_postdoc.parties.consumers import on_employers, on_talents

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
"""In Shanghai."""
_serial = count(1)


def words(text_: str) -> dict[str, str]:
    return {"zh": f"{text_}（中文）", "en": text_}


class World:
    """The service, and callers for it."""

    def __init__(self, running: ServiceUnderTest) -> None:
        self.running = running

    def office(self, name: str = "office-1", region: str = "350700") -> dict[str, str]:
        """The office for postdoc work of a region."""
        return self.running.issuer.headers(name, Role.STATION_ADMIN, region=region)

    def staff(self, role: Role, region: str = "350700") -> dict[str, str]:
        return self.running.issuer.headers(f"{role}-1", role, region=region)

    def signed_in(self, name: str, *roles: Role) -> dict[str, str]:
        return self.running.issuer.headers(name, *roles)

    async def talent(self, born: date = date(1996, 3, 1), **changes: Any) -> "Caller":
        """A doctor who registered with identity; their event has arrived."""
        given: dict[str, Any] = {
            "talent_id": new_id(),
            "login": f"talent-{next(_serial)}",
            "region": "350702",
            "birth_date": born,
            "nationality": "CHN",
            "residence": "mainland",
            "version": 1,
        }
        told = TalentRegistered(**given | changes)
        async with self.running.service.database.transaction() as session:
            await on_talents(session, [told])
        headers = self.running.issuer.headers(str(told.login), Role.TALENT)
        return Caller(self, told.talent_id, headers)

    async def unit(self, **changes: Any) -> "Caller":
        """An employer with an agent; identity's event has arrived."""
        login = f"agent-{next(_serial)}"
        given: dict[str, Any] = {
            "employer_id": new_id(),
            "region": "350702",
            "kind": "enterprise",
            "agents": (login,),
            "version": 1,
        }
        told = EmployerRegistered(**given | changes)
        async with self.running.service.database.transaction() as session:
            await on_employers(session, [told])
        headers = self.running.issuer.headers(login, Role.EMPLOYER, employer=told.employer_id)
        return Caller(self, told.employer_id, headers)

    async def station(self, unit: "Caller", **changes: Any) -> UUID:
        """A workstation of a unit, as if it had been set up a year ago."""
        given: dict[str, Any] = {
            "id": new_id(),
            "kind": "workstation",
            "level": "national",
            "status": "active",
            "name_zh": "示例博士后科研工作站",
            "name_en": "Example postdoc workstation",
            "unit_id": unit.id,
            "unit_zh": "示例企业",
            "unit_en": "Example enterprise",
            "region": "350702",
            "disciplines": ["0812"],
            "approval": "new",
            "approved_on": date(2025, 9, 1),
            "created_at": NOON,
            "changed_at": NOON,
            "version": 1,
        }
        return await self.kept(Station(**given | changes))

    async def advisor(self, station_id: UUID | str, **changes: Any) -> UUID:
        """A professor at a station since it was set up; `name` is sealed."""
        given: dict[str, Any] = {
            "name": "示例导师",
            "title": "professor",
            "disciplines": ["0812"],
            "full_time": True,
            "from_on": date(2025, 9, 1),
        } | changes
        content = AdvisorContent(
            **{name: given[name] for name in AdvisorContent.model_fields if name in given}
        )
        service = self.running.service
        row = new_advisor(
            service.clock, service.keyring, UUID(str(station_id)), content, given["from_on"]
        )
        row.until_on = given.get("until_on")
        return await self.kept(row)

    async def fellow(self, station_id: UUID, unit: "Caller", **changes: Any) -> UUID:
        """A fellow in a station, as if entered a month ago."""
        given: dict[str, Any] = {
            "id": new_id(),
            "talent_id": new_id(),
            "station_id": station_id,
            "unit_id": unit.id,
            "region": "350702",
            "discipline": "0812",
            "arrangement": "full_time",
            "entry": "first",
            "foreign": False,
            "doctorate": "held",
            "doctorate_on": date(2026, 6, 30),
            "status": "entered",
            "live": True,
            "entered_on": date(2026, 8, 1),
            "term_until": date(2028, 7, 31),
            "ended_on": None,
            "created_at": NOON,
            "changed_at": NOON,
            "version": 1,
        }
        return await self.kept(Fellow(**given | changes))

    async def kept(self, row: Any) -> UUID:
        """Save a row as it is; return its id."""
        async with self.running.service.database.transaction() as session:
            session.add(row)
            await session.flush()
            return row.id

    async def send(self, method: str, path: str, who: dict[str, str] | None = None, **more: Any):
        """Send a request; a version given as `version` goes into If-Match."""
        headers = {**(who or {}), **(fresh_key() if method == "POST" else {})}
        version = more.pop("version", None)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        headers.update(more.pop("headers", {}))
        return await self.running.client.request(method, path, headers=headers, **more)

    async def rows(self, query: str, **given: Any) -> list[Any]:
        async with self.running.service.database.transaction() as session:
            return list((await session.execute(text(query), given)).all())

    def today(self, day: date) -> None:
        """Make it noon of a day in Shanghai."""
        self.running.clock.set(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))

    def later(self, **by: float) -> None:
        self.running.clock.move(timedelta(**by))


class Caller:
    """A talent, or an agent of a unit; `id` is the talent's or the unit's."""

    def __init__(self, world: World, id_: UUID, headers: dict[str, str]) -> None:
        self.world = world
        self.id = id_
        self.headers = headers

    async def send(self, method: str, path: str, **more: Any):
        return await self.world.send(method, path, self.headers, **more)
