"""The platform as separate processes on real servers: it starts, works, and survives."""

import fcntl
import os
import signal
import socket
import stat
from pathlib import Path

import httpx2
import pytest
from confluent_kafka.admin import (
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)
from talent_stack.processes import Program
from talent_stack.provisioning import client_settings
from talent_stack.stack import NAMES


def ready(stack):
    try:
        return httpx2.get(f"{stack.url}/health/ready", timeout=10).status_code
    except httpx2.TransportError:
        return None


def test_everything_serves_behind_one_address(stack):
    assert ready(stack) == 200
    assert all(stack.pids().values())
    done = stack.run("doctor")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "all is well"), done.stdout


def test_status_tells_what_runs_and_its_memory(stack):
    done = stack.run("run", "identity", "verify-audit")
    assert (done.returncode, done.stdout) == (0, "every seal holds\n")
    done = stack.run("status")
    assert done.returncode == 0
    assert f"{len(NAMES)} of {len(NAMES)} run" in done.stdout


def test_starting_again_starts_nothing(stack):
    before = stack.pids()
    stack.up()
    assert stack.pids() == before


def test_secrets_are_in_no_command_and_for_their_owner_alone(stack):
    folders = [stack.folder / part for part in ("secrets", "clients", "keys")]
    secrets = [path for folder in folders for path in folder.iterdir()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
    values = [path.read_text() for path in secrets if path.parent.name != "keys"]
    for name, pid in stack.pids().items():
        command = Path(f"/proc/{pid}/cmdline").read_text()
        assert not any(value in command for value in values), name


def play(stack, people):
    done = stack.demo("--people", str(people), "--employers", "3")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ledger total 0.00" in done.stdout


def test_the_demo_ends_with_a_zero_ledger_and_equal_counts(stack):
    play(stack, 19)


@pytest.mark.crash
def test_what_was_killed_comes_back_with_its_data(stack):
    """After the demo: all processes at once, as in a power cut."""
    bank = f"http://127.0.0.1:{stack.port('bank')}/statement?limit=1000"
    booked = httpx2.get(bank).json()["lines"]
    assert booked
    stack.kill(*NAMES)
    assert ready(stack) is None
    stack.up()
    assert httpx2.get(bank).json()["lines"] == booked
    play(stack, 4)


def test_down_ends_everything_and_the_data_stay(stack):
    stack.processes.start("part-of-before", Program(["sleep", "600"]))
    done = stack.run("down")
    assert done.returncode == 0
    assert stack.processes.started() == []
    assert not any(stack.pids().values())
    assert stack.run("down").stdout == "nothing runs\n"
    assert stack.run("doctor").returncode == 1
    stack.up()
    assert stack.run("doctor").returncode == 0


def test_a_part_that_cannot_start_is_named(stack):
    stack.kill("bank")
    with socket.create_server(("127.0.0.1", stack.port("bank"))):
        done = stack.run("up")
    assert done.returncode == 1
    assert f"bank: port {stack.port('bank')} of 127.0.0.1 is taken" in done.stderr
    assert "STACK_BANK_PORT" in done.stderr
    stack.up()


def test_a_part_that_ends_is_named_with_the_end_of_its_log(stack):
    keys = stack.folder / "keys" / "codes.json"
    kept = keys.read_text()
    stack.kill("identity")
    keys.write_text("{}")
    try:
        done = stack.run("up")
    finally:
        keys.write_text(kept)
    assert done.returncode == 1
    assert "identity has ended" in done.stderr
    assert "cannot read the code keys in codes.json" in done.stderr
    stack.up()


def test_a_realm_that_cannot_be_applied_is_named(stack):
    secret = stack.folder / "secrets" / "keycloak-admin"
    kept = secret.read_text()
    secret.write_text("of another stack")
    try:
        done = stack.run("provision")
    finally:
        secret.write_text(kept)
    assert done.returncode == 1
    assert "the realm cannot be applied: Keycloak" in done.stderr


def test_a_second_command_at_once_is_refused(stack):
    with (stack.folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = stack.run("up")
    assert done.returncode == 2
    assert "another command" in done.stderr


def test_doctor_finds_what_is_missing_and_provision_mends_it(stack):
    password = stack.stack.folder.secret("kafka")
    client = AdminClient(client_settings(stack.stack.kafka.servers, password))
    rights = AclBindingFilter(
        ResourceType.TOPIC,
        "talent.identity",
        ResourcePatternType.LITERAL,
        "User:policy",
        None,
        AclOperation.READ,
        AclPermissionType.ANY,
    )
    for future in client.delete_acls([rights]).values():
        future.result(20)
    done = stack.run("doctor")
    assert done.returncode == 1
    assert "policy lacks read topic talent.identity" in done.stdout
    assert stack.run("provision").returncode == 0
    assert stack.run("doctor").returncode == 0


def test_doctor_finds_what_hangs(stack):
    pid = stack.processes.pid("bank")
    os.kill(pid, signal.SIGSTOP)
    try:
        done = stack.run("doctor")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert done.returncode == 1
    assert "PROBLEM bank serves" in done.stdout
