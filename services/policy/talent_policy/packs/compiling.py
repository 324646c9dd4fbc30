"""A pack's content to rules that can be evaluated; everything wrong with it is found at once."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, TypeAlias
from uuid import UUID

from pydantic import TypeAdapter, ValidationError
from talent_kit.texts import Bilingual
from talent_rules import (
    Expression,
    Fact,
    FactType,
    FactValueError,
    Limits,
    Measure,
    Referral,
    Requirement,
    RuleError,
    Value,
    compile_expression,
)

from ..facts.vocabulary import SubjectKind, parties_of, vocabulary
from .content import (
    Article,
    Condition,
    MeasureContent,
    PackContent,
    Part,
    ReferWhen,
    RequirementContent,
    Setting,
    digest_of,
)
from .counters import COUNTED, CounterKind, conditions_of

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


KeyParts: TypeAlias = tuple[SubjectKind | Expression, ...]
"""What the values of a key are taken from."""


class CompiledClaim(NamedTuple):
    """What may be granted once: a key of `once_per`, or of an exclusion group that refuses."""

    scope: str
    per: KeyParts


class CompiledCounter(NamedTuple):
    """What is counted over many grants.

    `limit` is None for a group: nothing may have come between.
    """

    kind: CounterKind
    scope: str
    per: KeyParts
    limit: Expression | None


@dataclass(frozen=True, slots=True, eq=False)
class CompiledMeasure:
    """A measure's rules beside its texts."""

    content: MeasureContent
    scope: str
    """Names it among all packs."""
    rules: Measure
    conditions: Mapping[str, Condition]
    """The words of each requirement by its id: those of the document, then the implied ones."""
    claims: tuple[CompiledClaim, ...]
    counters: tuple[CompiledCounter, ...]
    key_rules: tuple[Expression, ...]
    """The expressions among the parts of all keys: nothing is granted before they are known."""
    settings: tuple[str, ...]
    """Names of all settings that it looks at, in order."""
    reads: frozenset[str]
    """Every fact that its rules or its keys look at."""


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


def compile_pack(content: PackContent, digest: str | None = None) -> CompiledPack:
    """Compile a pack; raises PackInvalid with every rule and setting that cannot be used.

    `digest` is the one under which the content was published.
    """
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
        digest=digest or digest_of(content),
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
        claims, counters = self._claims(place, measure), self._counters(place, measure)
        self._require_setting((*place, "mode"), measure.mode, "enum")
        if measure.instalments is not None:
            self._require_setting((*place, "instalments"), measure.instalments, "instalments")
        if len(self.findings) > before or amount is None:
            return None
        words = conditions_of(measure)
        implied = [
            self._implied(words[counter.kind], counter, counter.limit or amount)
            for counter in counters
            if counter.kind in words
        ]
        made = tuple(each for each in (*requirements, *implied) if each is not None)
        try:
            rules = Measure(measure.id, measure.per.value, made, amount, referrals)
        except ValueError:
            self._add((*place, "requirements"), "given-twice", "requirement ids are unique")
            return None
        return _compiled(measure, self._scope(measure.id), rules, claims, counters)

    def _scope(self, name: str) -> str:
        return f"{self._content.pack.name}:{name}"

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

    def _claims(self, place: Path, measure: MeasureContent) -> tuple[CompiledClaim, ...]:
        claims = [
            CompiledClaim(
                self._scope(measure.id), self._key((*place, "once_per", index), measure, key)
            )
            for index, key in enumerate(measure.once_per)
        ]
        exclusion = measure.exclusion
        if exclusion is not None and exclusion.rule == "refuse":
            key = self._key((*place, "exclusion", "per"), measure, exclusion.per)
            claims.append(CompiledClaim(self._scope(exclusion.group), key))
        return tuple(claims)

    def _counters(self, place: Path, measure: MeasureContent) -> tuple[CompiledCounter, ...]:
        quota, cap, exclusion = measure.quota, measure.cap, measure.exclusion
        made = []
        if quota is not None:
            key = self._key((*place, "quota", "per"), measure, quota.per)
            count = self._rule((*place, "quota", "count"), quota.count, FactType.INT)
            made.append(CompiledCounter("quota", self._scope(f"{measure.id}:quota"), key, count))
        if cap is not None:
            key = self._key((*place, "cap", "per"), measure, cap.per)
            limit = self._rule((*place, "cap", "limit"), cap.limit, FactType.MONEY)
            made.append(CompiledCounter("cap", self._scope(f"{measure.id}:cap"), key, limit))
        if exclusion is not None and exclusion.rule != "refuse":
            key = self._key((*place, "exclusion", "per"), measure, exclusion.per)
            kind: CounterKind = "group" if exclusion.rule == "difference" else "notice"
            made.append(CompiledCounter(kind, self._scope(exclusion.group), key, None))
        return tuple(made)

    def _implied(
        self, words: Condition, counter: CompiledCounter, limit: Expression
    ) -> Requirement:
        """Return the requirement that less is granted than the limit, or than this amount."""
        usual = Limits()
        below = compile_expression(
            f"{COUNTED[counter.kind]} < ({limit.text})",
            vocabulary(),
            settings=self._typed,
            limits=Limits(length=usual.length + 50, depth=usual.depth + 5),
        )
        return Requirement(words.id, words.text.zh, words.text.en, words.article, below)

    def _key(self, place: Path, measure: MeasureContent, parts: Sequence[str]) -> KeyParts:
        found = [self._key_part((*place, index), measure, part) for index, part in enumerate(parts)]
        return tuple(part for part in found if part is not None)

    def _key_part(
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


MODES = frozenset({"review", "instant", "offer"})
"""How an application is decided: by a reviewer, or at once where all its facts are verified.

`offer` (免申即享) is `instant` for a measure that the platform offers by itself.
"""


def _typed(name: str, setting: Setting) -> Fact:
    """Return a setting as the rule language types it."""
    return Fact(f"setting.{name}", FactType(setting.type), values=setting.values)


def _compiled(
    measure: MeasureContent,
    scope: str,
    rules: Measure,
    claims: tuple[CompiledClaim, ...],
    counters: tuple[CompiledCounter, ...],
) -> CompiledMeasure:
    referrals = [*rules.amount_referrals, *(r for q in rules.requirements for r in q.referrals)]
    expressions = [rules.amount, *(referral.when for referral in referrals)]
    expressions += [requirement.expression for requirement in rules.requirements]
    keys = [*(claim.per for claim in claims), *(counter.per for counter in counters)]
    key_rules = tuple(part for key in keys for part in key if isinstance(part, Expression))
    expressions += key_rules
    named = {measure.mode} | ({measure.instalments} if measure.instalments else set())
    return CompiledMeasure(
        content=measure,
        scope=scope,
        rules=rules,
        conditions=conditions_of(measure),
        claims=claims,
        counters=counters,
        key_rules=key_rules,
        settings=tuple(sorted(named.union(*(each.settings for each in expressions)))),
        reads=frozenset[str]().union(*(expression.facts for expression in expressions)),
    )


def setting_value(content: PackContent, name: str, raw: Any) -> Value | tuple[Part, ...]:
    """Read one value of a pack's setting; raises FactValueError or ValidationError."""
    value: Value | tuple[Part, ...] = _Compiler(content).read_setting(name, raw)
    return value
