"""Settings come from the environment, and from files where it says so."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import SettingsConfigDict, SettingsError
from talent_kit.settings import Settings


class Sample(Settings):
    model_config = SettingsConfigDict(env_prefix="FILED_")

    password: SecretStr
    sources: dict[str, str] = Field(default_factory=dict)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRETS_DIR", str(tmp_path))
    return tmp_path


def test_a_value_stands_in_a_file_and_its_last_line_may_end(folder):
    (folder / "filed_password").write_text("from a file\n")
    (folder / "filed_sources").write_text('{"pension-office": "social_insurance"}')
    (folder / "another_password").write_text("somebody else's")
    settings = Sample()
    assert settings.password.get_secret_value() == "from a file"
    assert settings.sources == {"pension-office": "social_insurance"}


def test_the_environment_goes_before_files(folder, monkeypatch):
    (folder / "filed_password").write_text("from a file")
    monkeypatch.setenv("FILED_PASSWORD", "from the environment")
    assert Sample().password.get_secret_value() == "from the environment"
    assert Sample(password="from code").password.get_secret_value() == "from code"


def test_links_as_orchestrators_make_them_are_followed(folder):
    (folder / "..first").mkdir()
    (folder / "..first" / "filed_password").write_text("from a link")
    (folder / "filed_password").symlink_to("..first/filed_password")
    assert Sample().password.get_secret_value() == "from a link"


@pytest.mark.parametrize("name", ["absent", "file"])
def test_a_folder_that_is_none_is_named(folder, monkeypatch, name):
    (folder / "file").write_text("")
    monkeypatch.setenv("SECRETS_DIR", str(folder / name))
    monkeypatch.setenv("FILED_PASSWORD", "from the environment")
    with pytest.raises(SettingsError, match=f"SECRETS_DIR names no folder: .*/{name}"):
        Sample()


def test_without_a_folder_files_count_for_nothing(folder, monkeypatch):
    (folder / "filed_password").write_text("from a file")
    monkeypatch.delenv("SECRETS_DIR")
    monkeypatch.chdir(folder)
    with pytest.raises(ValidationError):
        Sample()


def test_a_command_says_which_folder_is_missing():
    done = subprocess.run(
        [sys.executable, "-m", "kit_sample", "migrate"],
        cwd=Path(__file__).parent,
        env={"SECRETS_DIR": "/nowhere/at/all"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, "SECRETS_DIR names no folder: /nowhere/at/all\n")
