"""The fixtures give each test databases of its own, cloned from a template that is made once."""

import asyncio

import asyncpg
import pytest
from sqlalchemy.engine import make_url


async def value(url: str, statement: str) -> object:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def make_table(url: str) -> None:
    await value(url, "CREATE TABLE seat (n int)")


async def test_clones_have_the_template_s_tables_and_their_own_rows(databases):
    template = await databases.template("seats", make_table)
    one, two = [await databases.create(template) for _ in range(2)]
    await value(one, "INSERT INTO seat VALUES (1)")
    assert await value(one, "SELECT count(*) FROM seat") == 1
    assert await value(two, "SELECT count(*) FROM seat") == 0


async def test_a_template_is_made_once_even_when_asked_for_at_once(databases):
    calls = []

    async def migrate(url: str) -> None:
        calls.append(url)
        await asyncio.sleep(0.05)

    names = await asyncio.gather(*(databases.template("once", migrate) for _ in range(3)))
    assert len(calls) == 1
    assert {*names, await databases.template("once", migrate)} == {names[0]}


async def test_a_failed_template_can_be_made_again(databases):
    async def fail(url: str) -> None:
        await make_table(url)
        raise LookupError

    with pytest.raises(LookupError):
        await databases.template("again", fail)
    url = await databases.create(await databases.template("again", make_table))
    assert await value(url, "SELECT count(*) FROM seat") == 0


@pytest.mark.parametrize("name", ["", "Big", "a-b", 'a"b', "1a"])
async def test_a_template_has_a_plain_name(databases, name):
    with pytest.raises(ValueError, match="no name for a template"):
        await databases.template(name, make_table)


async def test_a_database_without_template_is_empty(databases):
    url = await databases.create()
    assert await value(url, "SELECT count(*) FROM pg_class WHERE relname = 'seat'") == 0


async def test_a_dropped_database_is_gone_though_it_was_in_use(databases):
    url = await databases.create()
    user = await asyncpg.connect(url.replace("+asyncpg", ""))
    await databases.drop(url)
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await value(url, "SELECT 1")
    user.terminate()
    assert make_url(url).drivername == "postgresql+asyncpg"


async def test_the_session_s_server_is_not_durable(databases):
    assert await value(await databases.create(), "SHOW fsync") == "off"
