"""The README's own lines, run as printed."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from talent_kit.testing.platform import PlatformUnderTest

README = Path(__file__).parents[2] / "README.md"

# The development issuer, from which the other lines have their tokens, is standalone's alone.
with_tokens = pytest.mark.parametrize("platform", ["standalone"], indirect=True)


def blocks() -> list[str]:
    return re.findall(r"```sh\n(.*?)```", README.read_text("utf-8"), re.DOTALL)


def said(platform: PlatformUnderTest, block: str, folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-e", "-c", block.replace("http://127.0.0.1:8000", platform.url)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout


def test_the_question_is_answered_with_reasons(platform: PlatformUnderTest, tmp_path: Path) -> None:
    question, *_ = blocks()
    [measure] = json.loads(said(platform, question, tmp_path))["measures"]
    assert (measure["outcome"], measure["amount_fen"]) == ("eligible", 2_000_000)
    assert all(requirement["satisfied"] for requirement in measure["requirements"])


@with_tokens
def test_the_code_is_verified(platform: PlatformUnderTest, tmp_path: Path) -> None:
    _, code, *_ = blocks()
    verdict = json.loads("{" + said(platform, code, tmp_path).rpartition("{")[2])
    assert verdict["valid"] is True
    assert verdict["name"] == "示**"


@with_tokens
def test_the_list_is_filed_and_nothing_is_wrong_with_it(
    platform: PlatformUnderTest, tmp_path: Path
) -> None:
    _, _, filing, *_ = blocks()
    told = said(platform, filing, tmp_path)
    job, end = json.JSONDecoder().raw_decode(told)
    report = json.loads(told[end:])
    assert (job["status"], job["ok"], job["failed"]) == ("finished", 1, 0)
    assert report["items"] == []


@with_tokens
def test_the_graduate_has_a_seat_and_is_let_in(platform: PlatformUnderTest, tmp_path: Path) -> None:
    """Goes on from the lines that registered the graduate and issued the code."""
    *_, fair, _ = blocks()
    told = said(platform, fair, tmp_path)
    seat, end = json.JSONDecoder().raw_decode(told)
    verdict = json.loads(told[end:])
    assert seat["status"] == "confirmed"
    assert (verdict["admitted"], verdict["counted"], verdict["ticket"]) == (True, True, "visitor")


def test_everybody_sees_positions_register_and_figures(
    platform: PlatformUnderTest, tmp_path: Path
) -> None:
    *_, openings = blocks()
    told = said(platform, openings, tmp_path)
    positions, end = json.JSONDecoder().raw_decode(told)
    feed, _, terms = told[end:].partition("</feed>")
    assert positions["items"] == []
    assert feed.strip().startswith("<?xml")
    assert {"ENTRY_AGE", "TERM_MOST"} <= {each["name"] for each in json.loads(terms)["items"]}
    assert (tmp_path / "stations.csv").read_text("utf-8-sig").splitlines()[0].startswith("id,")
