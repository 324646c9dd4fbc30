"""`python -m talent_stack`: the whole platform as separate processes of this machine."""

import argparse
import asyncio
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager

from pydantic import ValidationError
from talent_kit.embedded_postgres import ProgramsUnusableError

from .doctor import examine
from .fetch import FetchError
from .kafka import KafkaError
from .keycloak import KeycloakError
from .nursery import Nursery
from .postgres import PostgresError
from .services import BUS_USERS, LOADED
from .settings import StackSettings
from .stack import NAMES, PartFailed, Stack

_FAILED = 1
_UNUSABLE = 2
_REASONS = (
    PartFailed,
    FetchError,
    KafkaError,
    KeycloakError,
    PostgresError,
    ProgramsUnusableError,
    OSError,
)


class _Busy(Exception):  # noqa: N818 - a state of the machine
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m talent_stack", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in _COMMANDS.items():
        described = commands.add_parser(name, help=command.__doc__)
        if command is _run:
            described.add_argument("service", choices=("bank", *BUS_USERS))
            described.add_argument("arguments", nargs=argparse.REMAINDER)
    given = vars(parser.parse_args(arguments))
    command = _COMMANDS[given.pop("command")]
    try:
        return command(Stack(StackSettings(), say=_say), **given)
    except ValidationError as error:
        names = sorted({str(found["loc"][0]).upper() for found in error.errors()})
        return _refuse(f"settings are not valid: {', '.join(names)}", _UNUSABLE)
    except _Busy:
        return _refuse("another command is at work on this stack", _UNUSABLE)
    except KeyboardInterrupt:
        return _refuse("interrupted: what was started runs on, `make stack-down` ends it", _FAILED)


def _up(stack: Stack) -> int:
    """Start what does not run, and wait until everything serves."""
    began = time.monotonic()
    with _alone(stack), Nursery(LOADED) as stack.processes.nursery:
        if reason := _failure(stack.up()):
            return _refuse(reason, _FAILED)
    seconds = time.monotonic() - began
    place = stack.folder.path
    print(f"Talent Cloud is ready after {seconds:.1f} s: {stack.url}/ (data in {place})")
    return 0


def _down(stack: Stack) -> int:
    """Stop everything; the data stay."""
    with _alone(stack):
        if not stack.down():
            print("nothing runs")
    return 0


def _status(stack: Stack) -> int:
    """Tell what runs, on which port, and how much memory it takes."""
    total, running = 0, 0
    for name in NAMES:
        pid = stack.processes.pid(name)
        if pid is None:
            print(f"{name:16} -")
            continue
        memory = stack.processes.memory(name)
        total, running = total + memory, running + 1
        port = stack.folder.port(name)
        print(f"{name:16} pid {pid:<8} port {port:<6} {memory / 2**20:7.0f} MiB")
    print(f"{'together':16} {running} of {len(NAMES)} run {'':11} {total / 2**20:7.0f} MiB (PSS)")
    return 0 if running == len(NAMES) else _FAILED


def _doctor(stack: Stack) -> int:
    """Look at settings, connections, schemas, topics, rights, clocks, versions and space."""
    findings = asyncio.run(examine(stack))
    for finding in findings:
        print(finding)
    problems = sum(not finding.ok for finding in findings)
    print(f"{problems} problems" if problems else "all is well")
    return _FAILED if problems else 0


def _provision(stack: Stack) -> int:
    """Bring databases, topics, rights and the realm of a running stack to what is declared."""
    with _alone(stack):
        reason = _failure(stack.provision())
    return _refuse(reason, _FAILED) if reason else 0


def _run(stack: Stack, service: str, arguments: list[str]) -> int:
    """Run a command of a service with the settings it has here: `run identity staff`."""
    [part] = [part for part in stack.services.parts() if part.name == service]
    command = [sys.executable, "-m", part.package, *arguments]
    return subprocess.run(command, env=os.environ | part.environment, check=False).returncode


_COMMANDS: dict[str, Callable[..., int]] = {
    "up": _up,
    "down": _down,
    "status": _status,
    "doctor": _doctor,
    "provision": _provision,
    "run": _run,
}


@contextmanager
def _alone(stack: Stack) -> Iterator[None]:
    """Keep a second command from starting or stopping the same processes; raises _Busy."""
    stack.folder.make()
    with (stack.folder.path / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _Busy from None
        yield


def _failure(work: Coroutine[None, None, None]) -> str:
    """Do the work; return why it failed, which is empty where it did not."""
    try:
        asyncio.run(work)
    except ExceptionGroup as group:
        _, unforeseen = group.split(_REASONS)
        if unforeseen is not None:
            raise
        return "\n".join(str(error) for error in _leaves(group))
    except _REASONS as error:
        return str(error)
    return ""


def _leaves(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    for error in group.exceptions:
        if isinstance(error, ExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


def _refuse(reason: str, code: int) -> int:
    print(reason, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
