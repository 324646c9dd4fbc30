"""How long one person takes against the two measures of the Nanping pack, with reasons.

Prints microseconds as JSON: the median of many rounds, for an eligible person, for one whom a
person must decide on, and for one of whom nothing is known; `decide` without the explanation.
"""

import json
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

from talent_kit.regions import regions
from talent_policy.facts.reading import read_facts
from talent_policy.matching.schemas import EvaluationCreate
from talent_policy.matching.service import answer
from talent_policy.packs.checking import check_pack
from talent_policy.packs.compiling import PublishedPack
from talent_policy.packs.deciding import decide, environment
from talent_policy.packs.files import PackFolder
from talent_rules import WorkingCalendar

PACK = Path(__file__).parents[1] / "packs" / "nanping-2021-2"
DAY = date(2023, 7, 1)
ROUNDS, CALLS = 50, 200


def _median_us(call: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(CALLS):
            call()
        times.append((time.perf_counter() - start) / CALLS * 1e6)
    return round(statistics.median(times), 1)


def _figures(name: str, pack: PublishedPack, facts: dict[str, object]) -> dict[str, float]:
    asked = EvaluationCreate.model_validate(
        {"as_of": str(DAY), "region": "350700", "subject": "employment", "facts": facts}
    )
    values = read_facts(facts, DAY, "en")
    env = environment(pack.rules, DAY, regions(), WorkingCalendar())
    measures = list(pack.rules.measures.values())
    return {
        f"with_reasons_{name}_us": _median_us(lambda: answer(pack, asked, values, "en")),
        f"decide_{name}_us": _median_us(
            lambda: [decide(measure, values, env) for measure in measures]
        ),
    }


def main() -> None:
    """Measure and print."""
    content = PackFolder(PACK).content()
    started = time.perf_counter()
    rules = check_pack(content, regions())
    checked = round((time.perf_counter() - started) * 1e3, 1)
    pack = PublishedPack(UUID(int=0), 1, rules)
    base = next(group.base for group in content.examples if group.measure == "2.1")
    people = {"eligible": base, "needs_person": base | {"employment.arrangement": "dispatch"}}
    figures: dict[str, float] = {}
    for name, facts in (people | {"unknown": {}}).items():
        figures |= _figures(name, pack, facts)
    print(json.dumps({"measures": 2, "check_pack_ms": checked, **figures}, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
