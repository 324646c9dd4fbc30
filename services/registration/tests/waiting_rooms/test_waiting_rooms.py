"""A waiting room: no advantage from haste, nobody let in early, nobody left out."""

import asyncio
import contextlib
from hashlib import sha256
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text
from talent_contracts import TalentErased
from talent_kit.auth import Role
from talent_registration.models import Activity
from talent_registration.registrations.consumers import on_erased
from talent_registration.registrations.seating import Wanted
from talent_registration.waiting_rooms import repository
from talent_registration.waiting_rooms.errors import NotYourTurn
from talent_registration.waiting_rooms.rules import lot

from ..world import DAY, NOON, World, at, words


class Room:
    """An activity that opens in an hour, with a room that lets one in each second."""

    def __init__(self, world: World, activity: dict) -> None:
        self.world = world
        self.activity = activity
        self.path = f"/v1/activities/{activity['id']}/waiting-room"

    async def arrange(self, **changes):
        self.activity = await self.world.shown(self.activity)
        body = {"enter_from": at(0), "per_minute": 60} | changes
        return await self.world.send(
            "PUT",
            self.path,
            self.world.organiser(),
            json=body,
            version=self.activity["version"],
        )

    async def enter(self, person):
        return await self.world.send("PUT", f"{self.path}/me", person.headers)

    async def place(self, person):
        return (await self.world.send("GET", f"{self.path}/me", person.headers)).json()

    async def board(self, **headers):
        return await self.world.running.client.get(self.path, headers=headers)

    def after_opening(self, seconds: float) -> None:
        self.world.running.clock.set(NOON + DAY / 24)
        self.world.later(seconds=seconds)


@pytest_asyncio.fixture
async def room(world):
    hall = [{"name": "hall", "label": words("hall"), "capacity": 100}]
    found = Room(world, await world.published(opens_at=at(1 / 24), quotas=hall))
    assert (await found.arrange()).status_code == 200
    return found


async def test_whoever_enters_before_is_let_in_by_lot_and_by_nothing_else(world, room):
    people = await world.talents(20)
    for person in people:
        first = await room.enter(person)
        assert first.json()["position"] is None
        world.later(seconds=10)
        again = await asyncio.gather(*(room.enter(person) for _ in range(3)))
        assert {answer.text for answer in again} == {first.text}
    claim = await people[0].claim(room.activity)
    assert claim.json()["code"] == "registration-not-open"

    room.after_opening(0)
    places = {person.talent_id: (await room.place(person))["position"] for person in people}
    board = (await room.board()).json()
    seed = bytes.fromhex(board["seed"])
    assert sha256(seed).hexdigest() == board["commitment"]
    order = sorted(places, key=places.__getitem__)
    assert order == sorted(places, key=lambda talent: lot(seed, talent))
    assert sorted(places.values()) == list(range(1, 21))


async def test_seats_are_claimed_in_turn_and_everybody_is_let_in(world, room):
    people = await world.talents(5)
    for person in people:
        await room.enter(person)
    room.after_opening(0)
    by_place = {(await room.place(person))["position"]: person for person in people}
    for seconds in range(1, 6):
        room.after_opening(seconds - 0.001)
        refused = await by_place[seconds].claim(room.activity)
        assert (refused.status_code, refused.json()["code"]) == (409, "not-your-turn")
        assert refused.headers["retry-after"] == "1"
        room.after_opening(seconds)
        assert await by_place[seconds].seat(room.activity) == "confirmed"
    # Whoever has a seat may ask again, whatever the room says.
    assert await by_place[1].seat(room.activity) == "confirmed"


async def test_who_comes_later_stands_behind_in_order_of_coming(world, room):
    early, *late = await world.talents(4)
    await room.enter(early)
    room.after_opening(0)
    positions = [(await room.enter(person)).json()["position"] for person in late]
    assert positions == [None, None, None] or positions == [2, 3, 4]
    assert [(await room.place(person))["position"] for person in (early, *late)] == [1, 2, 3, 4]
    # A room that was empty for long lets in no crowd at once.
    room.after_opening(100)
    others = await world.talents(3)
    places = [(await room.enter(person)).json() for person in others]
    assert [place["position"] for place in places] == [101, 102, 103]
    assert [place["admitted"] for place in places] == [False] * 3


async def test_a_claim_needs_a_place_and_may_be_what_draws(world, room):
    inside, outside = await world.talents(2)
    await room.enter(inside)
    room.after_opening(1)
    answer = await outside.claim(room.activity)
    assert (answer.status_code, answer.json()["code"]) == (409, "waiting-room-not-entered")
    assert await inside.seat(room.activity) == "confirmed"
    assert (await room.place(outside))["code"] == "waiting-room-not-entered"


async def test_the_order_is_drawn_once_however_many_ask(world, room):
    people = await world.talents(30)
    await asyncio.gather(*(room.enter(person) for person in people))
    room.after_opening(0)
    late = await world.talents(10)
    await asyncio.gather(
        *(room.place(person) for person in people), *(room.enter(person) for person in late)
    )
    rows = await world.rows("SELECT talent_id, position FROM waiting_room_entry")
    positions = {row.talent_id: row.position for row in rows}
    assert sorted(positions.values()) == list(range(1, 41))
    assert {positions[person.talent_id] for person in late} == set(range(31, 41))


async def test_a_draw_that_is_cut_off_is_made_again_and_is_the_same(world, room):
    people = await world.talents(10)
    for person in people:
        await room.enter(person)
    room.after_opening(0)
    drawn = "SELECT talent_id FROM waiting_room_entry WHERE position > 0 ORDER BY position"
    database, now = world.running.service.database, world.running.clock.now()
    orders = []
    for _ in range(2):
        with contextlib.suppress(RuntimeError):
            async with database.transaction() as session:
                activity = await session.get_one(Activity, UUID(room.activity["id"]))
                assert await repository.draw(session, activity, now)
                orders.append(list((await session.execute(text(drawn))).scalars()))
                raise RuntimeError("killed")
        assert await world.rows(drawn) == []
    await room.place(people[0])
    orders.append([row.talent_id for row in await world.rows(drawn)])
    assert orders[0] == orders[1] == orders[2]
    assert len(orders[0]) == 10


async def test_another_process_lets_in_the_same_people(registration_factory, world, room):
    people = await world.talents(3)
    for person in people:
        await room.enter(person)
    room.after_opening(2)
    places = {person.login: (await room.place(person))["position"] for person in people}
    service = world.running.service
    other = registration_factory.create_service(service.settings, clock=world.running.clock)
    try:
        kept = await other.boards.read(UUID(room.activity["id"]))
        assert kept.content == (await room.board()).content
        ids = UUID(room.activity["id"]), UUID(room.activity["tickets"][0]["id"])
        outcomes = await asyncio.gather(
            *(other.claims.decide(Wanted(person.login, *ids)) for person in people),
            return_exceptions=True,
        )
    finally:
        await other.close()
    refused = [isinstance(outcome, NotYourTurn) for outcome in outcomes]
    assert refused == [places[person.login] > 2 for person in people]


async def test_the_board_is_the_same_for_all_and_may_be_kept(world, room):
    assert (await world.shown(room.activity))["waiting_room_from"] == NOON.isoformat()[:19] + "Z"
    first = await room.board()
    assert first.headers["cache-control"] == "public, max-age=5"
    assert (first.json()["admitted"], first.json()["seed"], first.json()["last"]) == (0, None, None)
    again = await room.board(**{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    (person,) = await world.talents(1)
    await room.enter(person)
    room.after_opening(7)
    await room.place(person)
    now = (await room.board()).json()
    assert (now["admitted"], now["last"], now["last_turn_at"]) == (
        5,
        1,
        at(1 / 24 + 1 / 86400)[:19] + "Z",
    )


@pytest.mark.parametrize(
    ("moved", "code"),
    [(-0.001, "waiting-room-closed"), (0, None), (9.999, None), (10, "waiting-room-closed")],
)
async def test_when_it_can_be_entered(world, room, moved, code):
    (person,) = await world.talents(1)
    world.running.clock.set(NOON + moved * DAY)
    assert (await room.enter(person)).json().get("code") == code


async def test_its_rate_can_change_and_nothing_else_once_people_are_inside(world, room):
    people = await world.talents(30)
    await asyncio.gather(*(room.enter(person) for person in people))
    answer = await room.arrange(enter_from=at(0.01))
    assert (answer.status_code, answer.json()["code"]) == (409, "waiting-room-fixed")
    room.after_opening(10)
    assert (await room.place(people[0]))["position"] is not None
    assert (await room.arrange(per_minute=6)).status_code == 200
    room.after_opening(30)
    assert (await room.board()).json()["admitted"] == 12


async def test_an_activity_that_is_open_gets_no_room(world):
    room = Room(world, await world.published())
    answer = await room.arrange()
    assert (answer.status_code, answer.json()["code"]) == (409, "waiting-room-fixed")
    assert (await room.board()).json()["code"] == "waiting-room-not-found"


async def test_only_its_organiser_arranges_it_and_only_talents_enter(world, room):
    other = world.organiser("organiser-2")
    body = {"enter_from": at(0), "per_minute": 1}
    answer = await world.send("PUT", room.path, other, json=body, version=9)
    assert answer.json()["code"] == "activity-not-found"
    stranger = world.running.issuer.headers("nobody-knows", Role.TALENT)
    answer = await world.send("PUT", f"{room.path}/me", stranger)
    assert (answer.status_code, answer.json()["code"]) == (403, "not-registered")


@pytest.mark.parametrize("per_minute", [0, 600_001])
async def test_a_rate_has_its_limits(room, per_minute):
    assert (await room.arrange(per_minute=per_minute)).status_code == 422


async def test_who_was_erased_leaves_no_entry_and_nobody_moves(world, room):
    people = await world.talents(3)
    for person in people:
        await room.enter(person)
    room.after_opening(0)
    before = [(await room.place(person))["position"] for person in people]
    gone = TalentErased(talent_id=people[0].talent_id, version=2)
    service = world.running.service
    async with service.database.transaction() as session:
        await on_erased(world.running.clock, service.vault, service.blobs, session, [gone])
    assert [(await room.place(person))["position"] for person in people[1:]] == before[1:]
    rows = await world.rows("SELECT talent_id FROM waiting_room_entry")
    assert UUID(str(people[0].talent_id)) not in {row.talent_id for row in rows}
