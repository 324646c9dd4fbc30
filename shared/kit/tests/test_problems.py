"""Problems: languages, texts, and places that never repeat what a caller sent."""

from datetime import date
from typing import Annotated, Literal

import pytest
from pydantic import Field, TypeAdapter, ValidationError
from talent_kit.problems import (
    Conflict,
    Text,
    TooLarge,
    Unauthenticated,
    field_errors,
    field_text,
    preferred_language,
    problems,
)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh-Hant-TW", "zh"),
        ("fr", "zh"),
        ("fr, en;q=0.1", "en"),
        ("en;q=0.5, zh;q=0.6", "zh"),
        ("en;q=0.7, zh;q=0.6", "en"),
        ("en;Q=0.7, zh; q=0.6", "en"),
        ("en, zh", "en"),
        ("en;q=0", "zh"),
        ("en;q=0, zh;q=0", "zh"),
        ("en;q=nan", "zh"),
        ("en;q=lots", "zh"),
        ("english", "zh"),
        (";;;,,,q=", "zh"),
        ("fr," * 20 + "en", "zh"),
        ("fr," * 19 + "en", "en"),
    ],
)
def test_the_language_is_the_better_of_the_two(header, language):
    assert preferred_language(header) == language


class SeatsGone(Conflict):
    code = "seats-gone"
    title = Text("名额已满", "No seats are left")


def test_a_problem_says_what_it_is_in_two_languages():
    problem = SeatsGone(Text("还剩 0 个", "0 left"), field="body.seats", left=0)
    assert problem.body("en") == {
        "type": "urn:talent-cloud:problem:seats-gone",
        "title": "No seats are left",
        "status": 409,
        "code": "seats-gone",
        "detail": "0 left",
        "field": "body.seats",
        "left": 0,
    }
    assert problem.body("zh")["title"] == "名额已满"
    assert problem.body("zh")["detail"] == "还剩 0 个"


def test_an_endpoint_lists_its_problems_by_status_with_an_example_each():
    listed = problems(Conflict, SeatsGone, TooLarge)
    assert set(listed) == {409, 413}
    examples = listed[409]["content"]["application/problem+json"]["examples"]
    assert set(examples) == {"conflict", "seats-gone"}
    assert examples["seats-gone"]["value"]["status"] == 409


def test_headers_of_the_class_and_of_the_case_go_together():
    assert Unauthenticated(headers={"X": "1"}).extra_headers == {
        "WWW-Authenticate": "Bearer",
        "X": "1",
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("missing", "Required"),
        ("string_too_long", "The length is out of range"),
        ("too_short", "The number of items is out of range"),
        ("greater_than_equal", "The value is too small"),
        ("date_from_datetime_parsing", "Not a valid date"),
        ("int_type", "Wrong type or value"),
        ("dates_out_of_order", "It breaks the rule that the code names"),
    ],
)
def test_a_field_gets_our_own_text(kind, text):
    assert field_text(kind).en == text


def test_at_most_fifty_errors_are_listed_and_each_once():
    def errors(count):
        return [{"type": "missing", "loc": ("body", n), "msg": ""} for n in range(count)]

    assert [len(field_errors(errors(count), "zh")) for count in (49, 50, 51)] == [49, 50, 50]
    assert len(field_errors(errors(1) * 3, "zh")) == 1


@pytest.mark.parametrize(
    ("annotation", "value", "expected"),
    [
        (Literal["day", "hour"], "SECRET", "'day' or 'hour'"),
        (Annotated[int, Field(ge=1)], 0, "1"),
        (Annotated[int, Field(lt=5)], 5, "5"),
        (Annotated[date, Field(le=date(2199, 12, 31))], date(2200, 1, 1), "2199-12-31"),
        (Annotated[str, Field(max_length=3)], "SECRET", "3"),
        (Annotated[list[str], Field(min_length=2)], ["SECRET"], "2"),
        (int, "SECRET", None),
        (Annotated[str, Field(pattern="^[a-z]$")], "SECRET", None),
    ],
)
def test_a_limit_that_was_not_kept_is_told_and_the_input_is_not(annotation, value, expected):
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(annotation).validate_python(value)
    [found] = field_errors(caught.value.errors(), "en")
    assert found.get("expected") == expected
    assert "SECRET" not in str(found)
