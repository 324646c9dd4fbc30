"""Processes that are forked from one that has loaded their code."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

MODULE = """
import json, os, signal, sys, time
def main():
    found = {
        "arguments": sys.argv, "environment": dict(os.environ), "session": os.getsid(0),
        "pid": os.getpid(), "folder": os.getcwd(), "input": sys.stdin.read(),
        "files": len(os.listdir("/proc/self/fd")), "loaded": "loaded_once" in sys.modules,
        "interrupt": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    }
    print(json.dumps(found), flush=True)
    if "fail" in sys.argv:
        raise ValueError
    if "leave" in sys.argv:
        raise SystemExit(3)
    if "killed" in sys.argv:
        os.kill(os.getpid(), 9)
    if "end" in sys.argv:
        return
    time.sleep(60)
if __name__ == "__main__":
    main()
"""
STARTS = """
import json, os, sys, time
from pathlib import Path
from talent_stack.nursery import Nursery
held = open(os.devnull)
with Nursery({"sample_part": "loaded_once"}) as nursery:
    for asked in json.loads(sys.argv[1]):
        command = [sys.executable, "-m", "sample_part", asked]
        assert nursery.starts(command) and not nursery.starts([sys.executable, "-m", "other"])
        print(nursery.start(command, {"SECRET": asked}, Path(sys.argv[2]) / asked), flush=True)
"""

FINISHES = """
import asyncio, sys
from pathlib import Path
from talent_stack.nursery import Nursery
from talent_stack.processes import Processes, Program
processes = Processes(Path(sys.argv[1]))
async def end(name):
    return await processes.finish(name, Program([sys.executable, "-m", "sample_part", name]))
with Nursery({"sample_part": "loaded_once"}) as processes.nursery:
    print([asyncio.run(end(name)) for name in ("end", "leave", "fail", "killed")])
    print(processes.started())
"""


@pytest.fixture
def started(tmp_path):
    """Start parts from a process that ends, and end them afterwards."""
    (tmp_path / "sample_part.py").write_text(MODULE)
    (tmp_path / "loaded_once.py").write_text("")
    pids = {}

    def start(*names: str) -> dict[str, int]:
        done = subprocess.run(
            [sys.executable, "-c", STARTS, json.dumps(names), str(tmp_path)],
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        pids.update(zip(names, map(int, done.stdout.split()), strict=True))
        return pids

    yield start
    for pid in pids.values():
        if alive(pid):
            os.kill(pid, 9)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def said(path: Path) -> str:
    end = time.monotonic() + 20
    while not path.exists() or not path.read_text().endswith("\n"):
        assert time.monotonic() < end, "nothing was said"
        time.sleep(0.02)
    return path.read_text()


def test_each_is_a_process_of_its_own_that_outlives_who_started_it(started, tmp_path):
    pids = started("one", "two")
    for name in ("one", "two"):
        found = json.loads(said(tmp_path / name))
        assert found["arguments"][1:] == [name]
        assert found["environment"] == {"SECRET": name}
        assert found["pid"] == found["session"] == pids[name]
        assert (found["folder"], found["input"], found["interrupt"]) == ("/", "", True)
        assert found["loaded"], "what is loaded once is shared"
        assert found["files"] == 4, "its input, output and errors, and the look at them"
        assert alive(pids[name])
    os.kill(pids["one"], 9)
    end = time.monotonic() + 10
    while alive(pids["one"]) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(pids["one"])
    assert alive(pids["two"])


def test_one_that_fails_says_so_in_its_log_and_ends(started, tmp_path):
    pids = started("fail", "leave")
    end = time.monotonic() + 20
    while any(map(alive, pids.values())):
        assert time.monotonic() < end
        time.sleep(0.02)
    assert "ValueError" in (tmp_path / "fail").read_text()
    assert "Traceback" not in (tmp_path / "leave").read_text()


def test_what_runs_to_its_end_tells_how_it_ended(tmp_path):
    (tmp_path / "sample_part.py").write_text(MODULE)
    (tmp_path / "loaded_once.py").write_text("")
    done = subprocess.run(
        [sys.executable, "-c", FINISHES, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == ["[0, 3, 1, -9]", "[]"]
    assert "ValueError" in (tmp_path / "logs" / "fail.log").read_text()
