"""The shape of a policy pack: a document, its measures, the authority's settings, examples."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError
from talent_kit.texts import Bilingual, Words

from ..facts.vocabulary import SubjectKind

Citation = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}\.[0-9]{1,3}$")]
"""`annex.article`; annex 0 is the document's own text."""
MeasureId = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,2}\.[0-9]{1,3}[a-z]?$")]
"""`annex.article`, with a letter where one article has several measures."""
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
SettingName = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]{0,39}$")]
Rule = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Strict(BaseModel):
    """Data of a pack: frozen, and nothing in it that nobody reads."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Article(Strict):
    """An article that measures can cite."""

    annex: int = Field(ge=0, le=99)
    article: int = Field(ge=0, le=999)
    title: Bilingual

    @property
    def citation(self) -> str:
        return f"{self.annex}.{self.article}"


class Document(Strict):
    """Where the measures come from, in our own words."""

    number: Words
    title: Bilingual
    issuer: Bilingual
    issued_on: date
    articles: tuple[Article, ...] = Field(min_length=1, max_length=200)


class Header(Strict):
    """A pack's name, region and validity; `valid_until` is the last day."""

    name: Name
    region: str = Field(max_length=32)
    valid_from: date
    valid_until: date | None = None
    document: Document

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.valid_until is not None and self.valid_until < self.valid_from:
            raise PydanticCustomError("ends_before_start", "valid_until is before valid_from")
        return self


class Part(Strict):
    """One instalment: how many months after the decision's day, and its share of the amount."""

    after_months: int = Field(ge=0, le=240)
    share: int = Field(ge=1, le=1_000_000)


class DatedValue(Strict):
    """A setting's value from a day on, until the next one begins."""

    begins: date = Field(alias="from")
    value: Any


class Setting(Strict):
    """What the document leaves to the authority, with its values over time."""

    type: Literal[
        "bool", "int", "date", "string", "string_list", "enum", "money", "region", "instalments"
    ]
    values: tuple[Words, ...] = Field(default=(), max_length=20)
    label: Bilingual
    dated: tuple[DatedValue, ...] = Field(min_length=1, max_length=100)


class ReferWhen(Strict):
    """When a person must decide, and why."""

    when: Rule
    reason: Bilingual


class Condition(Strict):
    """A condition of a measure in words; `unmet` says what it means when it does not hold."""

    id: Name
    article: Citation
    text: Bilingual
    unmet: Bilingual


class RequirementContent(Condition):
    """A condition that the document sets."""

    when: Rule
    refer: tuple[ReferWhen, ...] = Field(default=(), max_length=20)


Key = Annotated[tuple[Rule, ...], Field(max_length=5)]
"""Parties (`person`, `organisation`, …) and expressions, whose values together are the key."""


class Quota(Strict):
    """How many grants there may be for one key (名额): an int rule."""

    count: Rule
    per: Key


class Cap(Strict):
    """The most money that is granted for one key (限额): a rule in fen; what is above is cut."""

    limit: Rule
    per: Key


class Exclusion(Strict):
    """Measures of one group for one key, by the authority's word.

    `refuse`: one of them excludes the others (不重复享受). `difference`: the highest counts
    (就高不就低), so that what the others granted before is taken off. `notice`: it is only counted,
    for a rule that sends to a person whom the document leaves open whether to grant both.
    """

    group: Name
    rule: Literal["refuse", "difference", "notice"]
    per: Annotated[tuple[Rule, ...], Field(min_length=1, max_length=5)]


class Paper(Strict):
    """Something that an applicant is asked to show."""

    id: Name
    title: Bilingual


class MeasureContent(Strict):
    """One thing that can be granted.

    `once_per` lists keys that may be claimed once each. `mode` and `instalments` name settings. An
    `offset` (抵免) is granted without a payment, so it has neither a budget nor instalments.
    """

    id: MeasureId
    article: Citation
    title: Bilingual
    per: SubjectKind
    requirements: tuple[RequirementContent, ...] = Field(min_length=1, max_length=50)
    amount: Rule
    amount_refer: tuple[ReferWhen, ...] = Field(default=(), max_length=20)
    payee: Literal["person", "organisation"]
    payout: Literal["transfer", "offset"] = "transfer"
    mode: SettingName
    instalments: SettingName | None = None
    once_per: tuple[tuple[Rule, ...], ...] = Field(min_length=1, max_length=5)
    exclusion: Exclusion | None = None
    quota: Quota | None = None
    cap: Cap | None = None
    budget: Name | None = None
    papers: tuple[Paper, ...] = Field(default=(), max_length=30)

    @model_validator(mode="after")
    def _pays_or_offsets(self) -> Self:
        if (self.budget is None) != (self.payout == "offset"):
            raise PydanticCustomError("budget_by_payout", "a transfer alone, and always, has one")
        if self.payout == "offset" and self.instalments is not None:
            raise PydanticCustomError("offset_at_once", "an offset has no instalments")
        return self


State = Literal["true", "false", "unknown", "referred"]


class Expected(Strict):
    """What an example must give; what is not named is not looked at."""

    outcome: Literal["eligible", "ineligible", "unknown", "needs_person"]
    amount_fen: int | None = None
    instalments: tuple[tuple[date, int], ...] | None = None
    states: dict[Name, State] = Field(default_factory=dict)
    missing: tuple[str, ...] | None = None


class Example(Strict):
    """A worked case that an official can read: base facts, some replaced or (null) removed."""

    name: Words
    as_of: date
    facts: dict[str, Any] = Field(default_factory=dict, max_length=60)
    settings: dict[SettingName, Any] = Field(default_factory=dict, max_length=20)
    expect: Expected


class ExampleSet(Strict):
    """Worked cases of one measure that share most of their facts."""

    measure: MeasureId
    base: dict[str, Any] = Field(max_length=60)
    cases: tuple[Example, ...] = Field(min_length=1, max_length=300)


class PackContent(Strict):
    """A whole pack."""

    pack: Header
    settings: dict[SettingName, Setting] = Field(max_length=100)
    measures: tuple[MeasureContent, ...] = Field(min_length=1, max_length=100)
    examples: tuple[ExampleSet, ...] = Field(max_length=200)


def canonical(content: PackContent) -> dict[str, Any]:
    """Return the content as JSON that is stored."""
    document: dict[str, Any] = content.model_dump(mode="json", by_alias=True)
    return document


def digest_of(content: PackContent) -> str:
    """Return the SHA-256 of the content, in hexadecimal.

    What stands at its default is left out, so that the schema can grow without changing it.
    """
    given = content.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    text = json.dumps(given, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def duplicates(names: Sequence[str]) -> set[str]:
    """Return the names that stand more than once."""
    return {name for name in names if names.count(name) > 1}
