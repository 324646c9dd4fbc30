"""How long one person takes against the whole Nanping pack, with reasons.

Prints microseconds of CPU time as JSON, the least of many rounds: other work only adds. `own`: the
measures of the person and of one employment. `whole`: every measure of the pack on one set of
facts. Each for a person who is eligible, one whom a person must decide on, and one of whom nothing
is known.
`graduates`: annex 2 articles 1 and 2 alone. `decide` is without the explanation. `strangers`: the
whole pack for a thousand people who differ, each asked once of a pack that has answered nobody yet.
"""

import json
import random
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import UUID

from talent_kit.regions import regions
from talent_policy.facts.reading import read_facts
from talent_policy.facts.vocabulary import SubjectKind, assumed
from talent_policy.matching.explaining import explain
from talent_policy.matching.schemas import EvaluationCreate, MeasureOutcome
from talent_policy.matching.service import answer
from talent_policy.packs.checking import check_pack
from talent_policy.packs.compiling import CompiledMeasure, PublishedPack, compile_pack
from talent_policy.packs.content import PackContent
from talent_policy.packs.deciding import MeasureResult, decide, environment
from talent_policy.packs.files import PackFolder
from talent_rules import WorkingCalendar

PACK = Path(__file__).parents[1] / "packs" / "nanping-2021-2"
DAY = date(2023, 7, 1)
OWN = {SubjectKind.PERSON, SubjectKind.EMPLOYMENT}
ROUNDS, CALLS = 100, 5
STRANGERS = 1000


def _least_us(call: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(CALLS):
            call()
        times.append((time.process_time() - start) / CALLS * 1e6)
    return round(min(times), 1)


def _figures(pack: PublishedPack, name: str, facts: dict[str, object]) -> dict[str, float]:
    day = str(DAY)
    values = {**assumed(), **read_facts(facts, DAY, "en")}
    env = environment(pack.rules, DAY, regions(), WorkingCalendar())
    measures = pack.rules.measures
    own = [each for each in measures.values() if each.content.per in OWN]
    parts = {"graduates": [measures[id_] for id_ in ("2.1", "2.2")], "own": own}
    parts["whole"] = list(measures.values())
    figures = {}
    for part, chosen in parts.items():

        def decided(chosen: list[CompiledMeasure] = chosen) -> list[MeasureResult]:
            return [decide(measure, values, env) for measure in chosen]

        def told(chosen: list[CompiledMeasure] = chosen) -> list[MeasureOutcome]:
            return [explain(pack.rules, each, DAY, "en") for each in decided(chosen)]

        figures[f"{part}_{name}_decide_us"] = _least_us(decided)
        figures[f"{part}_{name}_with_reasons_us"] = _least_us(told)
    asked = EvaluationCreate.model_validate(
        {"as_of": day, "region": "350700", "subject": "employment", "facts": facts}
    )
    figures[f"answer_{name}_us"] = _least_us(lambda: answer(pack, asked, values, "en"))
    return figures


def _strangers(content: PackContent, base: dict[str, object]) -> float:
    """Return the microseconds a person where nothing that was told before is at hand."""
    rules = compile_pack(content)
    env = environment(rules, DAY, regions(), WorkingCalendar())
    chance = random.Random(7)  # noqa: S311 - the same people each time
    people = []
    for _ in range(STRANGERS):
        facts = {name: value for name, value in base.items() if chance.random() > 0.1}
        facts["person.degree"] = chance.choice(["doctor", "master", "bachelor", "junior_college"])
        facts["person.birth_date"] = str(date(chance.randrange(1980, 2003), 5, 20))
        facts["employment.contract_from"] = str(date(2021, chance.randrange(1, 13), 1))
        facts["employment.arrangement"] = chance.choice(["direct", "dispatch"])
        facts["employer.region"] = chance.choice(["350702", "350782", "350100", "310000"])
        people.append({**assumed(), **read_facts(facts, DAY, "en")})
    start = time.process_time()
    for values in people:
        for measure in rules.measures.values():
            explain(rules, decide(measure, values, env), DAY, "en")
    return round((time.process_time() - start) / STRANGERS * 1e6, 1)


def main() -> None:
    """Measure and print."""
    content = PackFolder(PACK).content()
    started = time.process_time()
    rules = check_pack(content, regions())
    checked = round((time.process_time() - started) * 1e3, 1)
    pack = PublishedPack(UUID(int=0), 1, rules)
    base = next(group.base for group in content.examples if group.measure == "2.1")
    people = {"eligible": base, "needs_person": base | {"employment.arrangement": "dispatch"}}
    figures: dict[str, float] = {}
    for name, facts in (people | {"unknown": {}}).items():
        figures |= _figures(pack, name, facts)
    shape = {
        "measures": len(rules.measures),
        "own_measures": sum(each.content.per in OWN for each in rules.measures.values()),
        "requirements": sum(len(each.rules.requirements) for each in rules.measures.values()),
        "check_pack_ms": checked,
    }
    figures["whole_strangers_with_reasons_us"] = min(_strangers(content, base) for _ in range(5))
    print(json.dumps(shape | figures, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
