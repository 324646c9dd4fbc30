"""The small world in which the tests' rules live."""

from collections.abc import Mapping
from datetime import date

from talent_rules import (
    Environment,
    Expression,
    Fact,
    FactType,
    Region,
    RegionTree,
    Unknown,
    Value,
    Vocabulary,
    WorkingCalendar,
    compile_expression,
)

VOCABULARY = Vocabulary(
    [
        Fact("person.birth_date", FactType.DATE),
        Fact("person.degree", FactType.ENUM, values=("doctor", "master", "bachelor")),
        Fact("person.former_degree", FactType.ENUM, values=("master", "bachelor")),
        Fact("person.name_of_school", FactType.STRING),
        Fact("person.skills", FactType.STRING_LIST),
        Fact("person.teams", FactType.STRING_LIST, values=("party", "skilled")),
        Fact("person.full_time", FactType.BOOL),
        Fact("person.first_paid", FactType.BOOL),
        Fact("person.children", FactType.INT),
        Fact("person.origin", FactType.REGION),
        Fact("employer.region", FactType.REGION),
        Fact("employment.contract_from", FactType.DATE),
        Fact("employment.contract_until", FactType.DATE),
        Fact("employment.salary", FactType.MONEY),
        Fact("project.value", FactType.MONEY),
    ]
)

SETTINGS = {
    "AGE_LIMIT": FactType.INT,
    "GRANT": FactType.MONEY,
    "DAY": FactType.DATE,
    "HOME": FactType.REGION,
    "GRADE": Fact("setting.GRADE", FactType.ENUM, values=("master", "doctor")),
}

LONG_AGO = date(1980, 1, 1)
REGIONS = RegionTree(
    [
        Region("350000", "福建省", "Fujian", None, LONG_AGO),
        Region("350700", "南平市", "Nanping", "350000", LONG_AGO),
        Region("350784", "建阳市", "Jianyang", "350700", LONG_AGO, date(2014, 12, 31), "350703"),
        Region("350703", "建阳区", "Jianyang", "350700", date(2015, 1, 1)),
        Region("330000", "浙江省", "Zhejiang", None, LONG_AGO),
    ]
)

ENVIRONMENT = Environment(
    as_of=date(2023, 7, 1),
    settings={
        "AGE_LIMIT": 35,
        "GRANT": 1_000_000,
        "DAY": date(2021, 4, 9),
        "HOME": "350700",
        "GRADE": "doctor",
    },
    regions=REGIONS,
    calendar=WorkingCalendar(),
)


def rule(text: str, returns: FactType | None = None) -> Expression:
    return compile_expression(text, VOCABULARY, returns=returns, settings=SETTINGS)


def given(text: str, **facts: Value) -> Value | Unknown:
    """What a rule gives for facts written `person__degree="doctor"`."""
    named: Mapping[str, Value] = {name.replace("__", "."): value for name, value in facts.items()}
    return rule(text).evaluate(named, ENVIRONMENT)
