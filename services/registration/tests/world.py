"""A small Nanping for tests: organisers, talents and activities, all synthetic."""

from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from struct import pack
from typing import Any
from uuid import UUID

from sqlalchemy import text
from talent_contracts import EmployerRegistered, TalentErased, TalentRegistered
from talent_kit.auth import Role
from talent_kit.identifiers import new_id
from talent_kit.testing.services import ServiceUnderTest, fresh_key
from talent_registration.employers.consumers import on_employers
from talent_registration.people.consumers import on_talents
from talent_registration.registrations.consumers import on_erased

NOON = datetime(2026, 9, 1, 4, tzinfo=UTC)
"""In Shanghai."""
DAY = timedelta(days=1)
PAYMENTS_SECRET = "a secret of sixteen or more"
_serial = count(1)


def at(days: float) -> str:
    """An instant so many days from noon."""
    return (NOON + days * DAY).isoformat()


def words(text_: str) -> dict[str, str]:
    return {"zh": f"{text_}（中文）", "en": text_}


def content(**changes: Any) -> dict[str, Any]:
    """An activity that is open: one session, a hall of three seats, one ticket."""
    given: dict[str, Any] = {
        "kind": "fair",
        "region": "350700",
        "title": words("fair"),
        "about": words("about"),
        "opens_at": at(-1),
        "closes_at": at(10),
        "cancel_until": at(12),
        "meetings": [
            {"name": "day-1", "starts_at": at(14), "ends_at": at(14.3), "place": words("hall")}
        ],
        "quotas": [{"name": "hall", "label": words("whole hall"), "capacity": 3}],
        "tickets": [ticket()],
    }
    return given | changes


def ticket(name: str = "visitor", **more: Any) -> dict[str, Any]:
    """A kind of ticket for the one hall and session."""
    given = {"name": name, "label": words(name), "quotas": ["hall"], "meetings": ["day-1"]}
    return given | more


PDF = b"%PDF-1.7 synthetic"
PNG = b"\x89PNG\r\n\x1a\n" + pack(">I", 9) + b"IDATsyntheticCRC." + pack(">I", 0) + b"IENDCRC."
JPEG = b"\xff\xd8\xff\xdb\x00\x03.\xff\xda\x00\x03.synthetic\xff\xd9"
WEBP = b"RIFF" + pack("<I", 22) + b"WEBPVP8 " + pack("<I", 10) + b"synthetic."


def stored(service: Any) -> list[Path]:
    """Where the service keeps the bytes of files."""
    folder = Path(service.settings.blobs_url.removeprefix("file://"))
    return [path for path in folder.rglob("*") if path.is_file()]


class World:
    """The service, and callers for it."""

    def __init__(self, running: ServiceUnderTest) -> None:
        self.running = running
        running.clock.set(NOON)

    def organiser(self, name: str = "organiser-1", region: str = "350700") -> dict[str, str]:
        return self.running.issuer.headers(name, Role.ORGANISER, region=region)

    def finance(self, name: str = "finance-1", region: str = "350700") -> dict[str, str]:
        return self.running.issuer.headers(name, Role.FINANCE, region=region)

    def reviewer(self, name: str = "reviewer-1", region: str = "350700") -> dict[str, str]:
        return self.running.issuer.headers(name, Role.REVIEWER, region=region)

    async def talent(self, region: str = "350702", login: str | None = None) -> "Caller":
        """Somebody who registered with identity; their event has arrived."""
        return (await self.talents(1, region, login))[0]

    async def talents(
        self, number: int, region: str = "350702", login: str | None = None
    ) -> list["Caller"]:
        told = [
            TalentRegistered(
                talent_id=new_id(),
                login=login or f"talent-{next(_serial)}",
                region=region,
                birth_date=datetime(1999, 1, 1, tzinfo=UTC).date(),
                nationality="CHN",
                residence="mainland",
                version=1,
            )
            for _ in range(number)
        ]
        async with self.running.service.database.transaction() as session:
            await on_talents(session, told)
        return [Caller(self, str(event.login), event.talent_id) for event in told]

    async def employer(self, login: str | None = None, **changes: Any) -> "Exhibitor":
        """An employer with an agent, who signed in for it; identity's event has arrived."""
        login = login or f"agent-{next(_serial)}"
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
        return Exhibitor(self, login, told.employer_id)

    async def send(self, method: str, path: str, who: dict[str, str] | None = None, **more: Any):
        """Send a request; a version given as `version` goes into If-Match."""
        headers = {**(who or {}), **(fresh_key() if method == "POST" else {})}
        version = more.pop("version", None)
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return await self.running.client.request(method, path, headers=headers, **more)

    async def draft(self, **changes: Any) -> dict[str, Any]:
        answer = await self.send(
            "POST", "/v1/activities", self.organiser(), json=content(**changes)
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def act(self, activity: dict[str, Any], act: str, who: dict[str, str], **body: Any):
        path = f"/v1/activities/{activity['id']}/{act}"
        more = {"json": body} if body else {}
        return await self.send("POST", path, who, version=activity["version"], **more)

    async def published(self, **changes: Any) -> dict[str, Any]:
        """An activity that talents can register for."""
        made = await self.draft(**changes)
        submitted = (await self.act(made, "submission", self.organiser())).json()
        answer = await self.act(submitted, "publication", self.reviewer())
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def post(self, activity: dict[str, Any], noun: str, number_of: int = 0, **body: Any):
        """Make something of an activity as its organiser, for a ticket of it."""
        path = f"/v1/activities/{activity['id']}/{noun}"
        given = {"ticket_id": activity["tickets"][number_of]["id"]} | body
        return await self.send("POST", path, self.organiser(), json=given)

    async def set_code(self, activity: dict[str, Any], code: str, number_of: int = 0):
        ticket_id = activity["tickets"][number_of]["id"]
        path = f"/v1/activities/{activity['id']}/tickets/{ticket_id}/access-code"
        version = (await self.shown(activity))["version"]
        return await self.send("PUT", path, self.organiser(), json={"code": code}, version=version)

    async def shown(self, activity: dict[str, Any]) -> dict[str, Any]:
        answer = await self.send(
            "GET", f"/v1/managed-activities/{activity['id']}", self.organiser()
        )
        return dict(answer.json())

    async def bring(self, who: dict[str, str], content: bytes):
        """Bring a file."""
        return await self.send("POST", "/v1/registration-files", who, content=content)

    async def files(self) -> list[bytes]:
        """What the store of files holds, once what leaves is gone."""
        service = self.running.service
        while await service.blobs.upkeep():
            pass
        return [path.read_bytes() for path in stored(service)]

    async def due(self) -> None:
        """What is due by itself is done; what it tells still stands in the outbox."""
        while await self.running.worker.timers.step():
            pass

    async def taken(self, activity: dict[str, Any]) -> dict[str, int]:
        """How many seats of each quota are taken."""
        shown = await self.shown(activity)
        return {each["name"]: each["capacity"] - each["left"] for each in shown["quotas"]}

    async def rows(self, query: str, **given: Any) -> list[Any]:
        async with self.running.service.database.transaction() as session:
            return list((await session.execute(text(query), given)).all())

    def later(self, **by: float) -> None:
        self.running.clock.move(timedelta(**by))


class Caller:
    """A talent who claims seats."""

    def __init__(self, world: World, login: str, talent_id: UUID) -> None:
        self.world = world
        self.login = login
        self.talent_id = talent_id
        self.headers = world.running.issuer.headers(login, Role.TALENT)

    def path(self, activity: dict[str, Any]) -> str:
        return f"/v1/activities/{activity['id']}/registrations/me"

    async def claim(self, activity: dict[str, Any], ticket: int = 0, **more: Any):
        body = {"ticket_id": activity["tickets"][ticket]["id"], **more}
        return await self.world.send("PUT", self.path(activity), self.headers, json=body)

    async def seat(self, activity: dict[str, Any], ticket: int = 0, **more: Any) -> str:
        """Claim a seat; return the state that comes of it."""
        answer = await self.claim(activity, ticket, **more)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["status"])

    async def cancel(self, activity: dict[str, Any]):
        return await self.world.send("DELETE", self.path(activity), self.headers)

    async def erase(self) -> None:
        """Identity tells that they were erased."""
        service = self.world.running.service
        gone = TalentErased(talent_id=self.talent_id, version=2)
        async with service.database.transaction() as session:
            await on_erased(service.clock, service.vault, service.blobs, session, [gone])

    async def registration(self, activity: dict[str, Any]) -> str:
        """Return the id of their registration."""
        return str((await self.world.send("GET", self.path(activity), self.headers)).json()["id"])

    async def state(self, activity: dict[str, Any]) -> str:
        answer = await self.world.send("GET", self.path(activity), self.headers)
        return str(answer.json()["status" if answer.status_code == 200 else "code"])


class Exhibitor:
    """An agent who books a booth for an employer."""

    def __init__(self, world: World, login: str, employer_id: UUID) -> None:
        self.world = world
        self.login = login
        self.employer_id = employer_id
        self.headers = world.running.issuer.headers(login, Role.EMPLOYER, employer=employer_id)

    def path(self, activity: dict[str, Any], more: str = "") -> str:
        return f"/v1/activities/{activity['id']}/bookings/me{more}"

    async def book(self, activity: dict[str, Any], ticket: int = 0):
        body = {"ticket_id": activity["tickets"][ticket]["id"]}
        return await self.world.send("PUT", self.path(activity), self.headers, json=body)

    async def cancel(self, activity: dict[str, Any]):
        return await self.world.send("DELETE", self.path(activity), self.headers)


def booth(**changes: Any) -> dict[str, Any]:
    """A fair with two booths beside the hall's three seats; the booths come first."""
    made = content()
    stand = {"name": "stand", "label": words("stand"), "quotas": ["stands"], "meetings": ["day-1"]}
    return {
        "quotas": [*made["quotas"], {"name": "stands", "label": words("stands"), "capacity": 2}],
        "tickets": [stand | {"holder": "employer"}, *made["tickets"]],
    } | changes
