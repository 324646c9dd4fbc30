"""Commands about people: staff of regions, and agents of employers.

Whoever may run them administers the platform: they oversee every region, and their acts are
audited under the name `command-line`. The first operator is appointed so.
"""

import argparse
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from functools import partial
from typing import Any

from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession
from talent_kit import audit
from talent_kit.auth import Principal, Role
from talent_kit.commands import FAILED, UNUSABLE, ServiceCommands
from talent_kit.pagination import PageParams
from talent_kit.problems import Problem

from .accounts import StaffRole
from .employers import agents
from .employers import errors as employer_errors
from .employers import repository as employers
from .employers.credit_codes import read_credit_code
from .employers.schemas import AgentCreate, Agents
from .models import Employer
from .parts import IdentityService
from .staff import errors as staff_errors
from .staff import repository as staff_repository
from .staff import service as staff
from .staff.schemas import AppointmentCreate, AppointmentOut

_EVERYWHERE = "000000"
_WHO = Principal("command-line", frozenset({Role.OPERATOR}), _EVERYWHERE, None)
_MOST = 200

Act = Callable[[IdentityService, AsyncSession, argparse.Namespace], Awaitable[None]]


def add_to(known: ServiceCommands[IdentityService]) -> None:
    """Add the commands to a service's own."""

    def add(name: str, act: Act) -> argparse.ArgumentParser:
        command = partial(_run, known, act)
        command.__doc__ = act.__doc__
        return known.add(name, command)

    appointing = add("appoint", _appoint)
    appointing.add_argument("username", help="name of the account: a work number")
    appointing.add_argument("--region", required=True)
    appointing.add_argument(
        "--role", required=True, action="append", choices=[str(role) for role in StaffRole]
    )
    appointing.add_argument("--until", type=date.fromisoformat, help="last day, such as 2027-12-31")
    for name, act in (("dismiss", _dismiss), ("reset-password", _reset_password)):
        add(name, act).add_argument("username")
    add("staff", _staff).add_argument("--region", default=_EVERYWHERE)
    opening = add("open-account", _open_account)
    opening.add_argument("credit_code", type=read_credit_code)
    opening.add_argument("number", type=int, choices=range(1, 100), metavar="1..99")
    for name, act in (
        ("agents", _agents),
        ("add-agent", _add_agent),
        ("remove-agent", _remove_agent),
    ):
        parser = add(name, act)
        parser.add_argument("credit_code")
        if act is not _agents:
            parser.add_argument("login", help="the subject of the agent's tokens")
        if act is _add_agent:
            parser.add_argument("--until", type=date.fromisoformat, help="last day")


async def _run(known: ServiceCommands[IdentityService], act: Act, given: argparse.Namespace) -> int:
    service = known.service()
    try:
        async with service.database.transaction() as session:
            await act(service, session, given)
    except Problem as problem:
        print(f"{problem.code}: {problem.title.en}", file=sys.stderr)
        return FAILED
    except ValidationError as error:
        places = {".".join(map(str, found["loc"])) for found in error.errors()}
        print(f"not valid: {', '.join(sorted(places))}", file=sys.stderr)
        return UNUSABLE
    finally:
        await service.close()
    return 0


async def _appoint(
    parts: IdentityService, session: AsyncSession, given: argparse.Namespace
) -> None:
    """Appoint somebody to roles in a region; the worker brings it to the directory."""
    asked: dict[str, Any] = {"username": given.username, "region": given.region}
    asked |= {"roles": given.role, "valid_until": given.until}
    _print(await staff.appoint(session, parts, _WHO, AppointmentCreate.model_validate(asked)))


async def _dismiss(
    parts: IdentityService, session: AsyncSession, given: argparse.Namespace
) -> None:
    """End what an account is appointed to; its sessions end too."""
    found = await staff_repository.not_ended(session, given.username)
    if found is None:
        raise staff_errors.AppointmentNotFound
    _print(await staff.dismiss(session, parts, _WHO, found.id, found.version))


async def _staff(parts: IdentityService, session: AsyncSession, given: argparse.Namespace) -> None:
    """List the newest appointments of a region and those in it."""
    who = Principal(_WHO.subject, _WHO.roles, given.region, None)
    page = PageParams(below=None, limit=_MOST)
    for one in (await staff.list_of_regions(session, parts.clock, who, page)).items:
        _print(one)


async def _reset_password(
    parts: IdentityService, session: AsyncSession, given: argparse.Namespace
) -> None:
    """Print a password for the next sign-in, which asks for another one; ends sessions."""
    found = await staff_repository.not_ended(session, given.username)
    if found is None:
        raise staff_errors.AppointmentNotFound
    await staff.record_password_reset(session, parts.clock, _WHO, found)
    try:
        print(await parts.accounts.directory.reset_password(given.username))
    except LookupError:
        raise staff_errors.AccountMissing from None


async def _open_account(
    parts: IdentityService, session: AsyncSession, given: argparse.Namespace
) -> None:
    """Make an account for an employer's agent; print its name, its login, a password for once.

    An account that is there gets a new password, and its sessions end.
    """
    username = f"{given.credit_code.lower()}-{given.number:02}"
    directory = parts.accounts.directory
    login = await directory.add_agent(username)
    await audit.record(
        session,
        parts.clock,
        actor=_WHO.subject,
        action="agent.account-opened",
        subject=f"login:{login}",
    )
    try:
        print(username, login, await directory.reset_password(username), sep="\t")
    except LookupError:
        raise staff_errors.AccountMissing from None


async def _agents(parts: IdentityService, session: AsyncSession, given: argparse.Namespace) -> None:
    """List who may act for an employer."""
    employer = await _employer(session, given)
    _print_agents(await agents.shown(session, parts.clock, employer))


async def _add_agent(
    parts: IdentityService, session: AsyncSession, given: argparse.Namespace
) -> None:
    """Let a login act for an employer."""
    body = AgentCreate(login=given.login, valid_until=given.until)
    employer = await _employer(session, given)
    _print_agents(await agents.add_to(session, parts.clock, _WHO, employer, body))


async def _remove_agent(
    parts: IdentityService, session: AsyncSession, given: argparse.Namespace
) -> None:
    """Let a login act for an employer no longer; one without a last day must stay."""
    employer = await _employer(session, given)
    await agents.remove_from(session, parts.clock, _WHO, employer, given.login)
    _print_agents(await agents.shown(session, parts.clock, employer))


async def _employer(session: AsyncSession, given: argparse.Namespace) -> Employer:
    found = await employers.by_credit_code(session, given.credit_code, for_update=True)
    if found is None:
        raise employer_errors.EmployerNotFound
    return found


def _print(one: AppointmentOut) -> None:
    last = one.valid_until or "-"
    state = "ended" if one.ended_at else ("applied" if one.applied else "waiting")
    print(one.username, one.region, ",".join(one.roles), one.valid_from, last, state, sep="\t")


def _print_agents(acting: Agents) -> None:
    for agent in acting.items:
        print(agent.login, agent.valid_until or "-", sep="\t")
