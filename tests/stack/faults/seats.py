"""A crowd that claims and gives back the seats of one activity as long as something is broken."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
from joserfc.jws import extract_compact
from talent_demo.client import Refused
from talent_stack.services import CITY

SEATS, CALLERS = 40, 80
AFTER = {
    "confirmed": {"confirmed"},
    "waiting": {"waiting", "offered"},
    "cancelled": {"cancelled"},
}
"""What may have become of somebody by their last answer: who waits may be offered a seat."""


async def published(door):
    """Publish an activity that is open; return it, and its organiser."""
    organiser = await door.caller("seats-organiser", "organiser", region=CITY)
    reviewer = await door.caller("seats-reviewer", "reviewer", region=CITY)
    now, words = datetime.now(UTC), {"zh": "名额", "en": "seats"}

    def later(**by):
        return (now + timedelta(**by)).isoformat()

    made = await organiser.post(
        "/v1/activities",
        {
            "kind": "fair",
            "region": CITY,
            "title": words,
            "about": words,
            "opens_at": later(hours=-1),
            "closes_at": later(days=1),
            "cancel_until": later(days=1),
            "meetings": [
                {"name": "day", "starts_at": later(days=2), "ends_at": later(days=3)}
                | {"place": words}
            ],
            "quotas": [{"name": "hall", "label": words, "capacity": SEATS}],
            "tickets": [{"name": "one", "label": words, "quotas": ["hall"], "meetings": ["day"]}],
        },
    )
    path = f"/v1/activities/{made['id']}"
    sent = await organiser.post(f"{path}/submission", version=made["version"])
    return await reviewer.post(f"{path}/publication", version=sent["version"]), organiser


class Claimant:
    """Somebody who claims, and sometimes gives back; `told` is the last definite answer."""

    def __init__(self, caller, activity, rng):
        self._caller, self._rng = caller, rng
        self._path = f"/v1/activities/{activity['id']}/registrations/me"
        self._ticket = {"ticket_id": activity["tickets"][0]["id"]}
        self.told = "cancelled"

    async def go_on(self, until):
        """Claim and give back until a task is done."""
        while not until.done():
            await asyncio.sleep(self._rng.uniform(0, 0.5))
            if self.told == "confirmed" and self._rng.random() < 0.6:
                # Where it was given back and the answer was lost, there is none.
                await self._unless_gone(self._caller.delete(self._path))
                self.told = "cancelled"
            else:
                self.told = (await self._caller.put(self._path, self._ticket))["status"]

    async def state(self):
        found = await self._unless_gone(self._caller.get(self._path))
        return "cancelled" if found is None else found["status"]

    async def _unless_gone(self, asked):
        try:
            return await asked
        except Refused as refused:
            if refused.code != "registration-not-found":
                raise
            return None


class Crowd:
    """Everybody who wants one of the seats."""

    def __init__(self, stack, http, activity, people):
        self._stack, self._http = stack, http
        self.activity, self.people = activity, people

    @classmethod
    async def of(cls, stack, http, door, activity, rng):
        """Sign people in, and put them where identity's events would have put them."""
        callers = [await door.caller(f"seats-{rng.random()}", "talent") for _ in range(CALLERS)]
        tokens = [await caller.bearer() for caller in callers]
        logins = [json.loads(extract_compact(each.encode()).payload)["sub"] for each in tokens]
        connection = await asyncpg.connect(stack.dsn("registration"))
        try:
            rows = [(uuid4(), login, "350702", 1) for login in logins]
            await connection.copy_records_to_table(
                "person", columns=("talent_id", "login", "region", "version"), records=rows
            )
        finally:
            await connection.close()
        return cls(stack, http, activity, [Claimant(each, activity, rng) for each in callers])

    async def claim(self, until):
        await asyncio.gather(*(each.go_on(until) for each in self.people))

    async def wrong(self):
        """Return what is not as it was told, or does not add up."""
        states = [await each.state() for each in self.people]
        found = [
            (each.told, state)
            for each, state in zip(self.people, states, strict=True)
            if state not in AFTER[each.told]
        ]
        counts = Counter(states)
        seated = counts["confirmed"] + counts["offered"]
        left = await self.left()
        if left != SEATS - seated:
            found.append(f"{seated} of {SEATS} have a seat, and {left} are left")
        if left and counts["waiting"]:
            found.append(f"{left} are left while {counts['waiting']} wait")
        return found

    async def left(self):
        answer = await self._http.get(f"/v1/activities/{self.activity['id']}")
        return answer.json()["quotas"][0]["left"]
