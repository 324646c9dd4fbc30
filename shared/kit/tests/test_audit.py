"""The audit log refuses change, and its seals show what a database owner did behind its back."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from talent_kit import audit
from talent_kit.audit import broken_seals, record
from talent_kit.keyring import create_keyring, load_keyring


@pytest.fixture
def database(sample):
    return sample.service.database


@pytest.fixture
def seal(sample):
    async def run():
        return await audit.seal(sample.service.database, sample.service.keyring, sample.clock)

    return run


@pytest.fixture
def check(sample):
    async def run():
        key = sample.service.keyring.seal_key.public_key()
        return await broken_seals(sample.service.database, key)

    return run


@pytest.fixture
def act(sample):
    async def run(count=1, **more):
        async with sample.service.database.transaction() as session:
            for n in range(count):
                await record(
                    session,
                    sample.clock,
                    **{"actor": "staff", "action": "read", "subject": f"s-{n}"} | more,
                )

    return run


async def owner(database, *statements):
    """Do as the database's owner may: without the triggers."""
    async with database.transaction() as session:
        for table in ("audit", "audit_seal"):
            await session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER append_only"))
        for statement in statements:
            await session.execute(text(statement))
        for table in ("audit", "audit_seal"):
            await session.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER append_only"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'other'",
        "UPDATE audit SET actor = actor WHERE false",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE audit_seal SET last = 0",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_seal",
    ],
)
async def test_the_database_refuses_every_change(database, act, seal, statement):
    await act()
    await seal()
    with pytest.raises(DBAPIError, match="append-only"):
        async with database.transaction() as session:
            await session.execute(text(statement))


async def test_an_entry_says_who_did_what_and_why(database, act):
    await act(region="350700", purpose="call-back", detail={"documents": 2})
    async with database.transaction() as session:
        row = (await session.execute(text("SELECT * FROM audit"))).one()
    assert (row.actor, row.action, row.subject) == ("staff", "read", "s-0")
    assert (row.region, row.purpose, row.detail) == ("350700", "call-back", {"documents": 2})


async def test_an_act_that_is_rolled_back_leaves_no_entry(sample, database, seal):
    with pytest.raises(LookupError):  # noqa: PT012 - the error must pass the block's end
        async with database.transaction() as session:
            await record(session, sample.clock, actor="a", action="b", subject="c")
            raise LookupError
    assert await seal() == 0


async def test_seals_follow_one_another_and_hold(act, seal, check, database):
    assert await seal() == 0
    await act(3)
    assert [await seal(), await seal()] == [3, 0]
    await act(2)
    assert await seal() == 2
    assert await check() == []
    async with database.transaction() as session:
        spans = (await session.execute(text("SELECT first, last FROM audit_seal"))).all()
    assert [tuple(span) for span in spans] == [(1, 3), (4, 5)]


async def test_a_long_log_takes_several_seals(act, seal, check, monkeypatch):
    monkeypatch.setattr(audit, "_ROWS", 4)
    await act(9)
    assert [await seal() for _ in range(4)] == [4, 4, 1, 0]
    assert await check() == []


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE position = 2", [1]),
        ("UPDATE audit SET at = at - interval '1 second' WHERE position = 5", [2]),
        ("UPDATE audit SET detail = '{\"n\": 1}' WHERE position = 1", [1]),
        ("DELETE FROM audit WHERE position = 3", [1]),
        ("DELETE FROM audit WHERE position = 4", [2]),
        ("DELETE FROM audit", [1, 2, 3]),
        ("UPDATE audit SET position = DEFAULT WHERE position = 3", [1]),
        ("DELETE FROM audit_seal WHERE position = 1", [2]),
        ("DELETE FROM audit_seal WHERE position = 2", [3]),
        ("UPDATE audit_seal SET digest = '\\x00' WHERE position = 1", [1]),
        ("UPDATE audit_seal SET first = 2 WHERE position = 1", [1]),
        (
            "INSERT INTO audit (position, at, actor, action, subject, detail) OVERRIDING SYSTEM "
            "VALUE VALUES (0, now(), 'x', 'x', 'x', '{}')",
            [1],
        ),
        (
            "INSERT INTO audit (position, at, actor, action, subject, detail) OVERRIDING SYSTEM "
            "VALUE VALUES (-7, now(), 'x', 'x', 'x', '{}')",
            [1],
        ),
    ],
)
async def test_tampering_by_the_owner_is_found(act, seal, check, database, tampering, found):
    for _ in range(3):
        await act(3)
        await seal()
    assert await check() == []
    await owner(database, tampering)
    assert await check() == found


async def test_an_entry_put_into_a_gap_is_found(sample, act, seal, check, database):
    await act(2)
    with pytest.raises(LookupError):  # noqa: PT012 - the error must pass the block's end
        async with database.transaction() as session:
            await record(session, sample.clock, actor="a", action="b", subject="c")
            raise LookupError
    await act(2)
    assert await seal() == 4
    await owner(
        database,
        "INSERT INTO audit (position, at, actor, action, subject, detail) OVERRIDING SYSTEM VALUE "
        "VALUES (3, now(), 'x', 'x', 'x', '{}')",
    )
    assert await check() == [1]


async def test_seals_made_with_another_key_do_not_hold(sample, act, seal, database, tmp_path):
    await act()
    await seal()
    create_keyring(tmp_path / "other.json")
    other = load_keyring(tmp_path / "other.json").seal_key.public_key()
    assert await broken_seals(database, other) == [1]


async def test_an_open_transaction_with_a_lower_position_is_not_missed(sample, seal, check, act):
    """Its entry is sealed with the next: the seal waits, or leaves the log for the next time."""
    drawn, leave = asyncio.Event(), asyncio.Event()

    async def slow():
        async with sample.service.database.transaction() as session:
            await record(session, sample.clock, actor="slow", action="b", subject="c")
            drawn.set()
            await leave.wait()

    task = asyncio.create_task(slow())
    await drawn.wait()
    await act(2)
    assert await seal() == 0
    leave.set()
    await task
    assert await seal() == 3
    assert await check() == []


async def test_many_writers_and_two_sealers_at_once_leave_nothing_unsealed(act, seal, check):
    sealed = []

    async def keep_sealing():
        sealed.extend([await seal() for _ in range(10)])

    await asyncio.gather(keep_sealing(), keep_sealing(), *(act(3) for _ in range(12)))
    sealed.append(await seal())
    assert sum(sealed) == 36
    assert await check() == []


async def test_the_same_act_on_many_subjects_is_an_entry_each(sample, database, seal, check):
    async with database.transaction() as session:
        same = {"actor": "staff", "action": "filed", "purpose": "list", "detail": {"n": 1}}
        await audit.record_many(session, sample.clock, subjects=[], **same)
        await audit.record_many(
            session, sample.clock, subjects=[("s-1", "350702"), ("s-2", None)], **same
        )
    async with database.engine.connect() as connection:
        query = (
            "SELECT actor, action, subject, region, purpose, detail FROM audit ORDER BY position"
        )
        rows = [tuple(row) for row in await connection.execute(text(query))]
    assert rows == [
        ("staff", "filed", "s-1", "350702", "list", {"n": 1}),
        ("staff", "filed", "s-2", None, "list", {"n": 1}),
    ]
    assert await seal() == 2
    assert await check() == []
