"""What makes a pack fit to be published: sound references, both languages, examples that hold."""

import re
from collections.abc import Iterator
from datetime import date

from pydantic import ValidationError
from talent_rules import FactValueError, Referral, RegionTree, State, Value, WorkingCalendar

from ..facts.reading import read_value
from ..facts.vocabulary import assumed
from .compiling import CompiledPack, Finding, PackInvalid, Path, compile_pack, setting_value
from .content import Example, Exclusion, Expected, PackContent, duplicates
from .counters import COUNTED
from .deciding import MeasureResult, decide, environment

_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_LATIN = re.compile(r"[A-Za-z]")


def check_pack(content: PackContent, regions: RegionTree) -> CompiledPack:
    """Compile a pack, lint it and run its examples; raises PackInvalid with all findings."""
    findings = [*_names(content), *_citations(content), *_texts(content, regions)]
    try:
        pack = compile_pack(content)
    except PackInvalid as invalid:
        raise PackInvalid([*findings, *invalid.findings]) from None
    findings += _unused_settings(pack)
    findings += _groups(content)
    findings += _unnoticed(pack)
    if not findings:
        findings += _Examples(pack, regions).findings()
    if findings:
        raise PackInvalid(findings)
    return pack


def _names(content: PackContent) -> Iterator[Finding]:
    listed: list[tuple[Path, list[str]]] = [
        (("measures",), [measure.id for measure in content.measures]),
        (
            ("pack", "document", "articles"),
            [article.citation for article in content.pack.document.articles],
        ),
    ]
    for index, measure in enumerate(content.measures):
        place: Path = ("measures", index)
        listed.append(((*place, "requirements"), [given.id for given in measure.requirements]))
        listed.append(((*place, "papers"), [paper.id for paper in measure.papers]))
    for place, names in listed:
        for name in sorted(duplicates(names)):
            yield Finding(place, "given-twice", f"{name} stands twice")


def _citations(content: PackContent) -> Iterator[Finding]:
    known = {article.citation for article in content.pack.document.articles}
    for index, measure in enumerate(content.measures):
        place: Path = ("measures", index)
        if measure.id.rstrip("abcdefghijklmnopqrstuvwxyz") != measure.article:
            yield Finding((*place, "id"), "not-its-article", "the id is not that of the article")
        cited = [((*place, "article"), measure.article)]
        cited += [
            ((*place, "requirements", number, "article"), requirement.article)
            for number, requirement in enumerate(measure.requirements)
        ]
        for path, article in cited:
            if article not in known:
                yield Finding(path, "unknown-article", f"the document has no {article}")


def _texts(content: PackContent, regions: RegionTree) -> Iterator[Finding]:
    header = content.pack
    if regions.within(header.region, header.region, header.valid_from) is None:
        yield Finding(("pack", "region"), "unknown-region", "there is no such region")
    yield from _languages(content.model_dump(exclude={"examples"}), ())


def _languages(part: object, path: Path) -> Iterator[Finding]:
    """Find texts that are not in the language they are said to be in."""
    if isinstance(part, dict):
        if part.keys() == {"zh", "en"}:
            if not _CHINESE.search(part["zh"]):
                yield Finding((*path, "zh"), "not-chinese", "this is no Chinese text")
            if not _LATIN.search(part["en"]):
                yield Finding((*path, "en"), "not-english", "this is no English text")
            return
        for key, value in part.items():
            yield from _languages(value, (*path, str(key)))
    elif isinstance(part, tuple | list):
        for index, value in enumerate(part):
            yield from _languages(value, (*path, index))


def _unused_settings(pack: CompiledPack) -> Iterator[Finding]:
    used = frozenset[str]().union(*(measure.settings for measure in pack.measures.values()))
    for name in sorted(pack.settings.keys() - used):
        yield Finding(("settings", name), "unused", "no measure looks at this setting")


def _groups(content: PackContent) -> Iterator[Finding]:
    """Find groups whose measures do not agree on rule and key."""
    first: dict[str, Exclusion] = {}
    for index, measure in enumerate(content.measures):
        exclusion = measure.exclusion
        if exclusion is not None and first.setdefault(exclusion.group, exclusion) != exclusion:
            place: Path = ("measures", index, "exclusion")
            yield Finding(place, "group-differs", "a group has one rule and one key")


def _unnoticed(pack: CompiledPack) -> Iterator[Finding]:
    """Find measures that are counted for notice and have no rule that looks."""
    for index, measure in enumerate(pack.content.measures):
        exclusion = measure.exclusion
        if exclusion is None or exclusion.rule != "notice":
            continue
        if COUNTED["notice"] not in pack.measures[measure.id].reads:
            message = f"no rule looks at {COUNTED['notice']}"
            yield Finding(("measures", index, "exclusion"), "unnoticed", message)


class _Examples:
    """Runs the worked cases, and asks that together they show every requirement and referral."""

    def __init__(self, pack: CompiledPack, regions: RegionTree) -> None:
        self._pack = pack
        self._regions = regions
        self._calendar = WorkingCalendar()
        self._unmet: set[tuple[str, str]] = set()
        self._referred: set[Referral] = set()
        self._outcomes: set[tuple[str, str]] = set()

    def findings(self) -> list[Finding]:
        found: list[Finding] = []
        for index, group in enumerate(self._pack.content.examples):
            if group.measure not in self._pack.measures:
                path: Path = ("examples", index, "measure")
                found.append(Finding(path, "unknown-measure", "the pack has no such measure"))
                continue
            for number, case in enumerate(group.cases):
                path = ("examples", index, "cases", number)
                if not self._in_force(case.as_of):
                    found.append(Finding((*path, "as_of"), "not-in-force", "the pack is not then"))
                    continue
                try:
                    result = self._run(group.measure, group.base | case.facts, case)
                except (FactValueError, ValidationError) as error:
                    found.append(_unreadable(path, error))
                    continue
                found += _differences(path, case.expect, result)
        return found + list(self._not_shown())

    def _in_force(self, day: date) -> bool:
        header = self._pack.content.pack
        return header.valid_from <= day and (header.valid_until or date.max) >= day

    def _run(self, measure_id: str, facts: dict[str, object], case: Example) -> MeasureResult:
        values: dict[str, Value] = dict(assumed())
        values |= {
            name: read_value(name, raw, case.as_of)
            for name, raw in facts.items()
            if raw is not None
        }
        settings = self._pack.settings_on(case.as_of) | {
            name: setting_value(self._pack.content, name, raw)
            for name, raw in case.settings.items()
        }
        env = environment(self._pack, case.as_of, self._regions, self._calendar, settings)
        result = decide(self._pack.measures[measure_id], values, env)
        self._outcomes.add((measure_id, result.outcome.value))
        for found in result.requirements:
            if found.state in {State.FALSE, State.REFERRED}:
                self._unmet.add((measure_id, found.id))
            self._referred.update(found.reasons)
        return result

    def _not_shown(self) -> Iterator[Finding]:
        for index, measure in enumerate(self._pack.content.measures):
            rules = self._pack.measures[measure.id].rules
            place: Path = ("measures", index)
            for outcome in ("eligible", "ineligible"):
                if (measure.id, outcome) not in self._outcomes:
                    yield Finding(place, "no-example", f"no example is {outcome}")
            for number, requirement in enumerate(rules.requirements):
                where = (*place, "requirements", number)
                if number >= len(measure.requirements):
                    where = (*place, "exclusion" if requirement.id == "group" else requirement.id)
                if (measure.id, requirement.id) not in self._unmet:
                    yield Finding(where, "no-example", "no example fails this requirement")
                for which, referral in enumerate(requirement.referrals):
                    if referral not in self._referred:
                        path = (*where, "refer", which)
                        yield Finding(path, "no-example", "no example is referred for this")


def _unreadable(path: Path, error: FactValueError | ValidationError) -> Finding:
    if isinstance(error, FactValueError):
        return Finding((*path, "facts", error.name), error.code, "no value of this fact or setting")
    return Finding((*path, "settings"), "wrong-type", "no value of this setting")


def _differences(path: Path, expected: Expected, result: MeasureResult) -> Iterator[Finding]:
    """Compare an example's expectation with what came out."""
    states = {found.id: found.state.value for found in result.requirements}
    compared: list[tuple[str, object, object]] = [("outcome", expected.outcome, result.outcome)]
    if expected.amount_fen is not None:
        compared.append(("amount_fen", expected.amount_fen, result.amount_fen))
    if expected.instalments is not None:
        compared.append(("instalments", expected.instalments, result.instalments))
    if expected.missing is not None:
        compared.append(("missing", tuple(sorted(expected.missing)), result.missing))
    compared += [
        (f"states.{name}", state, states.get(name)) for name, state in expected.states.items()
    ]
    for name, wanted, got in compared:
        if wanted != got:
            place = (*path, "expect", *name.split("."))
            yield Finding(place, "example-fails", f"expected {wanted}, got {got}")
