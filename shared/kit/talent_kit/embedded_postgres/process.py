"""Child processes that run as the right account and end with this process."""

import contextlib
import os
import pwd
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from .programs import ProgramsUnusableError

ROOT_ACCOUNTS = ("postgres", "nobody")
_CHILD_SCRIPT = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Account:
    """Whom the server runs as; for an ordinary user that is the user itself."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        """Make the account the owner of the path."""
        if os.getuid() == 0:
            os.chown(path, self.uid, self.gid)


def account_for(cluster: Path) -> Account:
    """The account of an existing cluster, else one that can own a new one.

    Raises ProgramsUnusableError if this is root and the machine has no such account.
    """
    if os.getuid() != 0:
        return Account(os.getuid(), os.getgid())
    if cluster.exists():
        owner = cluster.stat()
        if owner.st_uid != 0:
            return Account(owner.st_uid, owner.st_gid)
    for name in ROOT_ACCOUNTS:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    msg = f"PostgreSQL does not run as root, and there is no account {' or '.join(ROOT_ACCOUNTS)}"
    raise ProgramsUnusableError(msg)


class Child:
    """A program on a data folder that gets SIGINT when this process ends."""

    def __init__(
        self, account: Account, program: Path, arguments: list[str], folder: Path, log: Path
    ) -> None:
        self.ended = threading.Event()
        self.status: int | None = None
        self.pid = 0
        self._account = account
        self._command = [str(program), *arguments]
        self._folder = folder
        self._log = log
        self._spawned = threading.Event()
        self._error: OSError | None = None
        # The signal at the parent's end is sent when the parent's *thread* ends, so the thread that
        # makes the child must live as long, whichever thread asked for the server.
        threading.Thread(target=self._attend, name=f"attend-{program.name}", daemon=True).start()
        self._spawned.wait()
        if self._error is not None:
            raise self._error

    def end(self, number: signal.Signals, seconds: float) -> bool:
        """Send the signal; whether the process ended in time."""
        if not self.ended.is_set():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)
        return self.ended.wait(seconds)

    def _attend(self) -> None:
        try:
            process = self._spawn()
            self.pid = process.pid
        except OSError as error:
            self._error = error
            return
        finally:
            self._spawned.set()
        self.status = process.wait()
        self.ended.set()

    def _spawn(self) -> subprocess.Popen[bytes]:
        folder = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            # Root's chosen account may be unable to reach the folder by its path.
            path = f"/proc/self/fd/{folder}" if os.getuid() == 0 else str(self._folder)
            identity = [str(os.getpid()), str(self._account.uid), str(self._account.gid)]
            child = [sys.executable, "-I", "-S", str(_CHILD_SCRIPT), *identity]
            with self._log.open("ab") as log:
                return subprocess.Popen(  # noqa: S603
                    [*child, self._command[0], "-D", path, *self._command[1:]],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(folder,),
                    # Ctrl-C at the terminal is for the parent, which stops the server last.
                    start_new_session=True,
                    env={"LC_ALL": "C", "PATH": os.defpath},
                )
        finally:
            os.close(folder)
