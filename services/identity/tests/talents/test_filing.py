"""Filing many talents at once."""

import asyncio
import time

from talent_identity.filing import Outcome
from talent_identity.talents import filing
from talent_identity.talents.schemas import TalentCreate
from talent_kit.auth import Role

from ..factories import talent_body
from .test_claiming import OFFICIAL

FILED, KNOWN, REFUSED = Outcome.FILED, Outcome.KNOWN, Outcome.REFUSED


async def file(world, *bodies):
    parts = world.running.service
    rows = [TalentCreate.model_validate(body) for body in bodies]
    async with parts.database.transaction() as session:
        read = [filing.read(parts, row) for row in rows]
        return await filing.file_many(session, parts, OFFICIAL, read)


def people(count):
    return [talent_body(name=f"测试{chr(0x4E00 + number)}") for number in range(count)]


async def test_each_row_is_a_talent_without_a_login(world):
    bodies = people(3)
    rows = await file(world, *bodies)
    assert [row.outcome for row in rows] == [FILED] * 3
    assert len({row.id for row in rows}) == 3
    talents = await world.rows("SELECT id, login, version FROM talent")
    assert {(row.id, row.login, row.version) for row in talents} == {
        (row.id, None, 1) for row in rows
    }
    events = await world.events()
    assert [event["subject"] for event in events] == [str(row.id) for row in rows]
    assert {event["type"] for event in events} == {"talent.identity.talent.registered.v1"}
    audited = [(entry.actor, entry.action, entry.subject) for entry in await world.audited()]
    assert audited == [("official", "talent.filed", f"talent:{row.id}") for row in rows]


async def test_a_reviewer_of_the_region_sees_who_is_on_file(world):
    (row,) = await file(world, talent_body(name="林小溪"))
    reviewer = world.caller(Role.REVIEWER, region="350700")
    shown = (await reviewer.get(f"/v1/talents/{row.id}")).json()
    assert (shown["name"], shown["phone"]) == ("林**", "138****5678")
    assert shown["documents"][0]["kind"] == "resident_id"


async def test_the_same_list_twice_changes_nothing(world):
    bodies = people(4)
    first = await file(world, *bodies)
    stored = await world.running.stored()
    again = await file(world, *bodies)
    assert [row.outcome for row in again] == [KNOWN] * 4
    assert [row.id for row in again] == [row.id for row in first]
    assert await world.running.stored() == stored


async def test_a_row_twice_in_one_list_is_known_the_second_time(world):
    body = talent_body()
    first, second, third = await file(world, body, body, body | {"name": "陈不同"})
    assert (first.outcome, second.outcome, third.outcome) == (FILED, KNOWN, REFUSED)
    assert first.id == second.id
    assert third.problem.code == "filed-otherwise"
    assert len(await world.rows("SELECT 1 FROM talent")) == 1


async def test_a_bad_row_spoils_no_other(world):
    good, other = people(2)
    rows = await file(
        world,
        good,
        talent_body(region="000001"),
        talent_body(document={"kind": "passport", "number": "E1234567"}),
        talent_body(birth_date="1980-01-01"),
        talent_body(document=talent_body()["document"] | {"valid_until": "2020-01-01"}),
        other,
    )
    assert [row.outcome for row in rows] == [FILED, *[REFUSED] * 4, FILED]
    assert [(row.problem.code, row.problem.field) for row in rows[1:5]] == [
        ("unknown-region", "body.region"),
        ("birth-date-required", "body.birth_date"),
        ("document-contradicts", "body.birth_date"),
        ("document-expired", "body.document.valid_until"),
    ]


async def test_who_has_registered_is_known_and_keeps_login_and_version(world):
    body = talent_body()
    caller, shown = await world.talent(**body)
    known, refused = await file(world, body, body | {"name": "陈不同"})
    assert (known.outcome, str(known.id)) == (KNOWN, shown["id"])
    assert (refused.outcome, refused.id) == (REFUSED, None)
    assert (await caller.get("/v1/talents/me")).json() == shown


async def test_two_lists_at_once_file_each_person_once(world):
    bodies = people(30)
    one, other = await asyncio.gather(
        file(world, *bodies[:20]), file(world, *reversed(bodies[10:]))
    )
    assert len(await world.rows("SELECT 1 FROM talent")) == 30
    assert len(await world.rows("SELECT 1 FROM document")) == 30
    assert len(await world.rows("SELECT 1 FROM outbox")) == 30
    filed = [row.id for row in (*one, *other) if row.outcome is FILED]
    assert len(filed) == len(set(filed)) == 30
    assert not [row for row in (*one, *other) if row.outcome is REFUSED]


async def test_an_empty_list_is_no_error(world):
    assert await file(world) == []


async def test_a_thousand_rows_take_less_than_a_second_and_some(world):
    rows = [
        talent_body(name="测试", document={"kind": "passport", "number": f"E{n:08}"})
        | {"birth_date": "1990-01-01", "nationality": "CHN"}
        for n in range(1000)
    ]
    began = time.perf_counter()
    filed = await file(world, *rows)
    assert {row.outcome for row in filed} == {FILED}
    assert time.perf_counter() - began < 3.0  # a shared machine; the figure is the benchmark's
