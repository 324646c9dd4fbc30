"""Jobs over HTTP and in the worker: progress, report, cancelling, resuming, failing."""

import json
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from kit_sample import imports
from sqlalchemy import text
from talent_kit.auth import Role
from talent_kit.blobs import BlobDamagedError, StoreError
from talent_kit.jobs import JobRunner
from talent_kit.rows import FileRefused
from talent_kit.testing.services import fresh_key
from waiting import until

BIG = 2**31


def numbers(*given, header="编号,文字"):
    return "\n".join([header, *(f"{number},x" for number in given)]).encode()


async def send(sample, headers, content, **more):
    sent = headers | fresh_key() | {"Content-Type": "text/csv"} | more
    return await sample.client.post(imports.PATH, content=content, headers=sent)


async def made(sample, headers, content):
    answer = await send(sample, headers, content)
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


async def job(sample, headers, job_id):
    answer = await sample.client.get(f"{imports.PATH}/{job_id}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def report(sample, headers, job_id, query=""):
    answer = await sample.client.get(f"{imports.PATH}/{job_id}/report{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def effects(sample):
    async with sample.service.database.transaction() as session:
        return await imports.applied(session)


async def done(sample, headers, content):
    job_id = await made(sample, headers, content)
    assert await sample.worker.jobs.step()
    return await job(sample, headers, job_id)


def tally(found):
    return [found[name] for name in ("total", "position", "ok", "failed", "skipped")]


async def test_a_job_is_accepted_and_done(sample, talent):
    answer = await send(sample, talent, numbers(*range(100, 220)))
    assert answer.status_code == 202
    assert answer.headers["Location"] == f"{imports.PATH}/{answer.json()['id']}"
    assert answer.headers["ETag"] == '"1"'
    assert (answer.json()["status"], answer.json()["total"]) == ("queued", None)
    assert await sample.worker.jobs.step()
    assert not await sample.worker.jobs.step()
    found = await job(sample, talent, answer.json()["id"])
    assert found["status"] == "finished"
    assert tally(found) == [120, 121, 120, 0, 0]
    assert await effects(sample) == (120, 1)
    assert found["file"]["type"] == "text/csv"


@pytest.mark.parametrize("rows", [1, 49, 50, 51, 100])
async def test_steps_of_every_length(sample, talent, rows):
    found = await done(sample, talent, numbers(*range(100, 100 + rows)))
    assert tally(found) == [rows, rows + 1, rows, 0, 0]


async def test_a_file_of_a_header_alone_is_done_at_once(sample, talent):
    found = await done(sample, talent, numbers())
    assert (found["status"], tally(found)) == ("finished", [0, 0, 0, 0, 0])


async def test_a_bad_row_spoils_no_good_one(sample, talent):
    content = numbers(1, "x", 7, 13, BIG, 2) + b"\nx,bad"
    found = await done(sample, talent, content)
    assert found["status"] == "finished"
    assert tally(found) == [7, 8, 2, 4, 1]
    assert await effects(sample) == (2, 1)
    assert (await report(sample, talent, found["id"]))["items"] == [
        {"row": 3, "field": "number", "code": "not-a-number"},
        {"row": 5, "field": "number", "code": "unlucky"},
        {"row": 6, "field": "", "code": "row-failed"},
        {"row": 8, "field": "number", "code": "not-a-number"},
        {"row": 8, "field": "text", "code": "bad-word"},
    ]


async def test_the_report_has_pages(sample, talent):
    found = await done(sample, talent, numbers(*"abcde"))
    rows, cursor = [], ""
    for _ in range(3):
        page = await report(sample, talent, found["id"], f"?limit=2{cursor}")
        rows += [item["row"] for item in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"
    assert (rows, page["next_cursor"]) == ([2, 3, 4, 5, 6], None)


@pytest.mark.parametrize(
    ("content", "code", "row", "field"),
    [
        (b"text\nx", "columns-missing", 1, "number"),
        (b"number\n1\n=2", "formula-refused", 3, ""),
        (b" \n\n", "file-empty", 0, ""),
        (b"PK\x03\x04 is no workbook", "file-damaged", 0, ""),
    ],
)
async def test_a_file_that_is_refused_has_no_effect_at_all(
    sample, talent, content, code, row, field
):
    found = await done(sample, talent, content)
    assert (found["status"], found["failure"]) == ("failed", code)
    items = (await report(sample, talent, found["id"]))["items"]
    assert items == [{"row": row, "field": field, "code": code}]
    assert await effects(sample) == (0, 0)


@pytest.mark.parametrize(("rows", "status"), [(2, "finished"), (3, "finished"), (4, "failed")])
async def test_the_number_of_rows_has_a_limit(factory, rows, status):
    async with factory.running(max_upload_rows=3) as sample:
        headers = sample.issuer.headers("talent-1", Role.TALENT)
        found = await done(sample, headers, numbers(*range(rows)))
        assert found["status"] == status
        assert (await effects(sample))[0] == (rows if status == "finished" else 0)


@pytest.mark.parametrize(("size", "status"), [(4095, 202), (4096, 202), (4097, 413)])
@pytest.mark.parametrize("announced", [True, False])
async def test_the_size_has_a_limit_of_its_own(factory, size, status, announced):
    async with factory.running(max_upload_bytes=4096, max_body_bytes=1024) as sample:
        headers = sample.issuer.headers("talent-1", Role.TALENT)
        content = numbers(1) + b" " * (size - len(numbers(1)))

        async def pieces():
            yield content

        answer = await send(sample, headers, content if announced else pieces())
        assert answer.status_code == status
        other = await sample.client.post("/v1/notes", content=b" " * 1025, headers=headers)
        assert other.status_code == 413


async def test_who_may_not_send_sends_nothing(sample, talent):
    other = sample.issuer.headers("auditor-1", Role.AUDITOR, region="350700")
    for headers, status in (({}, 401), (other, 403)):
        assert (await send(sample, headers, numbers(1))).status_code == status
    keyless = await sample.client.post(imports.PATH, content=numbers(1), headers=talent)
    assert keyless.status_code == 422
    assert (await send(sample, talent, b"\x89PNG\r\n\x1a\n")).status_code == 415
    assert (await send(sample, talent, b"")).json()["code"] == "file-empty"
    async with sample.service.database.transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM blob")) == 0


async def test_the_same_request_again_makes_no_second_job(sample, talent):
    key = fresh_key()
    first = await send(sample, talent, numbers(1), **key)
    again = await send(sample, talent, numbers(1), **key)
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    other = await send(sample, talent, numbers(2), **key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
    listed = (await sample.client.get(imports.PATH, headers=talent)).json()["items"]
    assert [found["id"] for found in listed] == [first.json()["id"]]


async def test_a_job_shows_itself_to_its_maker_and_its_region(sample, talent):
    job_id = await made(sample, talent, numbers(1))
    near = sample.issuer.headers("reviewer-1", Role.REVIEWER, region="350700")
    far = sample.issuer.headers("reviewer-2", Role.REVIEWER, region="350100")
    other = sample.issuer.headers("talent-2", Role.TALENT)
    for headers, seen in ((talent, True), (near, True), (far, False), (other, False)):
        listed = await sample.client.get(imports.PATH, headers=headers)
        assert bool(listed.json()["items"]) == seen
        for path in ("", "/report"):
            read = await sample.client.get(f"{imports.PATH}/{job_id}{path}", headers=headers)
            assert read.status_code == (200 if seen else 404)
        if not seen:
            stop = await sample.client.post(
                f"{imports.PATH}/{job_id}/cancellation", headers=headers | fresh_key()
            )
            assert stop.status_code == 404


async def cancel(sample, headers, job_id):
    path = f"{imports.PATH}/{job_id}/cancellation"
    return await sample.client.post(path, headers=headers | fresh_key())


async def test_a_queued_job_that_is_cancelled_is_never_done(sample, talent):
    job_id = await made(sample, talent, numbers(1))
    for _ in range(2):
        answer = await cancel(sample, talent, job_id)
        assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert not await sample.worker.jobs.step()
    assert await effects(sample) == (0, 0)


async def test_a_running_job_that_is_cancelled_stops_at_once(sample, talent):
    job_id = await made(sample, talent, numbers(*range(100, 300)))
    apply = imports.apply

    async def stop_in_the_second(session, context, items):
        outcome = await apply(session, context, items)
        if items[0][0] > 50:
            answer = await cancel(sample, talent, job_id)
            assert answer.json()["status"] == "cancelled"
        return outcome

    await run_with(sample, stop_in_the_second)
    found = await job(sample, talent, job_id)
    assert (found["status"], tally(found)) == ("cancelled", [200, 51, 50, 0, 0])
    assert await effects(sample) == (50, 1)
    assert not await sample.worker.jobs.step()


async def test_what_is_over_cannot_be_cancelled(sample, talent):
    found = await done(sample, talent, numbers(1))
    answer = await cancel(sample, talent, found["id"])
    assert (answer.status_code, answer.json()["code"]) == (409, "job-over")


async def run_with(sample, apply):
    kind = imports.JobKind(**{**vars(imports.NUMBERS), "apply": apply})
    await JobRunner(sample.service, [kind]).step()


async def test_a_worker_that_lost_its_lease_does_nothing_more(sample, talent):
    """The other goes on from where the first was; the first's step is rolled back."""
    job_id = await made(sample, talent, numbers(*range(100, 200)))
    apply, other = imports.apply, []

    async def be_late(session, context, items):
        if items[0][0] > 50 and not other:
            sample.clock.move(timedelta(seconds=61))
            other.append(await sample.worker.jobs.step())
        return await apply(session, context, items)

    await run_with(sample, be_late)
    assert other == [True]
    found = await job(sample, talent, job_id)
    assert (found["status"], tally(found)) == ("finished", [100, 101, 100, 0, 0])
    assert await effects(sample) == (100, 1)


@pytest.mark.parametrize(("later", "claimed"), [(59, False), (60, True), (61, True)])
async def test_a_job_is_claimed_again_once_its_lease_is_over(sample, talent, later, claimed):
    await made(sample, talent, numbers(1))
    assert await sample.worker.jobs._claim()
    sample.clock.move(timedelta(seconds=later))
    assert bool(await sample.worker.jobs._claim()) == claimed


async def test_what_may_pass_is_tried_again_later(sample, talent):
    job_id = await made(sample, talent, numbers(1))
    for _ in range(12):
        with patch.object(type(sample.service.blobs), "_row", side_effect=StoreError):
            assert await sample.worker.jobs.step()
        assert (await job(sample, talent, job_id))["status"] == "running"
        assert not await sample.worker.jobs.step()
        sample.clock.move(timedelta(seconds=61))
    assert await sample.worker.jobs.step()
    assert (await job(sample, talent, job_id))["status"] == "finished"


async def test_what_gets_nowhere_fails_in_the_end(sample, talent):
    job_id = await made(sample, talent, numbers(1))
    for _ in range(8):
        assert (await job(sample, talent, job_id))["status"] != "failed"
        with patch.object(type(sample.service.blobs), "_row", side_effect=LookupError):
            await sample.worker.jobs.step()
        sample.clock.move(timedelta(seconds=61))
    found = await job(sample, talent, job_id)
    assert (found["status"], found["failure"]) == ("failed", "internal")


async def test_a_file_that_was_harmed_fails_its_job(sample, talent):
    job_id = await made(sample, talent, numbers(1))
    with patch.object(type(sample.service.blobs), "_row", side_effect=BlobDamagedError):
        await sample.worker.jobs.step()
    assert (await job(sample, talent, job_id))["failure"] == "file-damaged"


async def test_a_job_fails_even_where_its_report_cannot_be_kept(sample, talent):
    job_id = await made(sample, talent, numbers(1))
    with patch.object(JobRunner, "_open", side_effect=FileRefused("file-damaged", BIG)):
        assert await sample.worker.jobs.step()
    found = await job(sample, talent, job_id)
    assert (found["status"], found["failure"]) == ("failed", "file-damaged")
    assert (await report(sample, talent, job_id))["items"] == []


async def test_the_file_goes_days_after_the_end(sample, talent):
    found = await done(sample, talent, numbers(1))
    sample.clock.move(timedelta(days=90))
    await sample.worker.upkeep()
    states = "SELECT state FROM blob"
    async with sample.service.database.transaction() as session:
        assert await session.scalar(text(states)) == "kept"
    sample.clock.move(timedelta(seconds=1))
    await sample.worker.upkeep()
    async with sample.service.database.transaction() as session:
        assert await session.scalar(text(states)) == "removed"
    assert (await job(sample, talent, found["id"]))["status"] == "finished"


async def test_the_worker_is_woken_and_does_it(sample, talent):
    async with sample.worker.running():
        job_id = await made(sample, talent, numbers(*range(100, 220)))
        await until(lambda: finished(sample, talent, job_id))
    assert await effects(sample) == (120, 1)


async def finished(sample, headers, job_id):
    return (await job(sample, headers, job_id))["status"] == "finished"


async def test_values_stand_nowhere_but_in_the_file(sample, talent, caplog):
    secret = "林小溪13812345678"
    await done(sample, talent, f"number,text\n{secret},{secret}\n{BIG},{secret}".encode())
    assert secret not in await sample.stored()
    told = json.dumps([str(vars(record)) for record in caplog.records], ensure_ascii=False)
    assert secret not in told


async def test_what_a_step_asks_of_others_is_asked_before_its_transaction(sample, talent):
    kind, asked = sample.worker.jobs.kinds[imports.KIND], []

    async def prepare(context, items):
        async with sample.service.database.engine.connect() as connection:
            running = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
            asked.append(((await connection.exec_driver_sql(running)).scalar(), len(items)))
        return [(row, replace(item, number=item.number + 1000)) for row, item in items]

    sample.worker.jobs.kinds = {imports.KIND: replace(kind, prepare=prepare)}
    found = await done(sample, talent, numbers(*range(1, 60)))
    assert (found["status"], found["ok"]) == ("finished", 59)
    assert [count for _, count in asked] == [50, 9]
    async with sample.service.database.transaction() as session:
        serials = (await session.execute(text("SELECT min(serial) FROM effect"))).scalar()
    assert serials == 1001


async def test_a_step_whose_asking_fails_is_done_later_whole(sample, talent):
    kind, failing = sample.worker.jobs.kinds[imports.KIND], [ConnectionError()]

    async def prepare(_, items):
        if failing:
            raise failing.pop()
        return items

    sample.worker.jobs.kinds = {imports.KIND: replace(kind, prepare=prepare)}
    job_id = await made(sample, talent, numbers(100, 101))
    assert await sample.worker.jobs.step()
    assert (await job(sample, talent, job_id))["position"] == 0
    sample.clock.move(timedelta(minutes=5))
    assert await sample.worker.jobs.step()
    assert tally(await job(sample, talent, job_id)) == [2, 3, 2, 0, 0]
