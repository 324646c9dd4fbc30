"""Taking over registers, over HTTP and by the worker."""

import dataclasses
import importlib.util
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from talent_kit.resolving import Known
from talent_postdoc.worker import create_worker

BASE = "/v1/postdoc-imports"
_FILE = Path(__file__).parents[2] / "benchmarks" / "registers.py"
_SPEC = importlib.util.spec_from_file_location("registers", _FILE)
registers = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(registers)

DAY = date(2026, 9, 1)
UNIT = "01a00000-0000-7000-8000-000000000001"
HEAD = "编号,站名称,设站单位,单位编号,类型,级别,地区,学科,批准日期,状态,状态日期,所属工作站编号"
GOOD = f"Z1,示例站,示例单位,{UNIT},工作站,国家级,350702,0812,2019-03-01,警告,2020-05-06,"


async def send(world, kind, content, who=None):
    headers = (who or world.office()) | {"Content-Type": "text/csv"}
    answer = await world.send("POST", f"{BASE}/{kind}", headers, content=content)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


async def done(world, kind, content, who=None):
    """Take over a register; return the job and its report."""
    job = await send(world, kind, content, who)
    await world.running.settle()
    who = who or world.office()
    path = f"{BASE}/{kind}/{job}"
    report = (await world.send("GET", f"{path}/report", who)).json()["items"]
    found = (await world.send("GET", path, who)).json()
    return found, [(each["row"], each["field"], each["code"]) for each in report]


def lines(*rows, head=HEAD):
    return ("\n".join((head, *rows)) + "\n").encode()


def counts(job):
    return job["status"], job["ok"], job["failed"], job["skipped"]


async def test_good_rows_come_in_whatever_is_wrong_with_others(world):
    rows = (
        GOOD,
        GOOD.replace("Z1", "Z2").replace("350702", "320100"),
        GOOD.replace("Z1", "Z3").replace("工作站", "飞船"),
        GOOD.replace("Z1", "Z4").replace("工作站", "分站") + "Z1",
        GOOD.replace("Z1", "Z5").replace("工作站", "分站") + "Z9",
        GOOD.replace("示例站", "另一站"),
    )
    job, report = await done(world, "stations", lines(*rows))
    assert counts(job) == ("finished", 2, 4, 0)
    assert report == [
        (3, "region", "outside-region"),
        (4, "kind", "not-allowed-value"),
        (6, "parent_number", "parent-unknown"),
        (7, "number", "taken-over-otherwise"),
    ]
    stations = await world.rows("SELECT kind, status, approved_on FROM station ORDER BY id")
    assert [tuple(row) for row in stations] == [
        ("workstation", "warned", date(2019, 3, 1)),
        ("branch", "warned", date(2019, 3, 1)),
    ]


async def test_the_same_register_twice_changes_nothing(world):
    await done(world, "stations", lines(GOOD))
    before = await world.running.stored()
    job, report = await done(world, "stations", lines(GOOD))
    assert (counts(job), report) == (("finished", 0, 0, 1), [])
    assert len(await world.rows("SELECT 1 FROM station")) == 1
    assert before.count("imported") == (await world.running.stored()).count("imported")
    _, report = await done(world, "stations", lines(GOOD.replace("国家级", "省级")))
    assert report == [(2, "number", "taken-over-otherwise")]


async def test_days_of_the_past_stand_in_the_history_and_nothing_is_told_as_new(world):
    await done(world, "stations", lines(GOOD))
    (row,) = await world.rows("SELECT id FROM station")
    told = (await world.send("GET", f"/v1/station-register/{row.id}")).json()
    assert [(each["kind"], each["effective_on"]) for each in told["history"]] == [
        ("recognised", "2019-03-01"),
        ("warned", "2020-05-06"),
        ("imported", "2026-09-01"),
    ]
    text = await world.running.stored()
    assert "station.updated.v1" in text
    assert "station.recognised.v1" not in text
    world.later(days=1)
    await world.running.settle()
    assert await world.rows("SELECT 1 FROM deadline") == []


class Register:
    """Identity, which knows one credit code and one document."""

    def __init__(self, talent):
        self.talent = talent

    async def resolve(self, asked):
        unit = Known(None, UUID(UNIT), None, None, None)
        doctor = Known(self.talent, None, None, None, None)
        nobody = Known(None, None, None, "credit_code", "employer-unknown")
        found = {"91350702MA0000001X": unit, "110101199605170016": doctor}
        return [found.get(each.credit_code or each.number, nobody) for each in asked]

    async def close(self):
        pass


async def test_numbers_mean_whom_identity_says(world):
    doctor = await world.talent()
    world.running.service.__dict__["identity"] = Register(doctor.id)
    world.running.worker = create_worker(world.running.service)
    head = HEAD.replace("单位编号", "统一社会信用代码")
    good = GOOD.replace(UNIT, "91350702MA0000001X")
    bad = GOOD.replace(UNIT, "91350702MA0000002X").replace("Z1", "Z2")
    job, report = await done(world, "stations", lines(good, bad, head=head))
    assert (counts(job)[1], report) == (1, [(3, "credit_code", "employer-unknown")])
    fellow = "B1,Z1,110101199605170016,0812,2025-10-01,2027-09-30"
    job, report = await done(
        world, "fellows", lines(fellow, head="编号,站编号,证件号码,学科,进站日期,预计出站日期")
    )
    assert (counts(job)[1], report) == (1, [])
    (row,) = await world.rows("SELECT talent_id, status, entered_on FROM fellow")
    assert (row.talent_id, row.entered_on) == (doctor.id, date(2025, 10, 1))
    assert "110101199605170016" not in await world.running.stored()


async def test_without_identity_a_row_bears_its_ids(world):
    head = HEAD.replace("单位编号", "统一社会信用代码")
    _, report = await done(world, "stations", lines(GOOD, head=head))
    assert report == [(2, "credit_code", "identity-not-asked")]


async def test_nothing_alarms_on_day_one(world):
    """A synthetic register: whatever fell due before is over, what comes is still reminded of."""
    office = world.office(region="320000")
    rows = registers.stations(60, DAY)
    job, report = await done(world, "stations", registers.written(rows), office)
    assert (counts(job), report) == (("finished", 60, 0, 0), [])
    people = registers.fellows(rows, 80, DAY)
    for row in people[1:]:
        await world.talent(talent_id=UUID(row[2]), region="320100")
    content = registers.written(people)
    job, report = await done(world, "fellows", content, office)
    assert (counts(job), report) == (("finished", 80, 0, 0), [])
    past = await world.rows("SELECT 1 FROM deadline WHERE due_on < :day", day=DAY)
    open_ = await world.rows("SELECT due_on FROM deadline WHERE met_on IS NULL")
    assert past
    assert open_
    assert min(row.due_on for row in open_) >= DAY
    await world.running.settle()
    assert await world.rows("SELECT 1 FROM deadline WHERE escalated_at IS NOT NULL") == []
    again, _ = await done(world, "fellows", content, office)
    assert counts(again) == ("finished", 0, 0, 80)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("B1,Z9,{who},0812,2025-10-01,2027-09-30", ("station_number", "station-unknown")),
        ("B1,Z1,{who},0812,2019-02-28,2021-02-28", ("entered_on", "before-approval")),
        (f"B1,Z1,{UNIT},0812,2025-10-01,2027-09-30", ("document_number", "talent-unknown")),
        ("B0,Z1,{who},0812,2025-11-01,2027-09-30", ("number", "taken-over-otherwise")),
        ("B1,Z1,{who},0812,2025-11-01,2027-09-30", ("document_number", "already-in-station")),
    ],
)
async def test_what_is_wrong_with_a_fellow_is_told(world, row, fault):
    doctor, other = await world.talent(), await world.talent()
    await done(world, "stations", lines(GOOD))
    head = "编号,站编号,人才代号,学科,进站日期,预计出站日期"
    inside = f"B0,Z1,{other.id},0812,2025-10-01,2027-09-30"
    who = other.id if "already" in fault[1] else doctor.id
    job, report = await done(world, "fellows", lines(inside, row.format(who=who), head=head))
    assert report == [(3, *fault)]
    assert job["ok"] == 1


async def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_goes_on(world):
    office = world.office(region="320000")
    content = registers.written(registers.stations(1_100, DAY))
    job = await send(world, "stations", content, office)
    runner = world.running.worker.jobs
    kind = runner.kinds["station-import"]
    calls = []

    async def dying(session, context, items):
        calls.append(len(items))
        if len(calls) == 2:
            raise OSError("killed")
        return await kind.apply(session, context, items)

    runner.kinds = {**runner.kinds, "station-import": dataclasses.replace(kind, apply=dying)}
    await runner.step()
    path = f"{BASE}/stations/{job}"
    assert (await world.send("GET", path, office)).json()["position"] == 501
    world.running.worker = create_worker(world.running.service)
    world.running.clock.move(timedelta(minutes=5))
    await world.running.settle()
    found = (await world.send("GET", path, office)).json()
    assert counts(found) == ("finished", 1_100, 0, 0)
    assert len(await world.rows("SELECT 1 FROM station")) == 1_100


async def test_a_template_names_every_column(world):
    answer = await world.send("GET", f"{BASE}/templates/fellows", world.office())
    assert answer.text.startswith("\ufeff编号,站编号,证件号码")
