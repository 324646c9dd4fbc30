"""What a rule text may be, and that nothing but RuleError comes of any other."""

import time

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from talent_rules import FactType, Limits, RuleError, compile_expression

from .worlds import VOCABULARY, given, rule


def refusal(text: str, limits: Limits | None = None) -> RuleError:
    with pytest.raises(RuleError) as caught:
        compile_expression(text, VOCABULARY, limits=limits)
    return caught.value


def test_length_limit():
    for length in (1999, 2000):
        assert rule("true".ljust(length)).type is FactType.BOOL
    assert refusal("true".ljust(2001)).code == "too-long"


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("!", ""), ("-(", ")"), ("true ? true : ", "")]
)
def test_depth_limit(opening, closing):
    core = "1" if opening == "-(" else "true"
    per_level = 2 if opening == "-(" else 1
    deepest = 31 // per_level

    def nested(times):
        return opening * times + core + closing * times

    for times in (deepest - 1, deepest):
        rule(nested(times))
    assert refusal(nested(deepest + 1)).code == "too-deep"


def test_chains_are_flat():
    facts = {"person__full_time": True, "person__children": 1}
    assert given(" && ".join(["person.full_time"] * 90), **facts) is True
    assert given(" + ".join(["person.children"] * 100), **facts) == 100
    wide = Limits(length=50_000)
    chain = compile_expression("1 < 2 && " * 2_000 + "true", VOCABULARY, limits=wide)
    assert chain.evaluate({}, None) is True
    total = compile_expression("+".join(["person.children"] * 2_000), VOCABULARY, limits=wide)
    assert total.evaluate({"person.children": 1}, None) == 2_000


def test_depth_is_checked_before_it_can_hurt():
    deep = "(" * 3_000 + "true" + ")" * 3_000
    assert refusal(deep, Limits(length=50_000)).code == "too-deep"
    assert refusal("!" * 3_000 + "true", Limits(length=50_000)).code == "too-deep"


@pytest.mark.parametrize("text", ['"' + "\\\\" * 900, '"""' + "\r" * 1500, '"' + "\\" * 1501])
def test_unclosed_strings_take_no_exponential_time(text):
    start = time.perf_counter()
    assert refusal(text).code == "syntax"
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("", 1, 1),
        ("true &&", 1, 6),
        ("true\n&& )", 2, 4),
        ("person.degree = 'doctor'", 1, 15),
        ("true && '\\n'", 1, 10),
        ("true &&\n  \x00", 2, 3),
    ],
)
def test_syntax_errors_have_a_place(text, line, column):
    error = refusal(text)
    assert (error.code, error.line, error.column) == ("syntax", line, column)


@pytest.mark.parametrize(
    "text",
    [
        "1.5 < 2",
        "1u == 1u",
        "0x10 == 16",
        "null == null",
        'b"x" == b"x"',
        'r"x" == "x"',
        '"""x""" == "x"',
        "person.children / 2 == 1",
        "person.children % 2 == 1",
        "{1: 2}",
        "[1, 2]",
        "[1, 2] == [1, 2]",
        "1 in []",
        "person.skills[0] == 'a'",
        "person{a: 1}",
        ".person.degree",
        ".age(as_of, as_of)",
        "person.skills.exists(x, x == 'a')",
        "person.degree.size()",
        "has(person.degree)",
        "(person).degree == 'doctor'",
        "age(as_of, as_of).x",
        '"a".b',
    ],
)
def test_what_rules_do_not_need_is_refused(text):
    assert refusal(text).code == "unsupported-construct"


def test_refusals_have_a_place():
    error = refusal("true &&\n  person.children / 2 == 1")
    assert (error.line, error.column) == (2, 3)
    assert str(error).startswith("line 2, column 3: division")


@pytest.mark.parametrize("number", [2**53 - 1, -(2**53) + 1])
def test_integer_literals_up_to_what_json_keeps(number):
    assert given(f"{number}") == number
    beyond = number + (1 if number > 0 else -1)
    assert refusal(f"{beyond}").code == "out-of-range"
    assert refusal("9" * 1900).code == "out-of-range"


def test_comments_and_lines_are_allowed():
    assert given("true // always\n  && // and\n 1 < 2") is True


def test_names_that_begin_like_keywords():
    error = refusal("truely && information")
    assert error.code == "unknown-name"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1-1", 0),
        ("1 - -1", 2),
        ("-1 + 3", 2),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("7 - 2 - 1", 4),
    ],
)
def test_signs_and_precedence(text, value):
    assert given(text) == value


FRAGMENTS = st.sampled_from(
    [
        *"()[]{}.,?:!-+*/%<>\\\n\r中",
        *["&&", "||", "==", "!=", "<=", ">=", "in", "true", "false", "null", "//", "1", "-2"],
        *["3.5", "1e9", "0x10", "999999999999999999999", '"a"', '"', '"""', 'b"', "r'"],
        *["as_of", "person.degree", "person.children", "setting.GRANT", "person", "person."],
        *["age(", "date(", "within(", "min(", "has(", "share(", '"doctor"', '"2021-04-09"'],
    ]
)


@each(st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=14).map(" ".join)))
def test_any_text_compiles_or_is_refused(text):
    outcomes = []
    try:
        outcomes.append(compile_expression(text, VOCABULARY).facts <= VOCABULARY.facts.keys())
    except RuleError as error:
        outcomes.append(error.line >= 1 and error.column >= 1)
    assert outcomes == [True]
