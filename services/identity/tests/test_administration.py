"""Commands about staff and agents, run as an operator runs them."""

import asyncio
from datetime import timedelta

import pytest
from talent_identity.cli import main

from .factories import credit_code
from .test_cli import environment  # noqa: F401 - a fixture


@pytest.fixture
def command(environment, world, capsys):  # noqa: F811 - the fixture
    settings = world.running.service.settings
    environment.setenv("IDENTITY_DATABASE_URL", settings.database_url.get_secret_value())
    environment.setenv("IDENTITY_KEYS_FILE", str(settings.keys_file))

    async def run(*arguments):
        code = await asyncio.to_thread(main, arguments)
        told = capsys.readouterr()
        return code, told.out.splitlines(), told.err

    return run


async def test_the_first_operator_is_appointed_by_command(command, world):
    code, (line,), _ = await command(
        "appoint", "np-0001", "--region", "350700", "--role", "operator", "--role", "auditor"
    )
    assert code == 0
    assert line.startswith("np-0001\t350700\tauditor,operator\t")
    assert line.endswith("\t-\twaiting")
    world.running.clock.move(timedelta(minutes=1))  # the command has the machine's time
    await world.running.settle()
    _, (line,), _ = await command("staff")
    assert line.endswith("\tapplied")
    assert (await command("staff", "--region", "330800"))[1] == []
    assert [row.actor for row in await world.audited()] == ["command-line"]
    code, (line,), _ = await command("dismiss", "np-0001")
    assert (code, line.split("\t")[-1]) == (0, "ended")
    code, _, told = await command("dismiss", "np-0001")
    assert (code, told) == (1, "appointment-not-found: No such appointment\n")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("zhangsan", "--region", "350700"), 2, "not valid: username"),
        (("np-0001", "--region", "359999"), 1, "unknown-region"),
        (("np-0001", "--region", "350700", "--until", "2020-01-01"), 1, "appointment-dates"),
    ],
)
async def test_what_cannot_be_appointed_is_said(command, arguments, code, told):
    given = await command("appoint", *arguments, "--role", "reviewer")
    assert given[0] == code
    assert given[2].startswith(told)
    assert (await command("staff"))[1] == []


async def test_no_account_no_password(command):
    code, _, told = await command("reset-password", "np-0001")
    assert (code, told.split(":")[0]) == (1, "appointment-not-found")
    await command("appoint", "np-0001", "--region", "350700", "--role", "reviewer")
    code, _, told = await command("reset-password", "np-0001")
    assert (code, told.split(":")[0]) == (1, "account-missing")


async def test_an_account_is_named_for_the_employer_s_code(command, world, capsys):
    code, _, told = await command("open-account", credit_code(), "1")
    # The development issuer keeps no accounts; with Keycloak it is tested on the stack.
    assert (code, told.split(":")[0]) == (1, "account-missing")
    for arguments in ((credit_code()[:-1], "1"), (credit_code(), "0"), (credit_code(), "100")):
        with pytest.raises(SystemExit):
            await command("open-account", *arguments)
    assert await world.audited() == []


async def test_agents_are_added_listed_and_removed(command, world):
    agent, employer = await world.employer()
    number = employer["credit_code"]
    assert (await command("agents", number))[1] == [f"{agent.login}\t-"]
    _, lines, _ = await command("add-agent", number, "agent-7", "--until", "2199-12-31")
    assert "agent-7\t2199-12-31" in lines
    code, _, told = await command("remove-agent", number, agent.login)
    assert (code, told.split(":")[0]) == (1, "last-agent")
    assert (await command("remove-agent", number, "agent-7"))[1] == [f"{agent.login}\t-"]
    events = [event["type"] for event in await world.events()]
    assert events.count("talent.identity.employer.updated.v1") == 2
    code, _, told = await command("agents", credit_code())
    assert (code, told.split(":")[0]) == (1, "employer-not-found")
