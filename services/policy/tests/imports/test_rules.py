"""Cells as people write them."""

from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from talent_kit.jobs import RowRefused
from talent_policy.facts.known import KnownFact, Stated
from talent_policy.facts.vocabulary import definitions
from talent_policy.imports.rules import NUMBERS, columns, read_cell, read_row, stands, template
from talent_rules import FactType, FactValueError

TODAY = date(2023, 10, 1)


def first_of(type_):
    return next(fact for fact in definitions().values() if fact.type is type_ and fact.verified_by)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("硕士", "master"),
        ("master", "master"),
        (" 博士 ", "doctor"),
        ("大专（高职高专）", "junior_college"),
    ],
)
def test_an_enum_is_read_by_its_code_or_its_chinese_name(text, value):
    assert read_cell(definitions()["person.degree"], text, TODAY) == value


@pytest.mark.parametrize(
    "text", ["2021-07-01", "2021/7/1", "2021.7.1", "2021年7月1日", "20210701", "２０２１-07-01"]
)
def test_a_date_is_read_as_people_write_it(text):
    fact = definitions()["employment.pension_from"]
    assert read_cell(fact, text, TODAY) == date(2021, 7, 1)


@pytest.mark.parametrize(
    ("text", "value"), [("是", True), ("否", False), ("TRUE", True), ("0", False), ("no", False)]
)
def test_truth_is_read_as_people_write_it(text, value):
    assert read_cell(definitions()["employment.pension_gap"], text, TODAY) is value


@pytest.mark.parametrize(
    ("text", "fen"),
    [("1000", 100_000), ("0.01", 1), ("1,234.5", 123_450), ("999999999999.99", 99_999_999_999_999)],
)
def test_money_is_in_yuan_exact_to_the_fen(text, fen):
    assert read_cell(first_of(FactType.MONEY), text, TODAY) == fen


@pytest.mark.parametrize("text", ["1.001", "-1", "1e3", "元", "1 000元"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(FactValueError):
        read_cell(first_of(FactType.MONEY), text, TODAY)


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("person.degree", "院士", "not-allowed-value"),
        ("person.origin_region", "999999", "unknown-region"),
        ("employment.pension_from", "2021-02-30", "wrong-format"),
        ("employment.pension_gap", "maybe", "wrong-type"),
    ],
)
def test_what_is_no_value_is_refused_with_the_field_and_a_code(name, text, code):
    with pytest.raises(RowRefused) as refused:
        read_row({"document_number": "1", "credit_code": "2", name: text}, TODAY)
    assert refused.value.faults == ((name, code),)


def test_every_cell_at_fault_is_named():
    with pytest.raises(RowRefused) as refused:
        read_row({"person.degree": "x", "document_kind": "y", "subject_id": "z"}, TODAY)
    assert {field for field, _ in refused.value.faults} == {
        "person.degree",
        "document_kind",
        "subject_id",
        "document_number",
    }


@pytest.mark.parametrize(
    ("fact", "text", "missing"),
    [
        ("person.degree", "硕士", ["document_number"]),
        ("employer.kind", "企业", ["credit_code"]),
        ("employment.pension_gap", "否", ["credit_code", "document_number"]),
    ],
)
def test_a_row_says_whose_facts_it_holds(fact, text, missing):
    with pytest.raises(RowRefused) as refused:
        read_row({fact: text}, TODAY)
    assert refused.value.faults == tuple((name, "missing") for name in missing)
    numbers = {"document_number": "1", "credit_code": "2", "subject_id": str(uuid4())}
    assert set(read_row(numbers | {fact: text}, TODAY).facts) == {fact}


def test_a_row_without_facts_is_refused():
    with pytest.raises(RowRefused) as refused:
        read_row({"document_number": "1"}, TODAY)
    assert refused.value.faults == (("", "no-facts"),)


def test_no_two_columns_have_one_name():
    names = [name.casefold() for column, others in columns().items() for name in (column, *others)]
    assert len(names) == len(set(names))


def test_the_template_has_the_columns_of_a_source_alone():
    header = template("education", "en").decode("utf-8-sig").strip().split(",")
    assert header[: len(NUMBERS)] == list(NUMBERS)
    assert "person.degree" in header
    assert "employment.pension_from" not in header
    assert "学历层次" in template("education", "zh").decode("utf-8-sig")


AT = datetime(2026, 1, 1, tzinfo=UTC)
LATER = datetime(2026, 2, 1, tzinfo=UTC)


def word(value, source="education", at=AT, verified=True, since=None, until=None):
    return Stated(KnownFact(value, source, verified, at), since, until)


@pytest.mark.parametrize(
    ("before", "stand"),
    [
        ([], False),
        ([word("master")], True),
        ([word("bachelor")], False),
        ([word("master", source="social_insurance")], False),
        ([word("master", since=date(2026, 1, 1))], False),
        ([word("master", until=date(2026, 1, 1))], False),
        ([word("master"), word("bachelor", at=LATER, since=date(2026, 2, 1))], False),
        ([word("master"), word("bachelor", since=date(2026, 2, 1))], False),
        ([word("master", at=LATER), word("bachelor", since=date(2026, 2, 1))], True),
        ([word("master"), word("bachelor", "social_insurance", LATER)], False),
        ([word("master"), word("master", "social_insurance", LATER)], True),
        ([word("master"), word("bachelor", "reviewer", LATER)], True),
        ([word("master"), word("bachelor", "talent", LATER, verified=False)], True),
    ],
)
def test_a_word_stands_where_repeating_it_would_decide_nothing(before, stand):
    assert stands("master", before, "education") is stand
