"""Fetched programs are those whose checksums are committed, or nothing."""

import hashlib
from pathlib import Path

import pytest
from talent_stack import fetch as fetching
from talent_stack.fetch import FetchError, fetch

FILES = {"one.jar": b"one", "two.jar": b"two"}


@pytest.fixture
def distribution(tmp_path, monkeypatch):
    """A distribution of two files, brought by a Maven of the test's own."""
    monkeypatch.setattr(fetching, "_DISTRIBUTIONS", tmp_path)
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "pom.xml").write_text("<project/>")
    sums = [f"{hashlib.sha256(content).hexdigest()}  {name}" for name, content in FILES.items()]
    (folder / "SHA256SUMS").write_text("\n".join(sums) + "\n")
    return folder


@pytest.fixture
def maven(tmp_path, monkeypatch):
    """A program in place of Maven that writes what the test says, and notes each call."""
    program, calls = tmp_path / "bin" / "mvn", tmp_path / "calls"
    program.parent.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")

    def brings(files, code=0):
        lines = [f"printf '{text.decode()}' > \"$out/{name}\"" for name, text in files.items()]
        program.write_text(
            '#!/bin/sh\nfor given; do case "$given" in -DoutputDirectory=*) '
            f'out="${{given#*=}}";; esac; done\necho call >> {calls}\n'
            + "\n".join(lines)
            + f"\n[ {code} = 0 ] || echo 'ERROR no such artifact'\nexit {code}\n"
        )
        program.chmod(0o755)
        return calls

    return brings


def test_files_are_fetched_once(distribution, maven, tmp_path):
    calls = maven(FILES)
    for _ in range(2):
        folder = fetch("sample", tmp_path / "cache")
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    assert calls.read_text() == "call\n"


@pytest.mark.parametrize(
    "files",
    [
        FILES | {"one.jar": b"other"},
        {"one.jar": b"one"},
        FILES | {"three.jar": b"three"},
    ],
    ids=["changed", "missing", "surplus"],
)
def test_what_the_list_does_not_say_is_refused_and_not_kept(distribution, maven, tmp_path, files):
    maven(files)
    with pytest.raises(FetchError, match="is not what"):
        fetch("sample", tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_a_file_changed_in_the_cache_is_found(distribution, maven, tmp_path):
    maven(FILES)
    (fetch("sample", tmp_path / "cache") / "two.jar").write_bytes(b"changed")
    with pytest.raises(FetchError, match=r"two\.jar is not what"):
        fetch("sample", tmp_path / "cache")


def test_maven_s_refusal_is_told(distribution, maven, tmp_path):
    maven({}, code=1)
    with pytest.raises(FetchError, match="no such artifact"):
        fetch("sample", tmp_path / "cache")


def test_without_maven_it_says_what_to_install(distribution, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FetchError, match="install Maven"):
        fetch("sample", tmp_path / "cache")


def test_the_committed_lists_name_each_file_once():
    for sums in (Path(fetching.__file__).parent / "distributions").glob("*/SHA256SUMS"):
        names = [line.split()[1] for line in sums.read_text().splitlines()]
        assert len(names) == len(set(names)) > 0
