"""What the house tests look at: the files of the repository and the modules of its packages."""

import importlib
import pkgutil
import subprocess
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def files() -> list[Path]:
    """Every file that is committed, or would be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert found
    return [path for path in found if path.is_file()]


@pytest.fixture(scope="session")
def members(files: list[Path]) -> list[Path]:
    """The folder of every package of the workspace."""
    found = [path.parent for path in files if path.name == "pyproject.toml" and path.parent != ROOT]
    assert found
    return found


@pytest.fixture(scope="session")
def sources(files: list[Path], members: list[Path]) -> list[Path]:
    """The Python files of the packages themselves: no tests, migrations or benchmarks."""
    packages = {package for member in members for package in member.glob("talent_*")}
    return [path for path in files if path.suffix == ".py" and packages.intersection(path.parents)]


def modules_of(package: str) -> list[ModuleType]:
    """Import a package and everything in it, except what runs when imported."""
    top = importlib.import_module(package)
    names = [
        found.name
        for found in pkgutil.walk_packages(top.__path__, f"{package}.")
        if not found.name.endswith("__main__")
    ]
    return [top, *(importlib.import_module(name) for name in names)]


@pytest.fixture(scope="session")
def service_modules() -> dict[str, list[ModuleType]]:
    """The modules of each service below `services/`."""
    packages = sorted(path.parent.name for path in ROOT.glob("services/*/talent_*/__init__.py"))
    assert packages
    return {package: modules_of(package) for package in packages}


@pytest.fixture(scope="session")
def platform_modules(service_modules: dict[str, list[ModuleType]]) -> list[ModuleType]:
    """The modules of everything that owns tables."""
    own = [module for modules in service_modules.values() for module in modules]
    kit = [importlib.import_module(f"talent_kit.{name}") for name in ("tables", "reviews.tables")]
    return [*own, *modules_of("talent_bank"), *kit]
