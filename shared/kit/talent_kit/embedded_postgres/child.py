"""Become a PostgreSQL program: drop privileges, be bound to the parent's life, exec.

Run as a script by `process`, never imported. A script instead of `preexec_fn`, because
Python code between fork and exec can deadlock in a process that has threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def become(parent: int, uid: int, gid: int, program: list[str]) -> None:
    """Replace this process by the program, which gets SIGINT once `parent` is gone."""
    os.chdir("/")
    os.umask(0o077)
    if os.getuid() == 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    # A shell's background job passes an ignored SIGINT on, and this one must be heard.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        # Only now: a change of the user id clears it.
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(signal.SIGINT), 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the parent ended before its PostgreSQL had begun")
    os.execv(program[0], program)  # noqa: S606


if __name__ == "__main__":
    become(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
