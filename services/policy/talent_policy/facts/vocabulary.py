"""The vocabulary of facts, read once from `vocabulary.yaml`."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator
from talent_rules import Fact, FactType, Value, Vocabulary

from ..texts import Bilingual


class SubjectKind(StrEnum):
    """What a fact is a fact of, and what a measure is evaluated per."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PROJECT = "project"
    EMPLOYMENT = "employment"


_OWNERS: Mapping[str, SubjectKind] = {
    "person": SubjectKind.PERSON,
    "employer": SubjectKind.ORGANISATION,
    "project": SubjectKind.PROJECT,
    "employment": SubjectKind.EMPLOYMENT,
}
"""The first part of a fact's name says whose it is."""


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
    assumed: bool | None = None
    """What the fact is taken to be while nobody says otherwise; None: it is unknown then."""

    @property
    def owner(self) -> SubjectKind:
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
    text = files(__package__).joinpath("vocabulary.yaml").read_text("utf-8")
    return FactCatalogue.model_validate(yaml.safe_load(text))


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
    """Return the facts as the rule language needs them."""
    return Vocabulary(
        Fact(
            name=fact.name,
            type=fact.type,
            unit=fact.unit,
            label_zh=fact.label.zh,
            label_en=fact.label.en,
            values=tuple(fact.values),
        )
        for fact in catalogue().facts
    )
