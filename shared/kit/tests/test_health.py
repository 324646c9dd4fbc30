"""Live while the loop turns; ready while the database serves the schema that the code expects."""

from sqlalchemy import text
from talent_kit.testing.services import fresh_key


async def ready(sample):
    answer = await sample.client.get("/health/ready")
    return answer.status_code, answer.json().get("code", answer.json()["status"])


async def change(sample, statement):
    async with sample.service.database.transaction() as session:
        await session.execute(text(statement))


async def test_ready_once_the_schema_is_there(sample):
    assert await ready(sample) == (200, "ok")
    assert (await sample.client.get("/health/live")).json() == {"status": "ok"}


async def test_not_ready_with_an_older_or_a_newer_schema_or_none(sample):
    for statement in (
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('0000')",
        "UPDATE alembic_version SET version_num = '9999'",
        "DROP TABLE alembic_version",
    ):
        await change(sample, statement)
        assert await ready(sample) == (503, "not-ready")
    assert (await sample.client.get("/health/live")).status_code == 200


async def test_ready_again_after_the_database_came_back(sample, databases):
    assert await ready(sample) == (200, "ok")
    name = sample.service.database.engine.url.database
    await databases._execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
    await databases._execute(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    assert await ready(sample) == (503, "not-ready")
    await databases._execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    assert await ready(sample) == (200, "ok")


async def test_health_asks_nobody_who_they_are_and_takes_no_write(sample):
    assert (await sample.client.get("/health/ready")).status_code == 200
    assert (await sample.client.post("/health/ready", headers=fresh_key())).status_code == 405
