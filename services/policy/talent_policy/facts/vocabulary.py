"""The vocabulary of facts, read once from `vocabulary.yaml` and the files that go on from it."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator
from talent_kit.texts import Bilingual
from talent_rules import Fact, FactType, Value, Vocabulary


class SubjectKind(StrEnum):
    """What a fact is a fact of, and what a measure is evaluated per."""

    PERSON = "person"
    ORGANISATION = "organisation"
    EMPLOYMENT = "employment"
    PROJECT = "project"
    """An organisation's project: of research, transfer, technology, or with a village."""
    STATION = "station"
    """An organisation's expert workstation, postdoc station, master's workshop, talent station."""
    FELLOWSHIP = "fellowship"
    """A doctor in an organisation's station."""
    GRANT = "grant"
    """A grant to a doctor in a station, awarded by the postdoc office."""
    ENROLMENT = "enrolment"
    """A student of a joint class; the organisation is the college."""
    TRIP = "trip"
    """A person's invited journey to a fair."""
    FAIR = "fair"
    """An organisation's taking part in a fair outside."""
    CONTEST = "contest"
    """A person's taking part in a competition."""


class Sides(NamedTuple):
    """Whether a kind of subject has a person and an organisation among its parties."""

    person: bool
    organisation: bool


SIDES: Mapping[SubjectKind, Sides] = MappingProxyType(
    {
        SubjectKind.PERSON: Sides(person=True, organisation=False),
        SubjectKind.ORGANISATION: Sides(person=False, organisation=True),
        SubjectKind.EMPLOYMENT: Sides(person=True, organisation=True),
        SubjectKind.PROJECT: Sides(person=False, organisation=True),
        SubjectKind.STATION: Sides(person=False, organisation=True),
        SubjectKind.FELLOWSHIP: Sides(person=True, organisation=True),
        SubjectKind.GRANT: Sides(person=True, organisation=True),
        SubjectKind.ENROLMENT: Sides(person=True, organisation=True),
        SubjectKind.TRIP: Sides(person=True, organisation=False),
        SubjectKind.FAIR: Sides(person=False, organisation=True),
        SubjectKind.CONTEST: Sides(person=True, organisation=False),
    }
)

MATTERS = frozenset(SubjectKind) - {
    SubjectKind.PERSON,
    SubjectKind.ORGANISATION,
    SubjectKind.EMPLOYMENT,
}
"""The kinds of matters (事项): rows of this service, while the others are identity's."""


@cache
def parties_of(kind: SubjectKind) -> frozenset[SubjectKind]:
    """Return the kinds of subjects that are party to an evaluation per this kind."""
    sides = {SubjectKind.PERSON: SIDES[kind].person}
    sides[SubjectKind.ORGANISATION] = SIDES[kind].organisation
    return frozenset({kind, *(side for side, has in sides.items() if has)})


_OWNERS: Mapping[str, SubjectKind | None] = {
    **{kind.value: kind for kind in SubjectKind if kind is not SubjectKind.ORGANISATION},
    "employer": SubjectKind.ORGANISATION,
    "measure": None,
}
"""The first part of a fact's name says whose it is; what a measure has granted is nobody's."""


class FactDefinition(BaseModel):
    """One fact: its type, what it means, and which sources may verify it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    type: FactType
    unit: str = ""
    values: dict[str, Bilingual] = Field(default_factory=dict)
    label: Bilingual
    description: Bilingual
    verified_by: tuple[str, ...]
    assumed: bool | int | str | None = None
    """What the fact is taken to be while nobody says otherwise; None: it is unknown then."""

    @property
    def owner(self) -> SubjectKind | None:
        """None for what is counted of the measure itself, which nobody can observe."""
        return _OWNERS[self.name.partition(".")[0]]


class FactCatalogue(BaseModel):
    """All facts and all sources."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: dict[str, Bilingual]
    facts: tuple[FactDefinition, ...]

    @model_validator(mode="after")
    def _sources_exist(self) -> Self:
        for fact in self.facts:
            if unknown := set(fact.verified_by) - self.sources.keys():
                raise ValueError(f"{fact.name}: unknown sources {sorted(unknown)}")
        return self


@cache
def catalogue() -> FactCatalogue:
    """Return the facts and sources as they stand in the package's data."""
    parts = {
        file.name: yaml.load(file.read_text("utf-8"), yaml.CSafeLoader)
        for file in files(__package__).iterdir()
        if file.name.startswith("vocabulary") and file.name.endswith(".yaml")
    }
    facts = [fact for _, part in sorted(parts.items()) for fact in part["facts"]]
    return FactCatalogue.model_validate(
        {"sources": parts["vocabulary.yaml"]["sources"], "facts": facts}
    )


@cache
def definitions() -> Mapping[str, FactDefinition]:
    """Return the facts by name."""
    return MappingProxyType({fact.name: fact for fact in catalogue().facts})


@cache
def assumed() -> Mapping[str, Value]:
    """Return the facts that are taken to be something while nobody says otherwise."""
    return MappingProxyType(
        {fact.name: fact.assumed for fact in catalogue().facts if fact.assumed is not None}
    )


@cache
def vocabulary() -> Vocabulary:
    """Return the facts as the rule language needs them; no amount, year or number is negative."""
    return Vocabulary(
        Fact(
            name=fact.name,
            type=fact.type,
            unit=fact.unit,
            label_zh=fact.label.zh,
            label_en=fact.label.en,
            values=tuple(fact.values),
            minimum=0,
        )
        for fact in catalogue().facts
    )
