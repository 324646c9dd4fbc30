"""Provisioning PostgreSQL somewhere else, with the access rules of docker-compose.yml."""

import asyncio
import json
import os
import secrets
import socket
from pathlib import Path

import asyncpg
import pytest
from talent_stack.postgres import Postgres
from talent_stack.processes import Processes
from talent_stack.servers import main

ACCESS = Path(__file__).parents[2] / "compose" / "pg_hba.conf"


@pytest.fixture(scope="module")
async def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    postgres = Postgres(folder / "postgres", port, secrets.token_urlsafe(12))
    postgres.prepare()
    (folder / "postgres" / "cluster" / "pg_hba.conf").write_text(ACCESS.read_text())
    processes, program = Processes(folder), postgres.program()
    processes.start("postgres", program)
    try:
        for descriptor in program.keep_open:
            os.close(descriptor)
        while not await postgres.answers():
            assert processes.pid("postgres"), processes.said("postgres")
            await asyncio.sleep(0.05)
        yield postgres
    finally:
        processes.stop("postgres", 30)


@pytest.fixture
def provision(server, monkeypatch):
    async def provision(roles, **changed):
        given = {
            "host": "127.0.0.1",
            "port": str(server.port),
            "password": server.password,
            "roles": roles if isinstance(roles, str) else json.dumps(roles),
        }
        for name, value in (given | changed).items():
            monkeypatch.setenv(f"POSTGRES_{name.upper()}", value)
        return await asyncio.to_thread(main, ["databases"])

    return provision


async def test_each_role_enters_its_own_database_and_no_other(server, provision):
    assert await provision({"bank": "first", "policy": "second"}) == 0
    for role, password in (("bank", "first"), ("policy", "second")):
        connection = await server.connect(role, password)
        assert await connection.fetchval("SELECT current_database()") == role
        await connection.execute("CREATE TABLE own (number int)")
        await connection.close()
    for database in ("policy", "postgres", "template1"):
        with pytest.raises(asyncpg.InvalidAuthorizationSpecificationError, match=r"pg_hba\.conf"):
            await server.connect("bank", "first", database)


async def test_running_it_again_changes_passwords_and_keeps_data(server, provision):
    assert await provision({"identity": "first"}) == 0
    connection = await server.connect("identity", "first")
    await connection.execute("CREATE TABLE kept (number int)")
    await connection.close()
    assert await provision({"identity": "it's another"}) == 0
    with pytest.raises(asyncpg.InvalidPasswordError):
        await server.connect("identity", "first")
    connection = await server.connect("identity", "it's another")
    assert await connection.fetchval("SELECT count(*) FROM kept") == 0
    await connection.close()


async def test_what_cannot_be_is_said_without_a_password(provision, capsys):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = str(listener.getsockname()[1])
    for changed, code, said in (
        ({"password": "wrong-secret"}, 1, "databases cannot be provisioned: "),
        ({"port": closed}, 1, "databases cannot be provisioned: "),
        ({"port": "no-number"}, 2, "PostgresServer is not valid: port\n"),
        ({"roles": "{}"}, 2, "PostgresServer is not valid: roles\n"),
        ({"roles": "{"}, 2, 'error parsing value for field "roles"'),
    ):
        assert await provision(**{"roles": {"bank": "wrong-secret"}} | changed) == code
        told = capsys.readouterr().err
        assert told.startswith(said)
        assert "wrong-secret" not in told
