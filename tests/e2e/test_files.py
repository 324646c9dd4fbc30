"""Files of a fair through the gateway: pictures that everybody sees, a talent's at one booth."""

import random
import struct
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from talent_demo.client import Caller, Refused
from talent_demo.doors import Addresses, door_of
from talent_demo.drive import CITY, Drive
from talent_demo.people import company
from talent_demo.run import Run
from talent_kit.testing.platform import PlatformUnderTest


def chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + check


HEAD = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1448, 1448, 8, 0, 0, 0, 0))
DRAWN = chunk(b"IDAT", zlib.compress(bytes(1449 * 1448), level=0)) + chunk(b"IEND", b"")
PICTURE = HEAD + DRAWN
"""Larger than any body that is no file's."""
BROUGHT = HEAD + chunk(b"tEXt", b"Author\0somebody") + DRAWN
PROOF, CURRICULUM = b"%PDF-1.7 proof", b"%PDF-1.7 curriculum"
WORDS = {"zh": "人才招聘会", "en": "Recruitment fair"}


def fair() -> dict[str, Any]:
    """A fair with a booth, whose visitors bring a file."""
    now = datetime.now(UTC)

    def later(**by: float) -> str:
        return (now + timedelta(**by)).isoformat()

    return {
        "kind": "fair",
        "region": CITY,
        "title": WORDS,
        "about": WORDS,
        "opens_at": later(hours=-1),
        "closes_at": later(days=1),
        "cancel_until": later(days=1),
        "meetings": [
            {"name": "day", "starts_at": later(days=2), "ends_at": later(days=2, hours=6)}
            | {"place": WORDS, "repeats": {"every": "day", "times": 2}}
        ],
        "quotas": [{"name": "hall", "label": WORDS, "capacity": 10}],
        "tickets": [
            {"name": name, "label": WORDS, "quotas": ["hall"], "meetings": ["day"]}
            | {"holder": holder}
            for name, holder in (("visitor", "talent"), ("stand", "employer"))
        ],
        "questions": [
            {"name": "proof", "label": WORDS, "kind": "file", "required": True}
            | {"tickets": ["visitor"]}
        ],
    }


async def fetched(http: httpx2.AsyncClient, path: str, who: Caller) -> bytes:
    assert who.bearer is not None
    answer = await http.get(path, headers={"Authorization": f"Bearer {await who.bearer()}"})
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_files_of_a_fair(platform: PlatformUnderTest) -> None:
    firms, people = company(random.Random(31), 3107, 1, firms=1)
    async with httpx2.AsyncClient(base_url=platform.url, timeout=30) as http:
        stack, run = Addresses.of(platform.folder, platform.url), Run()
        door, drive = door_of(http, stack), Drive(http, run, stack)
        await drive.staff()
        organiser = await door.caller("demo-organiser", "organiser", region=CITY)
        reviewer = await door.caller("demo-reviewer", "reviewer", region=CITY)
        talent = await drive.enrol(people[0])
        await drive.join(firms)
        agent = await door.caller(firms[0].login, "employer", employer=firms[0].id)
        await drive.quiet()

        made = await organiser.post("/v1/activities", fair())
        base = f"/v1/activities/{made['id']}"
        files = "/v1/registration-files"
        picture = (await organiser.upload(files, BROUGHT, "image/png"))["id"]
        shown = {"pictures": [{"file_id": picture, "alt": WORDS}]}
        put = await organiser.put(f"{base}/pictures", shown, version=made["version"])
        sent = await organiser.post(f"{base}/submission", version=put["version"])
        hidden = await http.get(f"{base}/pictures/{picture}")
        assert hidden.status_code == 404
        await reviewer.post(f"{base}/publication", version=sent["version"])
        public = await http.get(f"{base}/pictures/{picture}")
        assert (public.content, public.headers["Content-Type"]) == (PICTURE, "image/png")
        assert public.headers["Cache-Control"].startswith("public")

        tickets = {each["name"]: each["id"] for each in made["tickets"]}
        booked = await agent.put(f"{base}/bookings/me", {"ticket_id": tickets["stand"]})
        proof = (await talent.upload(files, PROOF, "application/pdf"))["id"]
        claim = {"ticket_id": tickets["visitor"], "answers": {"proof": proof}}
        seat = await talent.put(f"{base}/registrations/me", claim)
        assert seat["status"] == "confirmed"
        answered = f"{base}/registrations/{seat['id']}/files/proof"
        assert await fetched(http, answered, organiser) == PROOF

        curriculum = (await talent.upload(files, CURRICULUM, "application/pdf"))["id"]
        place = f"{base}/bookings/{booked['id']}/curricula/me"
        await talent.put(place, {"file_id": curriculum, "contact": "me@example.com"})
        [left] = await agent.all(f"{base}/bookings/me/curricula")
        assert left["contact"] == "me@example.com"
        content = f"{base}/bookings/me/curricula/{left['id']}/content"
        assert await fetched(http, content, agent) == CURRICULUM
        held = await talent.get("/v1/personal-data/registration")
        readings = {each["action"] for each in held["readings"]}
        assert readings == {"answers.read", "curriculum.listed", "curriculum.opened"}

        await organiser.post(f"{base}/cancellation", version=(await organiser.get(base))["version"])
        await drive.quiet()
        with pytest.raises(Refused) as refused:
            await agent.get(f"{base}/bookings/me/curricula")
        assert refused.value.code == "booking-not-found"
        assert run.surprises == []
