"""Processes that outlive the command which starts them: one log and one pid file each.

A pid file names the process by its id, its start and the machine's boot: ids are given out again,
and only what was started here is ever stopped. Its log is made anew at each start; the one before
stays beside it as `NAME.log.1`.
"""

import asyncio
import contextlib
import json
import math
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from talent_kit.private_files import write_private

from .nursery import Nursery

_LOOK_EVERY = 0.05
_INHERITED = ("HOME", "JAVA_HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "TMPDIR", "TZ")


@dataclass(frozen=True)
class Program:
    """What to run; its secrets stand in the environment or in files, never in the command."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    uid: int | None = None
    gid: int | None = None
    keep_open: tuple[int, ...] = ()
    """Descriptors that the program needs under their numbers."""
    stop_signal: signal.Signals = signal.SIGTERM


class Processes:
    """The processes of one stack, by name."""

    def __init__(self, folder: Path) -> None:
        self._run = folder / "run"
        self._logs = folder / "logs"
        self.nursery: Nursery | None = None
        """Starts what it has loaded; all else, and all where there is none, starts by command."""

    def log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def started(self) -> list[str]:
        """Return the names of all that was started and not stopped, running or not."""
        return sorted(file.stem for file in self._run.glob("*.json"))

    def pid(self, name: str) -> int | None:
        """Return the id of a process that was started here and still runs."""
        try:
            known = json.loads((self._run / f"{name}.json").read_text())
            pid, born = int(known["pid"]), known["born"]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        # One that ended as it began has no birth, and is none that runs.
        return pid if born is not None and _born(pid) == born else None

    def start(self, name: str, program: Program) -> int:
        """Start a process in a session of its own, return its id; raises OSError."""
        for folder in (self._run, self._logs):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = self.log(name)
        if log.exists():
            log.rename(log.with_name(f"{log.name}.1"))
        inherited = {key: os.environ[key] for key in _INHERITED if key in os.environ}
        environment = inherited | dict(program.environment)
        if self.nursery is not None and self.nursery.starts(program.command):
            pid = self.nursery.start(program.command, environment, log)
        else:
            pid = _command(program, environment, log)
        known = {"pid": pid, "born": _born(pid), "signal": int(program.stop_signal)}
        write_private(self._run / f"{name}.json", json.dumps(known))
        return pid

    async def finish(self, name: str, program: Program) -> int | None:
        """Run what the nursery has loaded to its end; return its exit code, None if nobody knows.

        Raises OSError.
        """
        pid = self.start(name, program)
        try:
            await asyncio.to_thread(self._gone, name, math.inf)
            return _exit_code(pid)
        finally:
            self.stop(name, 0)

    def stop(self, name: str, seconds: float) -> bool:
        """End a process, by force after some seconds; tell whether it had run."""
        pid = self.pid(name)
        file = self._run / f"{name}.json"
        if pid is None:
            file.unlink(missing_ok=True)
            return False
        number = signal.Signals(json.loads(file.read_text()).get("signal", signal.SIGTERM))
        _send(pid, number)
        if not self._gone(name, seconds):
            # With all that it started, so that nothing holds its data or ports any longer.
            for member in _family(pid):
                _send(member, signal.SIGKILL)
            self._gone(name, seconds)
        file.unlink(missing_ok=True)
        return True

    def said(self, name: str, lines: int = 15) -> str:
        """Return the last lines of a log."""
        try:
            text = self.log(name).read_text("utf-8", "replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:])

    def memory(self, name: str) -> int:
        """Return the proportional set size in bytes of a process and its children."""
        pid = self.pid(name)
        return 0 if pid is None else sum(_pss(member) for member in _family(pid))

    def busy(self, name: str) -> float:
        """Return the seconds of CPU time that a process and its children have taken so far."""
        pid = self.pid(name)
        return 0.0 if pid is None else sum(_cpu(member) for member in _family(pid))

    def _gone(self, name: str, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while self.pid(name) is not None:
            if time.monotonic() > end:
                return False
            time.sleep(_LOOK_EVERY)
        return True


def _command(program: Program, environment: Mapping[str, str], log: Path) -> int:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return subprocess.Popen(
            program.command,
            env=environment,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            pass_fds=program.keep_open,
            start_new_session=True,
            user=program.uid,
            group=program.gid,
            extra_groups=None if program.uid is None else [],
        ).pid
    finally:
        os.close(descriptor)


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; raises OSError."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def _born(pid: int) -> str | None:
    """Return what tells a running process from any other of its id; None when it is gone."""
    try:
        fields = _stat(pid)
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return None
    return None if fields[0] in "ZX" else f"{boot} {fields[19]}"


def _exit_code(pid: int) -> int | None:
    """Return the exit code of a process that has ended, as long as who began it has not asked."""
    try:
        fields = _stat(pid)
    except OSError:
        return None
    return os.waitstatus_to_exitcode(int(fields[49])) if fields[0] == "Z" else None


def _family(pid: int) -> list[int]:
    """Return a process and all that descend from it; some of those lead sessions of their own."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
    family = [pid]
    for member in family:
        family += children.get(member, [])
    return family


def _pss(pid: int) -> int:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0


def _cpu(pid: int) -> float:
    try:
        fields = _stat(pid)
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
