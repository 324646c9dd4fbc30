"""Three-valued answers, case by case; the laws stand in the property tests."""

from dataclasses import replace

import pytest
from talent_rules import Environment, Unknown

from .worlds import ENVIRONMENT, given, rule


def unknown(*names: str) -> Unknown:
    return Unknown(frozenset(names))


TRUE, FALSE = "person.full_time", "person.first_paid"
BOTH = unknown("person.children", "employment.salary")
KNOWN = {"person__full_time": True, "person__first_paid": False}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("person.children > 1", unknown("person.children")),
        ("!(person.children > 1)", unknown("person.children")),
        ("-person.children", unknown("person.children")),
        (f"{FALSE} && person.children > 1", False),
        (f"person.children > 1 && {FALSE}", False),
        (f"{TRUE} && person.children > 1", unknown("person.children")),
        (f"{TRUE} || person.children > 1", True),
        (f"person.children > 1 || {TRUE}", True),
        (f"{FALSE} || person.children > 1", unknown("person.children")),
        (
            "person.children > 1 && employment.salary > 5",
            unknown("person.children", "employment.salary"),
        ),
        (
            "person.children > 1 || employment.salary > 5",
            unknown("person.children", "employment.salary"),
        ),
        (f"person.children > 1 || ({FALSE} && employment.salary > 5)", unknown("person.children")),
        ("employment.salary > project.value", unknown("employment.salary", "project.value")),
        ("1000 > project.value", unknown("project.value")),
        ("project.value + 1 + employment.salary", unknown("employment.salary", "project.value")),
        ("1 + person.children + 2", unknown("person.children")),
        ("min(project.value, employment.salary)", unknown("employment.salary", "project.value")),
        (f"{TRUE} ? 1 : person.children", 1),
        (f"{FALSE} ? 1 : person.children", unknown("person.children")),
        ("person.children > 1 ? 5 : 5", 5),
        ("person.children > 1 ? 5 : 6", unknown("person.children")),
        ("person.children > 1 ? 5 : setting.AGE_LIMIT - 30", 5),
        (
            "employment.salary > 1 ? person.children : 6",
            unknown("employment.salary", "person.children"),
        ),
        (
            "employment.salary > 1 ? 6 : person.children",
            unknown("employment.salary", "person.children"),
        ),
        ('person.degree in ["doctor"]', unknown("person.degree")),
        ('"welder" in person.skills', unknown("person.skills")),
        ("1 in [1, person.children]", True),
        ("1 in [person.children, 1]", True),
        ("2 in [1, person.children]", unknown("person.children")),
        ("person.children in [1, setting.AGE_LIMIT]", unknown("person.children")),
        ("2 in [1, setting.AGE_LIMIT]", False),
        ("35 in [1, setting.AGE_LIMIT]", True),
    ],
)
def test_with_missing_facts(text, expected):
    answer = given(text, **KNOWN)
    assert answer == expected
    assert type(answer) is type(expected)


def test_with_every_fact():
    facts = {"person__degree": "doctor", "person__skills": ("welder",), "person__children": 2}
    assert given('person.degree in ["doctor", "master"]', **facts) is True
    assert given('person.degree in ["bachelor"]', **facts) is False
    assert given('person.degree != "doctor"', **facts) is False
    assert given('"welder" in person.skills', **facts) is True
    assert given('"turner" in person.skills', **facts) is False
    assert given("person.children >= 2 && person.children <= 2 && !(person.children > 2)", **facts)
    assert given("person.children - 1 - 1", **facts) == 0
    assert given("2 * person.children * 3", **facts) == 12


def test_zero_and_false_are_values():
    assert given("person.children == 0", person__children=0) is True
    assert given("!person.full_time", person__full_time=False) is True


def test_a_setting_that_is_not_set_is_unknown():
    bare = replace(ENVIRONMENT, settings={})
    assert rule("setting.GRANT").evaluate({}, bare) == unknown("setting.GRANT")


def test_arithmetic_is_exact():
    largest = 2**53 - 1
    assert given("employment.salary * 9007199254740991", employment__salary=largest) == largest**2


def test_unknown_is_no_truth_value():
    with pytest.raises(TypeError):
        bool(unknown("a.b"))


def test_unions_of_unknowns():
    assert unknown("a.b") | unknown("a.c") == unknown("a.b", "a.c")
    assert unknown("a.b", "a.c") | unknown("a.c") == unknown("a.b", "a.c")


def test_a_constant_rule_reads_nothing():
    expression = rule('1 < 2 && date("2021-04-09") < date("2021-04-10") && "a" in ["a"]')
    assert expression.facts == frozenset()
    unusable: Environment = None
    assert expression.evaluate({}, unusable) is True


@pytest.mark.parametrize("text", ["')); boom() #", "{0} {name}", "k1", "facts", "%s"])
def test_no_word_of_a_rule_becomes_a_word_of_its_function(text):
    quote = '"' if "'" in text else "'"
    for pattern in (
        "person.name_of_school == {0}",
        "person.name_of_school in [{0}, 'other']",
        "{0} in person.skills",
    ):
        written = pattern.replace("{0}", f"{quote}{text}{quote}")
        assert given(written, person__name_of_school=text, person__skills=(text,)) is True
        assert given(written, person__name_of_school="", person__skills=("",)) is False
    assert rule("person.full_time").evaluate.__globals__["__builtins__"] == {}


@pytest.mark.parametrize(
    ("opening", "core", "closing"),
    [
        ("min(person.children, ", "2", ")"),
        ("!", "person.full_time", ""),
        ("person.full_time ? 2 : ", "1", ""),
    ],
)
def test_the_deepest_rules_run(opening, core, closing):
    text = opening * 31 + core + closing * 31
    assert given(text, person__full_time=True, person__children=2) in (2, False)
    assert isinstance(given(text), Unknown)
    pairs = "(person.full_time && (person.first_paid || " * 7
    assert given(f"{pairs}true{'))' * 7}", person__full_time=True, person__first_paid=True) is True
