"""What happens at a door in tests: talent codes, gates, devices, scans."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from talent_code import CodeClaims, KeySet, SigningKey, encode, new_number, number_digest
from talent_contracts import CodeIssued
from talent_registration.checkins.consumers import on_codes

from .world import Caller, World, at, content, words

ISSUER = "TC-TEST"
YEAR = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
KEY = SigningKey.from_seed(b"1" * 32, ISSUER, *YEAR)
FORGER = SigningKey.from_seed(b"2" * 32, ISSUER, *YEAR)
NEIGHBOUR = SigningKey.from_seed(b"3" * 32, "TC-OTHER", *YEAR)

TWO_DAYS = content(
    meetings=[
        {"name": f"day-{n + 1}", "starts_at": at(14 + n), "ends_at": at(14.3 + n)}
        | {"place": words("hall"), "region": "350702"}
        for n in range(2)
    ],
    quotas=[{"name": "hall", "label": words("hall"), "capacity": 1_000}],
    tickets=[
        {"name": name, "label": words(name), "quotas": ["hall"], "meetings": meetings}
        for name, meetings in (("both", ["day-1", "day-2"]), ("second", ["day-2"]))
    ],
)
"""A session each on two days, each of 7.2 hours, and two kinds of ticket."""


def published_keys(folder: Path) -> dict[str, str]:
    """Publish the key that signs codes; return the settings that find it."""
    path = folder / "code-keys.json"
    path.write_text(KeySet([KEY.verifying_key]).to_json())
    return {"code_issuer": ISSUER, "code_keys_url": path.as_uri()}


@dataclass
class Code:
    """A talent's code."""

    serial: int = 1
    number: str = field(default_factory=new_number)
    key: SigningKey = KEY

    def shown(self, now: datetime) -> str:
        claims = CodeClaims.dynamic(
            issuer=self.key.issuer, number=self.number, serial=self.serial, issued_at=now
        )
        return encode(claims, self.key)


class Door:
    """An activity of two days with a gate and a device at it, in the middle of the first day."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.activity: dict[str, Any] = {}
        self.gate: dict[str, Any] = {}
        self.device: dict[str, Any] = {}

    @classmethod
    async def opened(
        cls, world: World, activity: dict[str, Any] | None = None, **settings: Any
    ) -> "Door":
        door = cls(world)
        door.activity = await world.published(**TWO_DAYS | (activity or {}))
        door.gate = await door.set_up("north", **settings)
        door.device = await door.enrol(door.gate)
        return door

    @property
    def path(self) -> str:
        return f"/v1/activities/{self.activity['id']}"

    def first_day(self) -> None:
        self.world.running.clock.set(datetime.fromisoformat(at(14.1)))

    async def set_up(self, name: str, **settings: Any) -> dict[str, Any]:
        body = {"name": name, "meetings": ["day-1", "day-2"], "tickets": ["both", "second"]}
        answer = await self.world.send(
            "POST", f"{self.path}/gates", self.world.organiser(), json=body | settings
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def enrol(self, gate: dict[str, Any]) -> dict[str, Any]:
        answer = await self.world.send(
            "POST",
            f"{self.path}/gates/{gate['id']}/devices",
            self.world.organiser(),
            json={"label": "tablet 1"},
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json()) | {"gate": gate["id"]}

    async def registered(self, ticket: int = 0) -> tuple[Caller, Code]:
        """Somebody with a code and a seat."""
        talent = await self.world.talent()
        await talent.claim(self.activity, ticket)
        return talent, await self.issue(talent.talent_id)

    async def issue(self, talent_id: UUID, serial: int = 1, code: Code | None = None) -> Code:
        """Identity's event of a talent's code arrives."""
        code = code or Code(serial)
        event = CodeIssued(
            version=serial + 1,
            talent_id=talent_id,
            serial=serial,
            code_digest=number_digest(code.number).hex(),
        )
        running = self.world.running
        async with running.service.database.transaction() as session:
            await on_codes(running.clock, session, [event])
        return code

    async def put(self, path: str, body: Any, device: dict[str, Any] | None = None):
        device = device or self.device
        return await self.world.send(
            "PUT",
            f"{self.path}/gates/{device['gate']}/{path}",
            {"Gate-Key": device["secret"]},
            json=body,
        )

    async def scan(self, code: Code | str, device: dict[str, Any] | None = None, **more: Any):
        """Scan a code now, or a ticket; return what came of it."""
        scan_id = more.pop("scan_id", uuid4())
        if isinstance(code, Code):
            shown = {"payload": code.shown(self.world.running.clock.now())}
        else:
            shown = {"registration_id": code}
        answer = await self.put(f"scans/{scan_id}", shown | more, device)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def offline(self, code: Code, minutes: float = 0, **more: Any) -> dict[str, Any]:
        """A scan so many minutes ago, as a device without a network records it."""
        when = self.world.running.clock.now() - timedelta(minutes=minutes)
        record = {
            "scan_id": str(uuid4()),
            "at": when.isoformat(),
            "admitted": True,
            "payload": code.shown(when),
        }
        return record | more

    async def bring(
        self,
        *scans: dict[str, Any],
        device: dict[str, Any] | None = None,
        behind: timedelta = timedelta(),
        batch_id: UUID | None = None,
    ):
        sent_at = (self.world.running.clock.now() - behind).isoformat()
        body = {"sent_at": sent_at, "scans": list(scans)}
        answer = await self.put(f"scan-batches/{batch_id or uuid4()}", body, device)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, what: str) -> Any:
        answer = await self.world.send("GET", f"{self.path}/{what}", self.world.organiser())
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def conflicts(self) -> list[tuple[str, str]]:
        """Which scans are in conflict, and why."""
        return [
            (line["scan_id"], line["reason"]) for line in (await self.read("conflicts"))["items"]
        ]

    async def inside(self) -> list[tuple[int, int]]:
        """How many are in each session, and how many have been."""
        presence = await self.read("presence")
        return [(each["inside"], each["entered"]) for each in presence["meetings"]]

    async def told(self) -> list[tuple[str, str, str]]:
        """The events of attendance: kind, talent, day."""
        rows = await self.world.rows(
            "SELECT convert_from(value, 'UTF8')::jsonb AS event FROM outbox "
            "WHERE type LIKE '%attendance%' ORDER BY position"
        )
        return [
            (
                row.event["type"].split(".")[3],
                row.event["data"]["talent_id"],
                row.event["data"]["attended_on"],
            )
            for row in rows
        ]
