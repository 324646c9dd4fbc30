import json
import shutil

import pytest
from sqlmodel import select
from talent_policy import cli
from talent_policy.models import PackVersion

from .world import PACK


@pytest.fixture
def broken(tmp_path):
    folder = shutil.copytree(PACK, tmp_path / "broken")
    file = folder / "measures" / "2-1.yaml"
    file.write_text(file.read_text().replace("person.study_mode", "person.studies", 1))
    return folder


def test_check_runs_the_examples(capsys):
    assert cli.main(["check", str(PACK)]) == 0
    assert "27 measures" in capsys.readouterr().out


def test_check_names_file_line_and_field(broken, capsys):
    assert cli.main(["check", str(broken)]) == 1
    lines = (broken / "measures" / "2-1.yaml").read_text().splitlines()
    line = next(number for number, text in enumerate(lines, 1) if "person.studies" in text) - 1
    number = sorted((broken / "measures").iterdir()).index(broken / "measures" / "2-1.yaml")
    error = capsys.readouterr().err
    assert error.startswith(
        f"measures/2-1.yaml:{line}: measures.{number}.requirements.6.when: line 1"
    )
    assert "(unknown-name)" in error


def test_check_of_no_folder(tmp_path, capsys):
    assert cli.main(["check", str(tmp_path / "nothing")]) == 1
    assert "pack.yaml:1: pack: cannot read the file (missing)" in capsys.readouterr().err


def test_show_prints_what_can_be_posted(capsys):
    assert cli.main(["show", str(PACK)]) == 0
    assert json.loads(capsys.readouterr().out)["pack"]["name"] == "nanping-2021-2"


@pytest.mark.parametrize("command", ["show", "publish"])
def test_a_pack_that_fails_is_neither_shown_nor_published(broken, command, capsys):
    assert cli.main([command, str(broken)]) == 1
    assert capsys.readouterr().out == ""


async def test_publish_writes_the_next_version_once(policy, capsys):
    for said in ("nanping-2021-2 version 1", "already"):
        assert await commands_of(policy).run(["publish", str(PACK)]) == 0
        assert said in capsys.readouterr().out
    async with policy.service.database.transaction() as session:
        [row] = (await session.exec(select(PackVersion))).all()
    assert row.published_by.startswith("command:")


async def test_audit_and_parked_messages(policy, capsys):
    for command, said in (("verify-audit", "every seal holds"), ("replay-parked", "remaining 0")):
        assert await commands_of(policy).run([command]) == 0
        assert said in capsys.readouterr().out


async def test_figures_are_counted_anew(policy):
    assert await commands_of(policy).run(["recount-figures"]) == 0


def commands_of(policy):
    return cli.commands(lambda: policy.service.settings)
