import re
import tomllib
from pathlib import Path
from typing import Any

MOST_LINES = 400
VAGUE = {"utils", "util", "common", "helpers", "helper", "misc"}
REGISTRY = re.compile(
    r"pypi\.org|pythonhosted\.org|npmjs\.(org|com)|repo1?\.maven|proxy\.golang|docker\.io"
    r"|ghcr\.io|quay\.io|--(extra-)?index-url[ =]\S|simple/?\"?$",
    re.MULTILINE,
)
MACHINE_PATH = re.compile(r"(?<![\w.:/])/(work|root|home/\w+|Users/\w+|tmp/brief)/\w")


def test_no_file_is_too_long_to_read_at_once(files, root):
    long = {
        str(path.relative_to(root)): lines
        for path in files
        if path.suffix == ".py"
        and "migrations" not in path.parts
        and (lines := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert not long, f"a file past {MOST_LINES} lines is two files; split it by noun: {long}"


def test_every_module_is_named_for_what_it_holds(files, root):
    vague = [
        str(path.relative_to(root))
        for path in files
        if path.suffix == ".py" and VAGUE.intersection([path.stem, *path.relative_to(root).parts])
    ]
    assert not vague, f"such names say nothing and collect everything; name the noun: {vague}"


def test_no_text_names_a_registry_or_a_path_of_one_machine(files, root):
    found = []
    for path in files:
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        hits = [*REGISTRY.finditer(text), *MACHINE_PATH.finditer(text)]
        found += [f"{path.relative_to(root)}: {hit.group()}" for hit in hits]
    assert not found, f"a clone must build and read alike anywhere; take it out: {found}"


def test_the_lock_pins_every_package_with_hashes(root):
    text = _lock(root)
    entries = re.split(r"\n(?=[a-zA-Z0-9])", text)[1:]
    assert len(entries) > 50
    loose = [entry.split()[0] for entry in entries if "==" not in entry or "sha256:" not in entry]
    assert not loose, f"an unpinned package may change under us; run make lock: {loose}"
    options = re.findall(r"^-.*$", text, re.MULTILINE)
    assert not options, f"the index is the machine's choice, not the lock's: {options}"


def test_the_lock_holds_what_the_members_ask_for(root, members):
    locked = set(re.findall(r"^([a-z0-9.-]+)(?:\[.*\])?==", _lock(root), re.MULTILINE))
    asked = {
        re.split(r"[^a-z0-9.-]", requirement.lower())[0]
        for member in members
        for requirement in _project(member)["dependencies"]
    }
    missing = {name for name in asked if not name.startswith("talent-")} - locked
    assert not missing, f"make run installs from the lock alone; run make lock: {missing}"


def test_every_member_has_its_tests_beside_it(root, members):
    bare = [
        str(member.relative_to(root))
        for member in members
        if member.name != "demo"  # it is a test itself: it ends with an error if a figure is wrong
        and not any((member / "tests").rglob("test_*.py"))
    ]
    assert not bare, f"tests mirror the source, in the member's own folder: {bare}"


def test_folders_of_tests_are_no_packages(files, root):
    packages = [
        str(path.relative_to(root))
        for path in files
        if path.name == "__init__.py"
        and "tests" in path.parts
        and any(path.parent.glob("test_*.py"))
    ]
    assert not packages, f"two packages called tests hide one another; remove: {packages}"


def test_each_decision_has_a_number_of_its_own_that_its_title_repeats(root):
    numbers = []
    for page in sorted((root / "docs" / "decisions").glob("*.md")):
        numbers.append(page.name[:4])
        title = page.read_text("utf-8").partition("\n")[0]
        assert title.startswith(f"# {page.name[:4]} "), f"{page.name}: {title}"
    twice = {number for number in numbers if numbers.count(number) > 1}
    assert not twice, f"a decision is cited by its number; take the next free one: {twice}"


def _lock(root: Path) -> str:
    return (root / "requirements.lock").read_text("utf-8")


def _project(member: Path) -> dict[str, Any]:
    return tomllib.loads((member / "pyproject.toml").read_text("utf-8"))["project"]
