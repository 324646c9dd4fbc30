"""Cases written from the document alone: each outcome must stand, whatever the rules become."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from talent_kit.regions import regions
from talent_policy.facts.reading import read_value
from talent_policy.facts.vocabulary import assumed
from talent_policy.packs.compiling import compile_pack
from talent_policy.packs.deciding import decide, environment
from talent_rules import Outcome, WorkingCalendar

from ..world import nanping

RULES = compile_pack(nanping())
CALENDAR = WorkingCalendar()
CORPUS = Path(__file__).parent / "corpus"


def _cases():
    for file in sorted(CORPUS.glob("*.yaml")):
        group = yaml.safe_load(file.read_text("utf-8"))
        for case in group["cases"]:
            facts = group["facts"] | case.get("facts", {})
            yield pytest.param(group["measure"], case, facts, id=case["name"])


@pytest.mark.parametrize(("measure", "case", "facts"), list(_cases()))
def test_the_case_is_decided_as_the_document_has_it(
    measure: str, case: dict[str, Any], facts: dict[str, Any]
):
    day = date.fromisoformat(case["as_of"])
    values = dict(assumed())
    values |= {name: read_value(name, raw, day) for name, raw in facts.items() if raw is not None}
    result = decide(RULES.measures[measure], values, environment(RULES, day, regions(), CALENDAR))
    got = {"outcome": result.outcome.value}
    if result.outcome is Outcome.ELIGIBLE:
        got["amount_fen"] = result.amount_fen
    assert got == case["expect"]
