"""What a fact's value may be, at below and above every limit."""

from datetime import date

import pytest
from hypothesis import given as each
from hypothesis import strategies as st
from talent_rules import Fact, FactType, FactValueError, Vocabulary

FACTS = Vocabulary(
    [
        Fact("a.bool", FactType.BOOL),
        Fact("a.int", FactType.INT),
        Fact("a.grade", FactType.INT, minimum=1, maximum=5),
        Fact("a.date", FactType.DATE),
        Fact("a.string", FactType.STRING),
        Fact("a.enum", FactType.ENUM, values=("doctor", "master")),
        Fact("a.money", FactType.MONEY, unit="fen", minimum=0),
        Fact("a.region", FactType.REGION),
        Fact("a.list", FactType.STRING_LIST),
        Fact("a.codes", FactType.STRING_LIST, values=("x", "y")),
    ]
)
LARGEST = 2**53 - 1


@pytest.mark.parametrize(
    ("name", "json_value", "value"),
    [
        ("a.bool", True, True),
        ("a.bool", False, False),
        ("a.int", 0, 0),
        ("a.int", LARGEST, LARGEST),
        ("a.int", -LARGEST, -LARGEST),
        ("a.grade", 1, 1),
        ("a.grade", 5, 5),
        ("a.money", 0, 0),
        ("a.date", "2024-02-29", date(2024, 2, 29)),
        ("a.date", "1900-01-01", date(1900, 1, 1)),
        ("a.date", "2199-12-31", date(2199, 12, 31)),
        ("a.string", "南平 \u00a0市\u3000", "南平 市"),
        ("a.string", "２０２２－０７ＡＢ", "2022-07AB"),
        ("a.string", "2022\u2013\u200b07\ufeff", "2022-07"),
        ("a.string", "2022\u2014\u201407", "2022--07"),
        ("a.string", "字" * 200, "字" * 200),
        ("a.string", "㍿" * 50, "株式会社" * 50),
        ("a.enum", "doctor", "doctor"),
        ("a.region", "350700", "350700"),
        ("a.region", "NP-ZONE-1", "NP-ZONE-1"),
        ("a.region", "12", "12"),
        ("a.region", "1" * 32, "1" * 32),
        ("a.list", [], ()),
        ("a.list", ["b", "a"], ("b", "a")),
        ("a.list", ["a"] * 50, ("a",) * 50),
        ("a.codes", ["y", "x"], ("y", "x")),
    ],
)
def test_values(name, json_value, value):
    parsed = FACTS.parse_value(name, json_value)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("name", "json_value", "code"),
    [
        ("a.nothing", 1, "unknown-fact"),
        ("a.bool", 1, "wrong-type"),
        ("a.bool", None, "wrong-type"),
        ("a.int", True, "wrong-type"),
        ("a.int", 1.0, "wrong-type"),
        ("a.int", "1", "wrong-type"),
        ("a.int", LARGEST + 1, "out-of-range"),
        ("a.int", -LARGEST - 1, "out-of-range"),
        ("a.grade", 0, "out-of-range"),
        ("a.grade", 6, "out-of-range"),
        ("a.money", -1, "out-of-range"),
        ("a.money", 0.5, "wrong-type"),
        ("a.date", 20210409, "wrong-type"),
        ("a.date", "20210409", "wrong-format"),
        ("a.date", "2021-W14-5", "wrong-format"),
        ("a.date", "2021-02-29", "wrong-format"),
        ("a.date", "2021-04-09T00:00", "wrong-format"),
        ("a.date", "２０２１-04-09", "wrong-format"),
        ("a.date", "1899-12-31", "out-of-range"),
        ("a.date", "2200-01-01", "out-of-range"),
        ("a.date", "9999-12-31", "out-of-range"),
        ("a.string", 1, "wrong-type"),
        ("a.string", "字" * 201, "too-long"),
        ("a.string", "㍿" * 51, "too-long"),
        ("a.string", "", "wrong-format"),
        ("a.string", " \u200b", "wrong-format"),
        ("a.string", "a\x00b", "wrong-format"),
        ("a.string", "a\nb", "wrong-format"),
        ("a.string", "\ud800", "wrong-format"),
        ("a.enum", "docter", "not-allowed-value"),
        ("a.enum", 1, "wrong-type"),
        ("a.region", "1", "wrong-format"),
        ("a.region", "1" * 33, "wrong-format"),
        ("a.region", "南平", "wrong-format"),
        ("a.region", 350700, "wrong-type"),
        ("a.list", "ab", "wrong-type"),
        ("a.list", [1], "wrong-type"),
        ("a.list", ["a"] * 51, "too-long"),
        ("a.list", ["a" * 201], "too-long"),
        ("a.codes", ["x", "z"], "not-allowed-value"),
    ],
)
def test_values_that_do_not_fit(name, json_value, code):
    with pytest.raises(FactValueError) as caught:
        FACTS.parse_value(name, json_value)
    assert (caught.value.name, caught.value.code) == (name, code)
    assert str(caught.value) == f"{name}: {code}"
    assert caught.value.__cause__ is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@each(st.sampled_from(sorted(FACTS.facts)), JSON)
def test_any_json_is_read_or_refused(name, json_value):
    answers = []
    try:
        answers.append(FACTS.parse_value(name, json_value))
    except FactValueError as error:
        answers.append(error.code)
    assert len(answers) == 1


@pytest.mark.parametrize(
    "name", ["plain", "a.", ".a", "a..b", "a.1b", "a.in", "true.b", "a.b-c", "人.名"]
)
def test_names_that_a_rule_could_not_say(name):
    with pytest.raises(ValueError, match="not a dotted fact name"):
        Fact(name, FactType.INT)


def test_only_enums_and_lists_have_values():
    with pytest.raises(ValueError, match="has values"):
        Fact("a.b", FactType.ENUM)
    with pytest.raises(ValueError, match="has values"):
        Fact("a.b", FactType.INT, values=("x",))


def test_names_are_declared_once_and_not_reserved():
    with pytest.raises(ValueError, match="declared twice"):
        Vocabulary([Fact("a.b", FactType.INT), Fact("a.b", FactType.BOOL)])
    for name in ("setting.x", "calendar.x"):
        with pytest.raises(ValueError, match="reserved"):
            Vocabulary([Fact(name, FactType.INT)])


def test_a_setting_is_read_by_its_own_fact():
    setting = Fact("setting.GRADE", FactType.ENUM, values=("doctor",))
    assert setting.parse("doctor") == "doctor"
    with pytest.raises(FactValueError):
        setting.parse("master")
