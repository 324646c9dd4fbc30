"""Curricula vitae left at booths: for one employer, taken back at will, gone in their time."""

import pytest
import pytest_asyncio
from talent_kit.identifiers import new_id

from ..world import DAY, NOON, PDF, PNG, booth

OVER = NOON + 14.3 * DAY


class Fair:
    """A fair with two booths, and a talent who has a seat and has brought a file."""

    def __init__(self, world):
        self.world = world

    @classmethod
    async def opened(cls, world):
        fair = cls(world)
        fair.activity = await world.published(**booth())
        fair.firms = [await world.employer() for _ in range(2)]
        fair.booths = [(await firm.book(fair.activity)).json()["id"] for firm in fair.firms]
        fair.talent = await world.talent()
        await fair.talent.claim(fair.activity, 1)
        fair.file = (await world.bring(fair.talent.headers, PDF)).json()["id"]
        return fair

    def path(self, place=0):
        return f"/v1/activities/{self.activity['id']}/bookings/{self.booths[place]}/curricula/me"

    async def leave(self, place=0, talent=None, **change):
        body = {"file_id": self.file, "contact": "me@example.com"} | change
        talent = talent or self.talent
        return await self.world.send("PUT", self.path(place), talent.headers, json=body)

    async def at(self, place=0):
        """What the employer finds at its booth."""
        firm = self.firms[place]
        path = f"/v1/activities/{self.activity['id']}/bookings/me/curricula"
        answer = await self.world.send("GET", path, firm.headers)
        return answer.json().get("items", answer.json().get("code"))

    async def opened_by(self, place, curriculum):
        path = f"/v1/activities/{self.activity['id']}/bookings/me/curricula/{curriculum}/content"
        return await self.world.send("GET", path, self.firms[place].headers)


@pytest_asyncio.fixture
async def fair(world):
    return await Fair.opened(world)


async def test_the_employer_reads_what_was_left_at_its_booth_and_no_other(fair):
    left = await fair.leave()
    assert (left.status_code, left.json()["version"]) == (200, 1), left.text
    (found,) = await fair.at()
    assert (found["contact"], found["talent_id"]) == ("me@example.com", str(fair.talent.talent_id))
    got = await fair.opened_by(0, found["id"])
    assert (got.content, got.headers["Cache-Control"]) == (PDF, "no-store")
    assert await fair.at(1) == []
    other = await fair.opened_by(1, found["id"])
    assert (other.status_code, other.json()["code"]) == (404, "curriculum-not-found")


async def test_each_reading_is_recorded_and_shown_to_the_talent(fair):
    await fair.leave()
    (found,) = await fair.at()
    await fair.opened_by(0, found["id"])
    held = await fair.world.send("GET", "/v1/personal-data/registration", fair.talent.headers)
    readings = held.json()["readings"]
    assert {each["action"] for each in readings} == {"curriculum.listed", "curriculum.opened"}
    assert {each["purpose"] for each in readings} == {"recruit"}
    (kept,) = held.json()["curricula"]
    assert (kept["contact"], kept["booking_id"]) == ("me@example.com", fair.booths[0])
    assert [each["id"] for each in held.json()["files"]] == [fair.file]


async def test_the_contact_is_sealed(fair):
    await fair.leave()
    (row,) = await fair.world.rows("SELECT contact FROM curriculum")
    assert b"me@example.com" not in bytes(row.contact)
    saved = await fair.world.rows("SELECT 1 FROM outbox WHERE position(:w IN value) > 0", w=b"me@")
    assert saved == []


async def test_it_is_left_at_several_booths_and_another_takes_its_place(fair):
    for place in (0, 1):
        await fair.leave(place)
    newer = (await fair.world.bring(fair.talent.headers, PNG)).json()["id"]
    again = await fair.leave(0, file_id=newer, contact="call me")
    assert again.json()["version"] == 2
    ((first,), (second,)) = (await fair.at(0), await fair.at(1))
    assert (first["contact"], second["contact"]) == ("call me", "me@example.com")
    assert (await fair.opened_by(0, first["id"])).content == PNG
    assert len(await fair.world.files()) == 2


async def test_what_is_taken_back_is_gone(fair):
    await fair.leave()
    gone = await fair.world.send("DELETE", fair.path(), fair.talent.headers)
    assert gone.status_code == 204
    assert await fair.at() == []
    assert await fair.world.files() == []
    for method in ("GET", "DELETE"):
        answer = await fair.world.send(method, fair.path(), fair.talent.headers)
        assert answer.json()["code"] == "curriculum-not-found"


async def test_only_who_has_a_seat(fair):
    stranger = await fair.world.talent()
    file = (await fair.world.bring(stranger.headers, PDF)).json()["id"]
    assert (await fair.leave(talent=stranger, file_id=file)).json()["code"] == "no-seat"
    await stranger.claim(fair.activity, 1)
    assert (await fair.leave(talent=stranger)).json()["code"] == "no-such-file"
    assert (await fair.leave(talent=stranger, file_id=file)).status_code == 200
    assert (await fair.leave(file_id=str(new_id()))).json()["code"] == "no-such-file"


@pytest.mark.parametrize(("length", "status"), [(0, 422), (1, 200), (200, 200), (201, 422)])
async def test_how_long_a_contact_may_be(fair, length, status):
    assert (await fair.leave(contact="x" * length)).status_code == status


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 409)])
async def test_until_the_last_session_is_over(fair, seconds, status):
    fair.world.running.clock.set(OVER)
    fair.world.later(seconds=seconds)
    assert (await fair.leave()).status_code == status


@pytest.mark.parametrize(("seconds", "left"), [(-1, 1), (0, 0)])
async def test_it_is_kept_for_so_many_days(fair, seconds, left):
    told = (await fair.leave()).json()
    kept = fair.world.running.service.settings.curricula_kept_days
    assert told["kept_until"] == (OVER + kept * DAY).isoformat().replace("+00:00", "Z")
    fair.world.running.clock.set(OVER + kept * DAY)
    fair.world.later(seconds=seconds)
    await fair.world.due()
    assert len(await fair.world.files()) == left
    assert len(await fair.at()) == left


async def test_a_booth_that_was_given_up_takes_and_shows_nothing(fair):
    await fair.leave()
    await fair.firms[0].cancel(fair.activity)
    assert await fair.at() == "booking-not-found"
    assert (await fair.leave()).json()["code"] == "booth-not-found"
