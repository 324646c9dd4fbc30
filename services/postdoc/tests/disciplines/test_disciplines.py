"""The national catalogue as everybody reads it."""

import pytest
import yaml
from pydantic import TypeAdapter, ValidationError
from talent_postdoc.disciplines import rules
from talent_postdoc.disciplines.rules import catalogue, use
from talent_postdoc.disciplines.schemas import Disciplines

from .test_rules import SMALL


async def test_everybody_reads_the_catalogue_and_may_keep_it_a_day(world):
    answer = await world.send("GET", "/v1/disciplines")
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    items = {each["code"]: each for each in answer.json()["items"]}
    assert answer.json()["edition"] == 2022
    assert items["0812"] == {
        "code": "0812",
        "name": {"zh": "计算机科学与技术", "en": "Computer Science and Technology"},
        "field": {"zh": "工学", "en": "Engineering"},
    }
    assert items["0901"]["field"]["zh"] == "农学"


def test_the_catalogue_holds_the_fields_and_disciplines_of_2022_each_once():
    found = catalogue()
    assert (len(found.fields), len(found.disciplines)) == (14, 117)
    assert len({each.zh for each in found.disciplines.values()}) == 117
    assert {code[:2] for code in found.disciplines} == set(found.fields)


@pytest.mark.parametrize(
    ("codes", "refused"),
    [
        ([], "too_short"),
        (["0812"], None),
        (["0834"], "unknown_discipline"),
        (["0812", "0812"], "named_twice"),
        (list(catalogue().disciplines)[:20], None),
        (list(catalogue().disciplines)[:21], "too_long"),
    ],
)
def test_codes_are_of_the_catalogue_and_named_once(codes, refused):
    check = TypeAdapter(Disciplines)
    if refused is None:
        assert check.validate_python(codes) == codes
        return
    with pytest.raises(ValidationError) as caught:
        check.validate_python(codes)
    assert [error["type"] for error in caught.value.errors()] == [refused]


async def test_everybody_reads_an_operator_s_catalogue_where_there_is_one(world, tmp_path):
    file = tmp_path / "disciplines.yaml"
    file.write_text(yaml.safe_dump(SMALL), "utf-8")
    try:
        use(str(file))
        answer = (await world.send("GET", "/v1/disciplines")).json()
    finally:
        rules._operator.clear()
        catalogue.cache_clear()
    assert (answer["edition"], [each["code"] for each in answer["items"]]) == (
        2030,
        ["0812", "0850"],
    )
