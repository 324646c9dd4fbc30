"""Programs that come by Maven coordinates: fetched once, checked against committed checksums.

`distributions/NAME` holds a pom.xml that names the files, and the SHA256SUMS of all of them.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

_DISTRIBUTIONS = Path(__file__).with_name("distributions")
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_PATIENCE = 600.0


class FetchError(Exception):
    """A distribution cannot be had; the text says why and what to do."""


def fetch(name: str, cache: Path) -> Path:
    """Return the folder with the files of a distribution; fetches them unless they are there.

    Raises FetchError.
    """
    sums = _DISTRIBUTIONS / name / "SHA256SUMS"
    version = hashlib.sha256(sums.read_bytes()).hexdigest()[:12]
    folder = cache / f"{name}-{version}"
    if folder.exists():
        _check(folder, sums)
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=cache))
    try:
        _copy(_DISTRIBUTIONS / name / "pom.xml", made)
        _check(made, sums)
        # Another process may have been faster; its files are the same.
        if not folder.exists():
            made.rename(folder)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return folder


def contents(name: str) -> list[str]:
    """Return the names of a distribution's files."""
    lines = (_DISTRIBUTIONS / name / "SHA256SUMS").read_text().splitlines()
    return [line.split()[1] for line in lines]


def java() -> str:
    """Return the program that runs what was fetched; raises FetchError."""
    found = shutil.which("java")
    if found is None:
        raise FetchError(
            "there is no java: install Java 17 or later (Debian: apt install "
            "openjdk-17-jre-headless)"
        )
    return found


def _copy(pom: Path, folder: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise FetchError("there is no mvn: install Maven (Debian: apt install maven)")
    with tempfile.TemporaryDirectory() as scratch:
        # Maven writes beside its pom.
        own = shutil.copy(pom, scratch)
        options = ["-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
        done = subprocess.run(
            [maven, "-B", "-q", "-f", own, _COPY, *options],
            check=False,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            env=dict(os.environ),
        )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise FetchError(f"Maven cannot fetch {pom.parent.name}: {' '.join(said[:3])}")


def _check(folder: Path, sums: Path) -> None:
    """Raise FetchError unless exactly the files of the list are there, as they were."""
    wanted = {name: digest for digest, name in map(str.split, sums.read_text().splitlines())}
    found = {path.name: _digest(path) for path in folder.iterdir()}
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise FetchError(
                f"{folder / name} is not what {sums} says: remove the folder, try again"
            )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
