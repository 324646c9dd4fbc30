"""The import contracts stand in pyproject.toml; here is what they could silently leave out."""

import tomllib

import pytest

FLOORS = {"endpoints.py", "consumers.py", "service.py", "repository.py"}


@pytest.fixture(scope="module")
def settings(root):
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]


@pytest.fixture(scope="module")
def contracts(settings):
    return {each["id"]: each for each in settings["importlinter"]["contracts"]}


def test_every_package_is_under_contract(settings, members):
    packages = {found.parent.name for member in members for found in member.glob("*/__init__.py")}
    packages -= {"tests"}
    assert packages == set(settings["importlinter"]["root_packages"])


def test_every_noun_is_under_the_contract_of_nouns(contracts, root):
    nouns = {
        f"{found.parent.parent.name}.{found.parent.name}"
        for found in root.glob("services/*/talent_*/*/*.py")
        if found.name in FLOORS
    }
    missing = nouns - set(contracts["noun"]["containers"])
    assert not missing, f"add the noun to `noun` in [tool.importlinter]: {missing}"


def test_every_service_has_a_contract_of_its_own(contracts, root):
    services = {found.name for found in root.glob("services/*/talent_*") if found.is_dir()}
    held = {container for each in contracts.values() for container in each.get("containers", ())}
    assert services <= held, f"say in which order its nouns stand: {services - held}"


def test_rule_modules_are_under_the_contract_of_rules(contracts, root):
    rules = {
        f"{found.parent.parent.name}.{found.parent.name}.rules"
        for found in root.glob("services/*/talent_*/*/rules.py")
    }
    missing = rules - set(contracts["pure-rules"]["source_modules"])
    assert not missing, f"add it to `pure-rules` in [tool.importlinter]: {missing}"


def test_mypy_and_uv_know_every_member(settings, members, root):
    folders = {str(member.relative_to(root)) for member in members}
    paths = {path.split("/", 1)[1] for path in settings["mypy"]["mypy_path"]}
    assert folders == paths, "mypy would take the package from the environment, untyped"
    globs = settings["uv"]["workspace"]["members"]
    matched = {str(found.relative_to(root)) for glob in globs for found in root.glob(glob)}
    assert folders <= matched, "uv would not build it"
