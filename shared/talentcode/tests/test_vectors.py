import json
import runpy
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from talent_code import (
    CodeClaims,
    ErrorCode,
    Form,
    KeySet,
    TalentCodeError,
    decode,
    parse_number,
)

FOLDER = Path(__file__).parents[1] / "vectors"
CODES = json.loads((FOLDER / "codes.json").read_text(encoding="utf-8"))
NUMBERS = json.loads((FOLDER / "numbers.json").read_text(encoding="utf-8"))
KEYS = KeySet(
    key
    for issuer, jwks in CODES["jwks"].items()
    for key in KeySet.from_json(json.dumps(jwks), issuer=issuer)
)


@pytest.mark.parametrize("case", CODES["cases"], ids=lambda case: case["name"])
def test_code(case):
    at = datetime.fromtimestamp(case["at"], UTC)
    if "error" in case:
        with pytest.raises(TalentCodeError) as caught:
            decode(case["text"], KEYS, at)
        assert caught.value.code == case["error"]
        return
    said = case["claims"]
    assert decode(case["text"], KEYS, at) == CodeClaims(
        issuer=said["issuer"],
        number=said["number"],
        serial=said["serial"],
        form=Form[said["form"].upper()],
        issued_at=datetime.fromtimestamp(said["issued_at"], UTC),
        expires_at=datetime.fromtimestamp(said["expires_at"], UTC),
    )


@pytest.mark.parametrize("case", NUMBERS["cases"], ids=lambda case: case.get("name", case["text"]))
def test_number(case):
    if "error" in case:
        with pytest.raises(TalentCodeError) as caught:
            parse_number(case["text"])
        assert caught.value.code == case["error"]
    else:
        assert parse_number(case["text"]) == case["number"]


def test_every_refusal_has_a_vector():
    seen = Counter(case.get("error") for case in CODES["cases"] + NUMBERS["cases"])
    assert {code for code in ErrorCode if not seen[code]} == {ErrorCode.MALFORMED_KEYS}


def test_the_vectors_are_what_the_script_writes(tmp_path):
    runpy.run_path(str(FOLDER / "generate.py"))["write"](tmp_path)
    for name in ("codes.json", "numbers.json"):
        assert (tmp_path / name).read_bytes() == (FOLDER / name).read_bytes()


def run_node(folder: Path) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: the JavaScript verifier was not run")
    command = [node, str(FOLDER / "verify.mjs"), str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_javascript_verifier_agrees():
    result = run_node(FOLDER)
    total = len(CODES["cases"]) + len(NUMBERS["cases"])
    assert result.stdout == f"{total} of {total} vectors agree\n", result.stderr
    assert result.returncode == 0


def test_the_javascript_verifier_notices_a_wrong_vector(tmp_path):
    changed = json.loads(json.dumps(CODES))
    changed["cases"][0]["claims"]["serial"] = 2
    (tmp_path / "codes.json").write_text(json.dumps(changed), encoding="utf-8")
    (tmp_path / "numbers.json").write_text(json.dumps(NUMBERS), encoding="utf-8")
    result = run_node(tmp_path)
    assert result.returncode == 1
    assert result.stderr.startswith("static: expected")
