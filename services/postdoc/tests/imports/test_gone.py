"""Fellows of a former register who are gone: their days stand, nothing alarms, nothing is due."""

from datetime import date

import pytest
from talent_postdoc.imports import repository

from .test_importing import GOOD, counts, done, lines

HEAD = "编号,站编号,人才代号,学科,进站日期,预计出站日期,状态,离站日期"


@pytest.mark.parametrize(
    ("word", "status", "kind", "standing"),
    [
        ("出站", "exited", "exited", "completed"),
        ("退站", "left_early", "withdrawn", "left_early"),
        ("转站", "transferred", "withdrawn", "left_early"),
        ("死亡", "died", "withdrawn", "left_early"),
    ],
)
async def test_who_is_gone_stands_with_the_days_of_then(world, word, status, kind, standing):
    doctor = await world.talent()
    await done(world, "stations", lines(GOOD))
    row = f"B1,Z1,{doctor.id},0812,2019-10-01,2021-09-30,{word},2021-08-31"
    job, report = await done(world, "fellows", lines(row, head=HEAD))
    assert (counts(job)[1], report) == (1, [])
    [listed] = (await doctor.send("GET", "/v1/fellows/me")).json()["items"]
    assert (listed["status"], listed["entered_on"], listed["ended_on"], listed["entry"]) == (
        status,
        "2019-10-01",
        "2021-08-31",
        "unknown",
    )
    text = await world.running.stored()
    assert f"talent.postdoc.fellow.{kind}.v1" in text
    assert f'"status":"{standing}"' in text
    assert "fellow.entered" not in text
    assert await world.rows("SELECT 1 FROM deadline") == []
    assert await world.rows("SELECT 1 FROM fellow_certificate") == []
    world.today(date(2026, 12, 1))
    await world.running.settle()
    assert await world.rows("SELECT 1 FROM deadline") == []


async def test_of_one_doctor_the_register_tells_several_but_one_in_a_station(world):
    doctor = await world.talent()
    await done(world, "stations", lines(GOOD, GOOD.replace("Z1", "Z2").replace("警告", "撤销")))
    who = doctor.id
    rows = (
        f"B1,Z1,{who},0812,2019-10-01,2021-09-30,出站,2021-09-30",
        f"B2,Z2,{who},0812,2022-10-01,2024-09-30,退站,2023-01-31",
        f"B3,Z1,{who},0812,2025-10-01,2027-09-30,在站,",
        f"B4,Z1,{who},0812,2025-11-01,2027-09-30,,",
        f"B5,Z2,{who},0812,2025-11-01,2027-09-30,,",
    )
    job, report = await done(world, "fellows", lines(*rows, head=HEAD))
    assert counts(job) == ("finished", 3, 2, 0)
    assert report == [
        (5, "document_number", "already-in-station"),
        (6, "station_number", "station-closed"),
    ]
    again, _ = await done(world, "fellows", lines(*rows, head=HEAD))
    assert counts(again) == ("finished", 0, 2, 3)


async def test_whom_a_station_takes_in_meanwhile_is_told_of_and_spoils_no_other(world, monkeypatch):
    doctor, other = await world.talent(), await world.talent()
    unit = await world.unit()
    await done(world, "stations", lines(GOOD))
    station = await world.station(unit)

    async def nobody(*_):
        return set()

    # As if the entry came between the reading and the writing.
    monkeypatch.setattr(repository, "in_stations", nobody)
    await world.fellow(station, unit, talent_id=doctor.id)
    rows = (
        f"B1,Z1,{doctor.id},0812,2025-10-01,2027-09-30,,",
        f"B2,Z1,{other.id},0812,2025-10-01,2027-09-30,,",
    )
    job, report = await done(world, "fellows", lines(*rows, head=HEAD))
    assert (counts(job)[1], report) == (1, [(2, "document_number", "already-in-station")])
    assert len(await world.rows("SELECT 1 FROM imported_row WHERE kind = 'fellow'")) == 1
