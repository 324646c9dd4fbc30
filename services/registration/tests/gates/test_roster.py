"""The roster, and the device that lives by it, against the service."""

import asyncio
import threading
from uuid import UUID

import httpx2
import pytest
import pytest_asyncio
from talent_gate import Device, DeviceRefused, Enrolment, NoRoster, roster

from ..door import FORGER, Code, Door


class Network(httpx2.BaseTransport):
    """The way from a device's thread to the service in the test's loop; it may be cut."""

    def __init__(self, world):
        self.app = httpx2.ASGITransport(app=world.running.app)
        self.loop = asyncio.get_running_loop()
        self.up = True
        self.lost = False
        """Requests arrive, and their answers do not."""
        self.asked = 0
        self.instead = None
        """What somebody in between answers."""

    def handle_request(self, request):
        if not self.up:
            raise httpx2.ConnectError("no network")
        self.asked += 1
        found = asyncio.run_coroutine_threadsafe(self._answer(request), self.loop).result(10)
        if self.lost:
            raise httpx2.ReadTimeout("no answer")
        return self.instead or found

    async def _answer(self, request):
        request = httpx2.Request(
            request.method, request.url, headers=request.headers, content=request.read()
        )
        answer = await self.app.handle_async_request(request)
        content = await answer.aread()
        return httpx2.Response(answer.status_code, headers=answer.headers, content=content)


class Tablet:
    """A device with clocks of its own."""

    def __init__(self, world, enrolled, activity, folder, network):
        self.world, self.network, self.folder = world, network, folder
        self.wrong = 0.0
        self.enrolment = Enrolment(
            "http://test",
            UUID(activity["id"]),
            UUID(enrolled["gate"]),
            enrolled["secret"],
            enrolled["roster_key"],
        )
        self.start()

    def start(self):
        def seconds():
            return self.world.running.clock.now().timestamp()

        self.device = Device(
            self.folder,
            self.enrolment,
            transport=self.network,
            wall=lambda: seconds() + self.wrong,
            steady=seconds,
        )

    async def scan(self, code, **more):
        text = code.shown(self.world.running.clock.now()) if isinstance(code, Code) else code
        return await asyncio.to_thread(self.device.scan, text, **more)

    async def step(self):
        await asyncio.to_thread(self.device.step)


@pytest_asyncio.fixture
async def door(world):
    return await Door.opened(world)


@pytest_asyncio.fixture
async def tablet(door, tmp_path):
    made = Tablet(door.world, door.device, door.activity, tmp_path / "one", Network(door.world))
    yield made
    made.device.close()


async def test_a_roster_says_all_and_names_nobody(door):
    talent, code = await door.registered()
    door.first_day()
    await door.scan(code)
    await door.issue(talent.talent_id, serial=2)
    headers = {"Gate-Key": door.device["secret"]}
    path = f"{door.path}/gates/{door.gate['id']}/roster"
    assert (await door.world.send("GET", path)).status_code == 401
    answer = await door.world.send("GET", path, headers)
    key = roster.public_key(door.device["roster_key"])
    found = roster.read(answer.json()["roster"], key)
    (entry,) = found.entries
    assert (entry.serial, len(entry.digest), len(found.voided)) == (2, 16, 1)
    assert found.tickets[entry.ticket_id][0] == "both"
    assert [each.name for each in found.meetings] == ["day-1", "day-2"]
    assert entry.entered == (found.meetings[0].id,)
    assert found.issued_at == door.world.running.clock.now()
    assert str(talent.talent_id) not in answer.text
    assert talent.login not in answer.text


async def test_a_device_without_network_or_roster_decides_nothing(door, tablet):
    _, code = await door.registered()
    tablet.network.up = False
    with pytest.raises(NoRoster):
        await tablet.scan(code)


async def test_the_network_goes_and_comes_and_nobody_switches_anything(door, tablet):
    (_, first), (_, second), (_, third) = [await door.registered() for _ in range(3)]
    await tablet.step()
    door.first_day()
    verdict = await tablet.scan(first)
    assert (verdict.admitted, verdict.alone, verdict.meeting) == (True, False, "day-1")
    tablet.network.up = False
    door.world.later(seconds=10)
    assert (await tablet.scan(first)).reason == "already-in"
    verdict = await tablet.scan(second)
    assert (verdict.admitted, verdict.alone, verdict.ticket) == (True, True, "both")
    assert (await tablet.scan(second)).reason == "already-in"
    asked = tablet.network.asked
    tablet.network.up = True
    assert (await tablet.scan(third)).alone, "as long as something waits, it decides alone"
    assert tablet.network.asked == asked
    await tablet.step()
    assert tablet.device.waiting == 0
    assert await door.inside() == [(3, 3), (0, 0)]
    assert await door.conflicts() == []
    door.world.later(seconds=10)
    assert not (await tablet.scan(third)).alone
    assert second.number.encode() not in b"".join(
        path.read_bytes() for path in tablet.folder.iterdir()
    )


async def test_an_answer_that_was_lost_is_one_scan(door, tablet):
    _, code = await door.registered()
    await tablet.step()
    door.first_day()
    tablet.network.lost = True
    verdict = await tablet.scan(code)
    assert (verdict.admitted, verdict.alone) == (True, True)
    tablet.network.lost = False
    await tablet.step()
    assert await door.inside() == [(1, 1), (0, 0)]
    assert await door.conflicts() == []
    assert len(await door.world.rows("SELECT 1 FROM scan")) == 1


@pytest.mark.parametrize(
    "instead",
    [
        httpx2.Response(200, text="<html>Welcome to our wireless network"),
        httpx2.Response(302, headers={"location": "http://portal.test/"}),
        httpx2.Response(404, text="no such host"),
        httpx2.Response(200, json={"free": "coffee"}),
        httpx2.Response(503, json={"code": "unavailable"}),
    ],
    ids=["portal", "redirect", "proxy", "json", "busy"],
)
async def test_whatever_answers_in_between_is_no_answer(door, tablet, instead):
    _, code = await door.registered()
    await tablet.step()
    door.first_day()
    tablet.network.instead = instead
    verdict = await tablet.scan(code)
    assert (verdict.admitted, verdict.alone) == (True, True)
    await tablet.step()
    assert tablet.device.waiting == 1
    tablet.network.instead = None
    await tablet.step()
    assert await door.inside() == [(1, 1), (0, 0)]
    assert await door.conflicts() == []


async def test_switched_off_and_on_it_knows_what_it_knew(door, tablet):
    (_, first), (_, second) = [await door.registered() for _ in range(2)]
    await tablet.step()
    door.first_day()
    tablet.network.up = False
    await tablet.scan(first)
    tablet.device.close()
    with (tablet.folder / "journal.jsonl").open("a") as file:
        file.write('{"scan_id": "torn')
    tablet.start()
    assert tablet.device.waiting == 1
    assert (await tablet.scan(first)).reason == "already-in"
    assert (await tablet.scan(second)).admitted
    tablet.network.up = True
    await tablet.step()
    assert await door.inside() == [(2, 2), (0, 0)]


async def test_who_went_out_elsewhere_may_come_in_again(world, tmp_path):
    door = await Door.opened(world, once=False, exits=True)
    south = await door.enrol(await door.set_up("south", once=False, exits=True))
    _, code = await door.registered()
    tablet = Tablet(world, door.device, door.activity, tmp_path, Network(world))
    await tablet.step()
    door.first_day()
    tablet.network.up = False
    assert (await tablet.scan(code)).admitted
    tablet.network.up = True
    await tablet.step()
    world.later(seconds=1)
    assert (await door.scan(code, south, direction="out"))["admitted"]
    world.later(minutes=10)
    await tablet.step()
    tablet.device.close()
    tablet.start()
    tablet.network.up = False
    assert (await tablet.scan(code)).admitted
    assert (await tablet.scan(code)).reason == "already-in"
    tablet.device.close()


async def test_who_is_not_in_an_old_list_is_let_in_and_looked_at_later(door, tablet):
    strict = Tablet(
        door.world,
        await door.enrol(await door.set_up("strict", admits_unknown=False)),
        door.activity,
        tablet.folder.parent / "two",
        tablet.network,
    )
    await tablet.step()
    await strict.step()
    _, code = await door.registered()
    door.first_day()
    tablet.network.up = False
    assert (await strict.scan(code)).reason == "unknown-code"
    verdict = await tablet.scan(code)
    assert (verdict.admitted, verdict.reason) == (True, "unknown-code")
    assert (await tablet.scan(code)).reason == "already-in"
    stranger = Code()
    assert (await tablet.scan(stranger)).admitted
    tablet.network.up = True
    await tablet.step()
    await strict.step()
    assert await door.inside() == [(1, 1), (0, 0)]
    assert [why for _, why in await door.conflicts()] == ["unknown-code"]
    strict.device.close()


async def test_codes_that_are_no_good_offline(door, tablet):
    talent, code = await door.registered(ticket=1)
    newer = await door.issue(talent.talent_id, serial=2)
    await tablet.step()
    door.first_day()
    tablet.network.up = False
    assert (await tablet.scan("hello")).reason == "malformed"
    assert (await tablet.scan("TC1:" + "A" * 600)).reason == "too-long"
    assert (await tablet.scan(Code(number=newer.number, key=FORGER))).reason == "unknown-key"
    assert (await tablet.scan(code)).reason == "superseded"
    assert (await tablet.scan(newer)).reason == "out-of-time"
    assert (await tablet.scan(newer, out=True)).reason == "entrance-only"
    stale = newer.shown(door.world.running.clock.now())
    door.world.later(minutes=3)
    assert (await tablet.scan(stale)).reason == "expired"


@pytest.mark.parametrize("wrong", [-10_000.0, 10_000.0])
async def test_a_device_goes_by_the_service_s_clock(door, tablet, wrong):
    (_, first), (_, second) = [await door.registered() for _ in range(2)]
    tablet.wrong = wrong
    await tablet.step()
    door.first_day()
    tablet.network.up = False
    assert (await tablet.scan(first)).admitted
    tablet.wrong = -wrong  # somebody sets it while it runs
    assert (await tablet.scan(second)).admitted
    tablet.network.up = True
    await tablet.step()
    assert await door.conflicts() == []
    assert await door.inside() == [(2, 2), (0, 0)]


async def test_a_roster_that_somebody_else_signed_is_not_taken(door, tablet):
    await tablet.step()
    key = roster.public_key(door.device["roster_key"])
    headers = {"Gate-Key": door.device["secret"]}
    path = f"{door.path}/gates/{door.gate['id']}/roster"
    text = (await door.world.send("GET", path, headers)).json()["roster"]
    with pytest.raises(roster.RosterError):
        roster.read(roster.sign(roster.read(text, key), FORGER.private), key)
    head, payload, signature = text.split(".")
    for forged in (f"{head}.{payload[:-2]}AA.{signature}", "", "a.b", f"{head}.{payload}."):
        with pytest.raises(roster.RosterError):
            roster.read(forged, key)


async def test_a_device_that_was_revoked_stops(door, tablet):
    await tablet.step()
    ended = f"{door.path}/gates/{door.gate['id']}/devices/{door.device['id']}"
    await door.world.send("DELETE", ended, door.world.organiser())
    _, code = await door.registered()
    with pytest.raises(DeviceRefused):
        await tablet.scan(code)
    tablet.network.up = False
    with pytest.raises(DeviceRefused):
        await tablet.scan(code)


async def test_it_steps_by_itself(door, tablet):
    stop = threading.Event()
    keeping = asyncio.create_task(asyncio.to_thread(tablet.device.keep, stop, 0.01))
    await asyncio.sleep(0.1)
    stop.set()
    await keeping
    _, code = await door.registered()
    tablet.network.up = False
    door.first_day()
    assert (await tablet.scan(code)).admitted
