"""A PostgreSQL server as a child process, from the programs in a Python wheel.

The server listens on a Unix socket only, and ends with the process that started it, even if that
is killed. PostgreSQL refuses to run as root: then it runs as an ordinary account of the machine
(`postgres`, else `nobody`) from a copy of the programs, while the data stay in the folder that was
asked for. That account need not be able to reach the folder: the server is given an open
descriptor of it and uses it as `/proc/self/fd/N`, so a clone below a closed `/root` works.
"""

from .programs import ROOT_PROGRAMS, ProgramsUnusableError
from .server import (
    DataFolderInUseError,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    quoted,
)

__all__ = [
    "ROOT_PROGRAMS",
    "DataFolderInUseError",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "ProgramsUnusableError",
    "quoted",
]
