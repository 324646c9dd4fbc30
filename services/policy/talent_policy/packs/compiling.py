"""A pack's content to rules that can be evaluated; everything wrong with it is found at once."""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from talent_rules import (
    Expression,
    Fact,
    FactType,
    FactValueError,
    Measure,
    Referral,
    Requirement,
    RuleError,
    Value,
    compile_expression,
)

from ..facts.vocabulary import SubjectKind, vocabulary
from ..texts import Bilingual
from .content import (
    Article,
    MeasureContent,
    PackContent,
    Part,
    ReferWhen,
    RequirementContent,
    Setting,
)

Path: TypeAlias = tuple[str | int, ...]

_PARTS = TypeAdapter(tuple[Part, ...])


class Finding(NamedTuple):
    """One thing wrong with a pack: where, a stable code, and what."""

    path: Path
    code: str
    message: str

    @property
    def field(self) -> str:
        return ".".join(map(str, self.path))


class PackInvalid(Exception):  # noqa: N818 - says what it is
    """A pack that cannot be used."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = tuple(findings)


@dataclass(frozen=True, slots=True)
class DatedSetting:
    """A setting's values by the day from which each holds."""

    days: tuple[date, ...]
    values: tuple[Any, ...]

    def on(self, day: date) -> Any:
        """Return the value on a day, or None before the first."""
        index = bisect_right(self.days, day)
        return self.values[index - 1] if index else None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledMeasure:
    """A measure's rules beside its texts; `claims` are the parts of each key of `once_per`."""

    content: MeasureContent
    rules: Measure
    claims: tuple[tuple[SubjectKind | Expression, ...], ...]
    settings: frozenset[str]
    """Names of all settings that it looks at."""
    reads: frozenset[str]
    """Every fact that its rules or its claim keys look at."""


@dataclass(frozen=True, slots=True, eq=False)
class CompiledPack:
    """A pack ready to decide."""

    content: PackContent
    digest: str
    measures: Mapping[str, CompiledMeasure]
    settings: Mapping[str, DatedSetting]
    citations: Mapping[str, Bilingual]
    """Each article of the document as it is cited, by `annex.article`."""

    def settings_on(self, day: date) -> dict[str, Any]:
        """Return every setting's value on a day; one that has none yet is left out."""
        values = {name: setting.on(day) for name, setting in self.settings.items()}
        return {name: value for name, value in values.items() if value is not None}


class PublishedPack(NamedTuple):
    """A published version of a pack: the id of its row, its number, its rules."""

    id: UUID
    version: int
    rules: CompiledPack

    @property
    def name(self) -> str:
        return self.rules.content.pack.name


def canonical(content: PackContent) -> dict[str, Any]:
    """Return the content as JSON that is stored and digested."""
    document: dict[str, Any] = content.model_dump(mode="json", by_alias=True)
    return document


def digest_of(content: PackContent) -> str:
    """Return the SHA-256 of the canonical content, in hexadecimal."""
    text = json.dumps(canonical(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def compile_pack(content: PackContent) -> CompiledPack:
    """Compile a pack; raises PackInvalid with every rule and setting that cannot be used."""
    compiler = _Compiler(content)
    settings = {name: compiler.setting(name, given) for name, given in content.settings.items()}
    measures = {
        measure.id: compiler.measure(("measures", index), measure)
        for index, measure in enumerate(content.measures)
    }
    if compiler.findings:
        raise PackInvalid(compiler.findings)
    return CompiledPack(
        content=content,
        digest=digest_of(content),
        measures={name: measure for name, measure in measures.items() if measure is not None},
        settings={name: setting for name, setting in settings.items() if setting is not None},
        citations={
            article.citation: _cited(content.pack.document.number, article)
            for article in content.pack.document.articles
        },
    )


def _cited(number: str, article: Article) -> Bilingual:
    if article.annex == 0:
        return Bilingual(zh=number, en=number)
    return Bilingual(
        zh=f"{number}附件{article.annex}第{article.article}条",
        en=f"{number}, annex {article.annex}, article {article.article}",
    )


class _Compiler:
    """Compiles part by part and collects what is wrong."""

    def __init__(self, content: PackContent) -> None:
        self._content = content
        self.findings: list[Finding] = []
        self._typed = {
            name: _typed(name, setting)
            for name, setting in content.settings.items()
            if setting.type != "instalments" and (setting.type == "enum") == bool(setting.values)
        }

    def setting(self, name: str, setting: Setting) -> DatedSetting | None:
        place: Path = ("settings", name)
        if setting.type != "instalments" and name not in self._typed:
            self._add((*place, "values"), "wrong-values", "an enum, and only an enum, has values")
            return None
        values = []
        for index, dated in enumerate(setting.dated):
            try:
                values.append(self.read_setting(name, dated.value))
            except (FactValueError, ValidationError) as error:
                code = error.code if isinstance(error, FactValueError) else "wrong-type"
                self._add((*place, "dated", index, "value"), code, f"not a value of {setting.type}")
                return None
        days = tuple(dated.begins for dated in setting.dated)
        if list(days) != sorted(set(days)):
            self._add((*place, "dated"), "not-in-order", "days must rise, each value from its own")
        elif days[0] > self._content.pack.valid_from:
            self._add((*place, "dated", 0, "from"), "not-covering", "no value when the pack begins")
        return DatedSetting(days, tuple(values))

    def read_setting(self, name: str, raw: Any) -> Any:
        """Read one value; raises FactValueError or ValidationError."""
        if name in self._typed:
            return self._typed[name].parse(raw)
        parts = _PARTS.validate_python(raw)
        if not parts:
            raise FactValueError(name, "out-of-range")
        return parts

    def measure(self, place: Path, measure: MeasureContent) -> CompiledMeasure | None:
        before = len(self.findings)
        requirements = [
            self._requirement((*place, "requirements", index), requirement)
            for index, requirement in enumerate(measure.requirements)
        ]
        amount = self._rule((*place, "amount"), measure.amount, FactType.MONEY)
        referrals = self._referrals((*place, "amount_refer"), measure.amount_refer)
        claims = tuple(
            tuple(
                self._claim_part((*place, "once_per", index, number), measure, part)
                for number, part in enumerate(key)
            )
            for index, key in enumerate(measure.once_per)
        )
        self._require_setting((*place, "mode"), measure.mode, "enum")
        if measure.instalments is not None:
            self._require_setting((*place, "instalments"), measure.instalments, "instalments")
        if len(self.findings) > before or amount is None:
            return None
        rules = self._together(place, measure, requirements, amount, referrals)
        return None if rules is None else _compiled(measure, rules, claims)

    def _together(
        self,
        place: Path,
        measure: MeasureContent,
        requirements: Sequence[Requirement | None],
        amount: Expression,
        referrals: tuple[Referral, ...],
    ) -> Measure | None:
        made = tuple(requirement for requirement in requirements if requirement is not None)
        try:
            return Measure(measure.id, measure.per.value, made, amount, referrals)
        except ValueError:
            self._add((*place, "requirements"), "given-twice", "requirement ids are unique")
            return None

    def _requirement(self, place: Path, requirement: RequirementContent) -> Requirement | None:
        when = self._rule((*place, "when"), requirement.when, FactType.BOOL)
        referrals = self._referrals((*place, "refer"), requirement.refer)
        if when is None:
            return None
        return Requirement(
            id=requirement.id,
            text_zh=requirement.text.zh,
            text_en=requirement.text.en,
            article=requirement.article,
            expression=when,
            referrals=referrals,
        )

    def _referrals(self, place: Path, given: Sequence[ReferWhen]) -> tuple[Referral, ...]:
        made = []
        for index, refer in enumerate(given):
            when = self._rule((*place, index, "when"), refer.when, FactType.BOOL)
            if when is not None:
                made.append(Referral(when, refer.reason.zh, refer.reason.en))
        return tuple(made)

    def _claim_part(
        self, place: Path, measure: MeasureContent, part: str
    ) -> SubjectKind | Expression | None:
        if part not in set(SubjectKind):
            return self._rule(place, part, None)
        if SubjectKind(part) not in parties_of(measure.per):
            self._add(place, "not-a-party", f"{part} is no party of what is per {measure.per}")
        return SubjectKind(part)

    def _rule(self, place: Path, text: str, returns: FactType | None) -> Expression | None:
        try:
            return compile_expression(text, vocabulary(), returns=returns, settings=self._typed)
        except RuleError as error:
            where = f"line {error.line}, column {error.column}: {error.message}"
            self._add(place, error.code, where)
            return None

    def _require_setting(self, place: Path, name: str, kind: str) -> None:
        setting = self._content.settings.get(name)
        if setting is None:
            self._add(place, "unknown-setting", f"there is no setting {name}")
        elif setting.type != kind or (kind == "enum" and not set(setting.values) <= MODES):
            self._add(place, "wrong-type", f"{name} is no setting of this kind")

    def _add(self, path: Path, code: str, message: str) -> None:
        self.findings.append(Finding(path, code, message))


MODES = frozenset({"review", "instant"})
"""How an application is decided: by a reviewer, or at once where all its facts are verified."""

_PARTIES: Mapping[SubjectKind, frozenset[SubjectKind]] = {
    SubjectKind.PERSON: frozenset({SubjectKind.PERSON}),
    SubjectKind.ORGANISATION: frozenset({SubjectKind.ORGANISATION}),
    SubjectKind.PROJECT: frozenset({SubjectKind.PROJECT, SubjectKind.ORGANISATION}),
    SubjectKind.EMPLOYMENT: frozenset(
        {SubjectKind.EMPLOYMENT, SubjectKind.PERSON, SubjectKind.ORGANISATION}
    ),
}


def parties_of(per: SubjectKind) -> frozenset[SubjectKind]:
    """Return the kinds of subjects that are party to an evaluation."""
    return _PARTIES[per]


def _typed(name: str, setting: Setting) -> Fact:
    """Return a setting as the rule language types it."""
    return Fact(f"setting.{name}", FactType(setting.type), values=setting.values)


def _compiled(
    measure: MeasureContent,
    rules: Measure,
    claims: tuple[tuple[SubjectKind | Expression | None, ...], ...],
) -> CompiledMeasure:
    keys = tuple(tuple(part for part in key if part is not None) for key in claims)
    claimed = [part for key in keys for part in key if isinstance(part, Expression)]
    referrals = [*rules.amount_referrals, *(r for q in rules.requirements for r in q.referrals)]
    expressions = [rules.amount, *claimed, *(referral.when for referral in referrals)]
    expressions += [requirement.expression for requirement in rules.requirements]
    named = {measure.mode} | ({measure.instalments} if measure.instalments else set())
    return CompiledMeasure(
        content=measure,
        rules=rules,
        claims=keys,
        settings=frozenset(named).union(*(expression.settings for expression in expressions)),
        reads=frozenset[str]().union(*(expression.facts for expression in expressions)),
    )


def setting_value(content: PackContent, name: str, raw: Any) -> Value | tuple[Part, ...]:
    """Read one value of a pack's setting; raises FactValueError or ValidationError."""
    value: Value | tuple[Part, ...] = _Compiler(content).read_setting(name, raw)
    return value
