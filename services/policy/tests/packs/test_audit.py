"""An auditor's cases from the documents: nothing is paid that an article does not give."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from talent_kit.regions import regions
from talent_policy.facts.reading import read_value
from talent_policy.facts.vocabulary import assumed
from talent_policy.packs.compiling import CompiledPack, compile_pack
from talent_policy.packs.deciding import decide, environment
from talent_policy.packs.files import PackFolder
from talent_rules import Outcome, WorkingCalendar

from ..world import PACK

CALENDAR = WorkingCalendar()
AUDIT = Path(__file__).parent / "audit"


@cache
def _rules(name: str) -> CompiledPack:
    return compile_pack(PackFolder(PACK.parent / name).content())


def _cases():
    for file in sorted(AUDIT.glob("*/*.yaml")):
        group = yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
        for case in group["cases"]:
            name = f"{group['measure']}: {case['name']}"
            yield pytest.param(file.parent.name, group, case, id=name)


@pytest.mark.parametrize(("pack", "group", "case"), list(_cases()))
def test_money_goes_where_the_document_sends_it(
    pack: str, group: dict[str, Any], case: dict[str, Any]
):
    rules = _rules(pack)
    day = date.fromisoformat(case.get("as_of", group["as_of"]))
    given = group["facts"] | case.get("facts", {})
    values = dict(assumed())
    values |= {name: read_value(name, raw, day) for name, raw in given.items() if raw is not None}
    settings = rules.settings_on(day) | case.get("settings", {})
    env = environment(rules, day, regions(), CALENDAR, settings)

    result = decide(rules.measures[group["measure"]], values, env)

    expected = case["expect"]["outcome"]
    fair = expected if isinstance(expected, list) else [expected]
    assert result.outcome.value in fair
    assert result.measure.content.payee == group["payee"]
    if result.outcome is Outcome.ELIGIBLE or fair == ["needs_person"]:
        wanted = case["expect"].get("amount_fen", result.amount_fen)
        assert result.amount_fen == wanted
    if result.outcome is Outcome.ELIGIBLE and result.measure.content.payout == "transfer":
        assert sum(part.amount_fen for part in result.instalments) == result.amount_fen
