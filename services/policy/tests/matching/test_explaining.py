"""What is told of a measure, which many are told alike."""

from datetime import date

import pytest
from pydantic import ValidationError
from talent_kit.regions import regions
from talent_policy.matching.explaining import explain
from talent_policy.packs.compiling import compile_pack
from talent_policy.packs.deciding import decide, environment
from talent_rules import WorkingCalendar

from ..world import nanping

RULES = compile_pack(nanping())
BASE = next(group for group in RULES.content.examples if group.measure == "2.1")
DAY = date(2023, 7, 1)


def _told(day=DAY, language="en", **facts):
    env = environment(RULES, day, regions(), WorkingCalendar())
    values = {"person.birth_date": date(1999, 5, 20)} | facts
    return explain(RULES, decide(RULES.measures["2.1"], values, env), day, language)


def test_the_same_answer_is_one_object_and_nobody_can_change_it():
    shown = _told()
    assert _told(**{"person.birth_date": date(1998, 1, 1)}) is shown
    with pytest.raises(ValidationError, match="frozen"):
        shown.outcome = "eligible"
    with pytest.raises(AttributeError):
        shown.requirements.append(None)


def test_another_language_day_or_finding_is_told_by_itself():
    shown = _told()
    assert _told(language="zh").title != shown.title
    assert _told(day=date(2023, 7, 2)) is not shown
    dispatched = _told(**{"employment.arrangement": "dispatch"})
    assert (dispatched.outcome, shown.outcome) == ("needs_person", "unknown")
