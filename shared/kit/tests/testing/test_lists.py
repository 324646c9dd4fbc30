"""The check of list queries finds what it is there for."""

from uuid import UUID

import pytest
from kit_sample.models import Note
from sqlmodel import col, select
from talent_kit.pagination import Each, PageParams, paginate
from talent_kit.testing.lists import explain, faults, fill

MANY = 30_000
ID = "('01970000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
PAGE = PageParams(UUID(int=0x0197_0000_0000_7000_8000_000000000000 + MANY // 2), 50)


@pytest.fixture(scope="module")
async def filled(factory):
    async with factory.running() as running:
        await fill(
            running.service.database,
            f"INSERT INTO note (id, owner, text, version) "
            f"SELECT {ID}, 'owner-' || n % 3, '', n FROM generate_series(1, {MANY}) AS n",
            "CREATE INDEX ix_note_owner_id ON note (owner, id)",
        )
        yield running.service.database


async def found(database, run, most_read=500):
    return [fault for plan in await explain(database, run) for fault in faults(plan, most_read)]


def listed(query, each=None):
    return lambda session: paginate(session, query, col(Note.id), PAGE, each)


OWNERS = ["owner-0", "owner-2", *(f"nobody-{n}" for n in range(10))]


async def test_a_page_by_the_key_has_no_fault(filled):
    assert await found(filled, listed(select(Note))) == []


async def test_a_page_of_each_value_has_no_fault_though_most_have_no_rows(filled):
    assert await found(filled, listed(select(Note), Each(col(Note.owner), OWNERS))) == []


async def test_walking_past_what_is_outside_is_a_fault(filled):
    [fault] = await found(filled, listed(select(Note).where(col(Note.owner).like("%nobody"))))
    assert fault.startswith("reads ")
    assert fault.endswith(" rows, not 500")


async def test_a_table_read_whole_is_a_fault(filled):
    faults_found = await found(filled, lambda s: s.exec(select(Note).where(Note.version < 0)))
    assert "reads all of note" in faults_found


async def test_sorting_a_table_is_a_fault(filled):
    query = select(Note).order_by(col(Note.version)).limit(50)
    assert f"sorts {MANY} rows" in await found(filled, lambda s: s.exec(query))


@pytest.mark.parametrize("limit", [1, 3, 200])
async def test_pages_of_each_value_hold_every_row_once_in_order(filled, limit):
    each = Each(col(Note.owner), ["owner-0", "owner-1"])
    query = select(Note).where(col(Note.version) > MANY // 2 - 10)
    seen, below = [], PAGE.below
    async with filled.transaction() as session:
        while True:
            page = PageParams(below, limit)
            rows, following = await paginate(session, query, col(Note.id), page, each)
            seen += [row.version for row in rows]
            if following is None:
                break
            below = rows[-1].id
    assert seen == [n for n in range(MANY // 2 - 1, MANY // 2 - 10, -1) if n % 3 != 2]


async def test_nobody_s_scope_is_empty(filled):
    async with filled.transaction() as session:
        each = Each(col(Note.owner), [])
        assert await paginate(session, select(Note), col(Note.id), PAGE, each) == ([], None)
