from datetime import date

import pytest
from talent_policy.facts.errors import FactsInvalid
from talent_policy.facts.reading import as_json, read_facts

DAY = date(2023, 7, 1)


def test_values_are_read_by_type():
    read = read_facts({"person.birth_date": "1995-06-01", "person.scheme_2020_1": True}, DAY, "zh")
    assert read == {"person.birth_date": date(1995, 6, 1), "person.scheme_2020_1": True}


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("person.birth_date", "1995-6-1", "wrong-format"),
        ("person.birth_date", "1995-02-30", "wrong-format"),
        ("person.birth_date", 19950601, "wrong-type"),
        ("person.birth_date", None, "wrong-type"),
        ("person.birth_date", "1899-12-31", "out-of-range"),
        ("project.technology_amount", -1, "out-of-range"),
        ("project.selected_earlier", -1, "out-of-range"),
        ("person.degree", "Doctor", "not-allowed-value"),
        ("person.degree", ["doctor"], "wrong-type"),
        ("person.scheme_2020_1", "true", "wrong-type"),
        ("person.scheme_2020_1", 87, "wrong-type"),
        ("employer.region", "999999", "unknown-region"),
        ("employer.region", "", "wrong-format"),
        ("employment.pension_gap", {"a": 1}, "wrong-type"),
    ],
)
def test_a_wrong_value_names_its_fact_and_code_and_is_not_repeated(name, value, code):
    with pytest.raises(FactsInvalid) as caught:
        read_facts({name: value}, DAY, "en")
    [error] = caught.value.extensions["errors"]
    assert (error["field"], error["code"]) == (f"body.facts.{name}", code)
    assert str(value or "no value") not in str(caught.value.body("en"))


def test_all_errors_are_told_at_once():
    with pytest.raises(FactsInvalid) as caught:
        read_facts({"person.degree": 1, "person.birth_date": 1, "person.age": 30}, DAY, "en")
    codes = [error["code"] for error in caught.value.extensions["errors"]]
    assert codes == ["wrong-type", "wrong-type", "unknown-fact"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("person.age", "body.facts.person.age"),
        ("张三", "body.facts.*"),
        ("350702199506010015", "body.facts.*"),
    ],
)
def test_an_unknown_name_is_repeated_only_where_it_looks_like_one(name, shown):
    with pytest.raises(FactsInvalid) as caught:
        read_facts({name: 1}, DAY, "en")
    assert caught.value.field == shown


def test_a_region_that_ended_stands_for_its_successor():
    assert read_facts({"employer.region": "350784"}, DAY, "en") == {"employer.region": "350784"}


def test_values_go_back_to_json():
    assert as_json(date(2023, 7, 1)) == "2023-07-01"
    assert as_json(("a", "b")) == ["a", "b"]
    assert as_json(3) == 3
