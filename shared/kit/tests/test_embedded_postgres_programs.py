"""Root's copy of the PostgreSQL programs is whole, made once, and nobody else's to change."""

import os
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from talent_kit.embedded_postgres import ProgramsUnusableError
from talent_kit.embedded_postgres.programs import bundled, shared_copy
from talent_kit.testing.postgres import PROGRAMS_DIR


@pytest.fixture
def open_folder():
    """A folder that other accounts can reach, unlike the temporary folders of pytest."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def version(binaries: Path) -> str:
    return subprocess.check_output([binaries / "postgres", "--version"], text=True)


def test_the_copy_runs_and_is_made_once(open_folder):
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(shared_copy, [open_folder] * 2)
    assert first == second
    assert version(first) == version(bundled())
    made = first.stat().st_ctime_ns
    assert shared_copy(open_folder).stat().st_ctime_ns == made
    assert [path.name for path in open_folder.iterdir()] == [first.parents[2].name]


def test_every_account_can_read_the_copy_and_none_can_write_it(open_folder):
    copy = shared_copy(open_folder).parents[2]
    for path in copy.rglob("*"):
        mode = path.stat().st_mode
        assert mode & 0o044 == 0o044, path
        assert mode & 0o022 == 0, path
        assert path.stat().st_uid == os.getuid()


def test_a_folder_closed_to_others_is_refused(open_folder):
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(ProgramsUnusableError, match=rf"chmod o\+x {closed}$"):
        shared_copy(closed / "programs")


@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_a_folder_that_others_can_write_is_refused(open_folder, mode):
    open_folder.chmod(mode)
    with pytest.raises(ProgramsUnusableError, match="only its owner"):
        shared_copy(open_folder)


def test_a_copy_that_is_a_link_is_refused(open_folder):
    copy = shared_copy(open_folder).parents[2]
    copy.rename(open_folder / "elsewhere")
    copy.symlink_to(open_folder / "elsewhere")
    with pytest.raises(ProgramsUnusableError, match="only its owner"):
        shared_copy(open_folder)


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ProgramsUnusableError, match=str(tmp_path / "file")):
        shared_copy(tmp_path / "file")


@pytest.mark.skipif(os.getuid() != 0, reason="only root needs a copy")
def test_the_fixtures_run_root_s_server_from_a_copy(postgres):
    program = Path(f"/proc/{postgres.pid}/exe").readlink()
    assert program.is_relative_to(PROGRAMS_DIR)
    assert Path(f"/proc/{postgres.pid}").stat().st_uid != 0
