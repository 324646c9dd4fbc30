"""The README's own lines, run as printed."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from talent_standalone.testing import Standalone

README = Path(__file__).parents[2] / "README.md"


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("readme")
    platform = Standalone(folder / "data").start()
    try:
        base = str(platform.http.base_url).rstrip("/")
        return [
            subprocess.run(
                ["bash", "-e", "-c", block.replace("http://127.0.0.1:8000", base)],
                cwd=folder,
                capture_output=True,
                text=True,
                check=True,
                timeout=60,
            ).stdout
            for block in blocks()
        ]
    finally:
        platform.stop()


def test_the_question_is_answered_with_reasons(answers: list[str]) -> None:
    [measure] = json.loads(answers[0])["measures"]
    assert (measure["outcome"], measure["amount_fen"]) == ("eligible", 2_000_000)
    assert all(requirement["satisfied"] for requirement in measure["requirements"])


def test_the_code_is_verified(answers: list[str]) -> None:
    verdict = json.loads("{" + answers[1].rpartition("{")[2])
    assert verdict["valid"] is True
    assert verdict["name"] == "示**"


def test_the_list_is_filed_and_nothing_is_wrong_with_it(answers: list[str]) -> None:
    job, end = json.JSONDecoder().raw_decode(answers[2])
    report = json.loads(answers[2][end:])
    assert (job["status"], job["ok"], job["failed"]) == ("finished", 1, 0)
    assert report["items"] == []
