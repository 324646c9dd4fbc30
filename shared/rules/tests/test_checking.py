"""What fits together in a rule and what does not."""

import pytest
from talent_rules import Fact, FactType, RuleError, Vocabulary, compile_expression

from .worlds import VOCABULARY, given, rule


def refusal(text: str, returns: FactType | None = None) -> RuleError:
    with pytest.raises(RuleError) as caught:
        rule(text, returns)
    return caught.value


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("person.degree", FactType.ENUM),
        ("as_of", FactType.DATE),
        ("setting.GRANT", FactType.MONEY),
        ("employment.salary * 2", FactType.MONEY),
        ("2 * employment.salary", FactType.MONEY),
        ("employment.salary + 100", FactType.MONEY),
        ("-employment.salary", FactType.MONEY),
        ("person.children + 1", FactType.INT),
        ("yuan(person.children) * 12", FactType.MONEY),
        ('person.degree == "doctor" ? setting.GRANT : 0', FactType.MONEY),
        ("min(employment.salary, 500000)", FactType.MONEY),
        ("min(1, 2)", FactType.INT),
        ("max(as_of, setting.DAY)", FactType.DATE),
        ('person.degree in ["doctor", "master"]', FactType.BOOL),
        ('"welder" in person.skills', FactType.BOOL),
        ("person.name_of_school in person.skills", FactType.BOOL),
        ('"party" in person.teams', FactType.BOOL),
        ("person.degree == person.former_degree", FactType.BOOL),
        ("person.degree == setting.GRADE", FactType.BOOL),
        ('"doctor" == person.degree', FactType.BOOL),
        ('(person.full_time ? "doctor" : "master") == person.degree', FactType.BOOL),
        ('(person.full_time ? person.degree : "master") == "doctor"', FactType.BOOL),
        ('employer.region == "350700"', FactType.BOOL),
        ("person.origin == employer.region", FactType.BOOL),
        ("1 == 2", FactType.BOOL),
    ],
)
def test_types(text, kind):
    assert rule(text).type is kind


@pytest.mark.parametrize(
    "text",
    [
        "person.children && true",
        "!person.children",
        "person.children ? 1 : 2",
        'person.full_time ? 1 : "a"',
        "person.full_time == 1",
        "person.full_time < true",
        'person.degree < "doctor"',
        'person.name_of_school < "a"',
        "employer.region < employer.region",
        'person.birth_date < "2021-04-09"',
        "person.birth_date + 1 == as_of",
        "person.birth_date - as_of == 1",
        '"a" + "b" == "ab"',
        '-"a" == "a"',
        "employment.salary * project.value > 0",
        "employment.salary > person.children",
        "employment.salary + person.children > 0",
        "age(person.birth_date, 2023) > 1",
        'age("1990-01-01", as_of) > 1',
        "min(person.children, as_of) > 1",
        "min(true, false)",
        "yuan(employment.salary) > 0",
        "share(person.children, 1, 2) > 0",
        'within("南平", "350700")',
        'within(person.degree, "350700")',
        'employer.region == "南平"',
        "person.skills == person.skills",
        "1 in person.skills",
        "1 in person.children",
        "person.children in [1, true]",
        "date(person.name_of_school) == as_of",
        'date(true ? "2021-04-09" : "2021-04-10") == as_of',
    ],
)
def test_type_mismatches(text):
    assert refusal(text).code == "type-mismatch"


def test_an_int_fact_is_no_money_but_a_literal_is():
    assert rule("20000", FactType.MONEY).type is FactType.MONEY
    text = 'person.degree == "doctor" ? 2 * 1000 : person.full_time ? 500 : -1'
    assert rule(text, FactType.MONEY).type is FactType.MONEY
    assert refusal("person.children", FactType.MONEY).code == "type-mismatch"
    assert refusal("person.children * 100", FactType.MONEY).code == "type-mismatch"


def test_what_a_rule_must_give():
    assert refusal("1", FactType.BOOL).code == "type-mismatch"
    assert rule("person.degree", FactType.STRING).type is FactType.STRING
    assert rule("employer.region", FactType.STRING).type is FactType.STRING
    assert refusal("person.children", FactType.STRING).code == "type-mismatch"


@pytest.mark.parametrize(
    "text",
    [
        'person.degree == "docter"',
        '"docter" != person.degree',
        'person.degree in ["doctor", "docter"]',
        'person.degree == (person.full_time ? "doctor" : "docter")',
        '(person.full_time ? person.degree : "docter") == "doctor"',
        'setting.GRADE == "bachelor"',
        '"docter" in person.teams',
    ],
)
def test_a_code_that_an_enum_does_not_have(text):
    error = refusal(text)
    assert error.code == "unknown-enum-value"


def test_enums_without_a_common_value_are_never_equal():
    vocabulary = Vocabulary(
        [
            Fact("a.one", FactType.ENUM, values=("x",)),
            Fact("a.two", FactType.ENUM, values=("y",)),
        ]
    )
    with pytest.raises(RuleError) as caught:
        compile_expression("a.one == a.two", vocabulary)
    assert caught.value.code == "type-mismatch"


def test_unknown_names_suggest_the_nearest():
    error = refusal("true && person.degre == 'doctor'")
    assert (error.code, error.line, error.column) == ("unknown-name", 1, 9)
    assert "person.degree" in error.message
    assert refusal("setting.NOTHING_LIKE_IT").code == "unknown-name"
    assert refusal("person").code == "unknown-name"
    error = refusal("ages(as_of, as_of)")
    assert error.code == "unknown-function"
    assert "did you mean age?" in error.message


@pytest.mark.parametrize("text", ["age(as_of)", "age(as_of, as_of, as_of)", "age()", "min(1)"])
def test_wrong_argument_counts_show_the_signature(text):
    error = refusal(text)
    assert error.code == "wrong-argument-count"
    assert text.split("(")[0] in error.message


def test_expression_names_what_it_reads():
    text = 'person.degree == "doctor" ? setting.GRANT : share(employment.salary, 1, 2)'
    expression = rule(text)
    assert expression.facts == {"person.degree", "employment.salary"}
    assert expression.settings == {"GRANT"}
    assert expression.text == text
    assert expression.facts <= VOCABULARY.facts.keys()


def test_settings_are_read_from_the_environment():
    assert given("setting.GRANT * 2") == 2_000_000
    assert given('setting.GRADE == "doctor"') is True
