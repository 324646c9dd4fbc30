"""Processes outlive who starts them, and only what was started here is ever stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from talent_stack.processes import Processes, Program

DEAF = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
"""
HEARS = """
signal.signal(signal.SIGINT, lambda *_: sys.exit(print("heard")))
print("ready", flush=True)
time.sleep(60)
"""
PARENT = """
print(subprocess.Popen(["sleep", "60"], start_new_session=True).pid, flush=True)
time.sleep(60)
"""


def sleeping(**settings):
    return Program(["sleep", "60"], **settings)


@pytest.fixture
def processes(tmp_path):
    found = Processes(tmp_path)
    yield found
    found.stop("one", 5)


def pid_file(tmp_path):
    return tmp_path / "run" / "one.json"


def until(condition):
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_what_was_started_is_found_again_and_stopped(processes, tmp_path):
    processes.start("one", sleeping())
    again = Processes(tmp_path)
    pid = again.pid("one")
    assert pid is not None
    assert os.getsid(pid) == pid
    assert again.stop("one", 5)
    assert again.pid("one") is None
    assert not pid_file(tmp_path).exists()
    assert not again.stop("one", 5)


def test_what_was_started_is_known_until_it_is_stopped(processes):
    assert processes.started() == []
    processes.start("one", sleeping())
    os.kill(processes.pid("one"), signal.SIGKILL)
    until(lambda: processes.pid("one") is None)
    assert processes.started() == ["one"]
    processes.stop("one", 5)
    assert processes.started() == []


def test_what_was_killed_is_not_running(processes):
    processes.start("one", sleeping())
    os.kill(processes.pid("one"), signal.SIGKILL)
    until(lambda: processes.pid("one") is None)
    assert not processes.stop("one", 5)


def test_a_process_that_got_the_id_later_is_let_alone(processes, tmp_path):
    stranger = subprocess.Popen(["sleep", "60"])
    time.sleep(0.05)  # starts are told apart by hundredths of a second
    try:
        processes.start("one", sleeping())
        known = json.loads(pid_file(tmp_path).read_text())
        pid_file(tmp_path).write_text(json.dumps(known | {"pid": stranger.pid}))
        assert processes.pid("one") is None
        assert not processes.stop("one", 1)
        assert stranger.poll() is None
        os.kill(known["pid"], signal.SIGKILL)
    finally:
        stranger.kill()
        stranger.wait()


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"pid": "x", "born": ""}', '{"pid": 1}'])
def test_a_pid_file_that_says_nothing_is_no_process(processes, tmp_path, text):
    (tmp_path / "run").mkdir()
    pid_file(tmp_path).write_text(text)
    assert processes.pid("one") is None


def test_what_does_not_hear_is_ended_by_force_with_its_children(processes):
    processes.start("one", Program([sys.executable, "-c", DEAF + PARENT]))
    until(lambda: len(processes.said("one").splitlines()) == 2)
    child = int(processes.said("one").splitlines()[1])
    assert processes.stop("one", 0.3)
    until(lambda: not _runs(child))


def _runs(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def test_a_program_is_stopped_by_its_own_signal(processes):
    program = Program([sys.executable, "-c", DEAF + HEARS], stop_signal=signal.SIGINT)
    processes.start("one", program)
    until(lambda: "ready" in processes.said("one"))
    assert processes.stop("one", 5)
    assert "heard" in processes.said("one")


def test_a_log_is_made_anew_and_the_former_one_kept(processes):
    for word in ("first", "second"):
        processes.start("one", Program(["echo", word]))
        until(lambda: processes.pid("one") is None)
    assert processes.said("one") == "second"
    assert processes.log("one").with_name("one.log.1").read_text() == "first\n"
    assert processes.said("nothing") == ""


def test_a_program_has_its_own_environment_alone(processes, monkeypatch):
    monkeypatch.setenv("IDENTITY_ISSUER", "of the caller")
    processes.start("one", Program(["env"], {"GIVEN": "yes"}))
    until(lambda: processes.pid("one") is None)
    said = processes.said("one", 50)
    assert "GIVEN=yes" in said
    assert "IDENTITY_ISSUER" not in said


def test_cpu_time_is_of_the_whole_family(processes):
    assert processes.busy("one") == 0
    loop = "timeout 20 sh -c 'while :; do :; done'"  # it ends by itself
    processes.start("one", Program(["sh", "-c", f"{loop} & sleep 60; true"]))
    until(lambda: processes.busy("one") > 0.1)


def test_memory_is_of_the_whole_family(processes):
    assert processes.memory("one") == 0
    processes.start("one", Program(["sh", "-c", "sleep 60 & sleep 60; true"]))
    until(lambda: processes.memory("one") > 0)
