"""The record of a decision: all that it takes to come to the same answer again, for good."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator
from talent_kit.texts import Bilingual
from talent_rules import (
    LANGUAGE_VERSION,
    Environment,
    Outcome,
    RegionTree,
    State,
    Value,
    WorkingCalendar,
)

from ..facts.known import KnownFact, Parties, SubjectFacts
from ..facts.reading import as_json
from ..facts.vocabulary import SubjectKind, vocabulary
from .compiling import CompiledMeasure, CompiledPack, PublishedPack, setting_value
from .content import Part
from .deciding import (
    Claim,
    Count,
    Instalment,
    MeasureResult,
    claims,
    counts,
    decide,
    environment,
)

_FROZEN = ConfigDict(frozen=True, extra="forbid")


class CannotReplay(Exception):  # noqa: N818 - says what it is
    """A record of another rule language or another pack: its answer cannot be had again."""


class RecordedFact(BaseModel):
    """A fact that the decision looked at, with its source."""

    model_config = _FROZEN

    name: str
    value: Any
    source: str
    verified: bool
    observed_at: datetime


class RecordedRequirement(BaseModel):
    """A requirement's result; `reasons` say why a person must decide."""

    model_config = _FROZEN

    id: str
    state: State
    reasons: tuple[Bilingual, ...] = ()
    missing: tuple[str, ...] = ()


class RecordedResult(BaseModel):
    """What was decided."""

    model_config = _FROZEN

    outcome: Outcome
    amount_fen: int | None
    uncut_fen: int | None = None
    instalments: tuple[Instalment, ...]
    claims: tuple[Claim, ...]
    counts: tuple[Count, ...] = ()
    requirements: tuple[RecordedRequirement, ...]
    missing: tuple[str, ...]


class RecordedParties(BaseModel):
    """Between whom it was decided."""

    model_config = _FROZEN

    kind: SubjectKind
    id: UUID
    person: UUID | None = None
    organisation: UUID | None = None

    @model_validator(mode="before")
    @classmethod
    def _by_kind(cls, given: Any) -> Any:
        """Read what was recorded when each kind of subject had a field of its own."""
        if isinstance(given, dict) and "id" not in given and "kind" in given:
            own = given.get(given["kind"])
            sides = {name: given.get(name) for name in ("person", "organisation")}
            return {"kind": given["kind"], "id": own} | sides
        return given


class DecisionRecord(BaseModel):
    """A decision with its grounds. Holds personal facts: stored sealed."""

    model_config = _FROZEN

    format: Literal[1] = 1
    pack: str
    pack_version: int
    pack_digest: str
    measure: str
    as_of: date
    parties: RecordedParties
    facts: tuple[RecordedFact, ...]
    settings: dict[str, Any]
    determinations: dict[str, bool]
    language_version: int
    calendar_version: str
    calendar_last_year: int
    result: RecordedResult


@dataclass(frozen=True, slots=True)
class MeasureDecision:
    """What a measure comes to for stored subjects, and the record of it.

    `on_verified_facts` tells whether verified facts alone give this outcome and amount;
    `by_registers` the same of what registers say, without any reviewer's word, which is what
    `instant` asks for; never so where one login is the talent and an agent of the employer.
    `claims` and `counts` are empty unless the outcome is eligible.
    """

    result: MeasureResult
    claims: tuple[Claim, ...]
    counts: tuple[Count, ...]
    facts: Mapping[str, KnownFact]
    on_verified_facts: bool
    by_registers: bool
    record: DecisionRecord


def evaluate_measure(
    pack: PublishedPack,
    measure_id: str,
    subject: SubjectFacts,
    as_of: date,
    regions: RegionTree,
    *,
    determinations: Mapping[str, bool] | None = None,
) -> MeasureDecision:
    """Decide a measure for stored subjects; raises KeyError for a measure the pack lacks.

    `determinations` are a person's decisions on requirements that are referred, by their id.
    """
    rules = pack.rules
    measure = rules.measures[measure_id]
    calendar = WorkingCalendar()
    env = environment(rules, as_of, regions, calendar)
    known = subject.known
    if measure.counters:
        known = {**known, **subject.counted.get(measure.scope, {})}
    used = {name: fact for name, fact in known.items() if name in measure.reads}
    values = {name: fact.value for name, fact in used.items()}
    result = decide(measure, values, env, determinations)

    def settled(weight: int) -> bool:
        """Tell whether the facts of some weight alone give the same."""
        alone = {name: fact.value for name, fact in used.items() if fact.weight >= weight}
        if len(alone) == len(values):
            return True
        again = decide(measure, alone, env, determinations)
        return (again.outcome, again.amount_fen) == (result.outcome, result.amount_fen)

    made = _granted(result, subject.parties, values, env)
    record = DecisionRecord(
        pack=pack.name,
        pack_version=pack.version,
        pack_digest=rules.digest,
        measure=measure_id,
        as_of=as_of,
        parties=RecordedParties(**subject.parties._asdict()),
        facts=tuple(_recorded(name, fact) for name, fact in sorted(used.items())),
        settings=_recorded_settings(measure, env.settings),
        determinations=dict(determinations or {}),
        language_version=LANGUAGE_VERSION,
        calendar_version=calendar.version,
        calendar_last_year=calendar.last_year,
        result=_recorded_result(result, *made),
    )
    by_registers = not subject.one_hand and settled(2)
    return MeasureDecision(result, *made, used, settled(1), by_registers, record)


def replay(record: DecisionRecord, pack: CompiledPack, regions: RegionTree) -> RecordedResult:
    """Decide again what a record decided; `record.result` is what must come out.

    Raises CannotReplay where the pack is another or the rule language has moved on.
    """
    if (record.pack_digest, record.language_version) != (pack.digest, LANGUAGE_VERSION):
        raise CannotReplay
    measure = pack.measures[record.measure]
    settings = {
        name: setting_value(pack.content, name, raw) for name, raw in record.settings.items()
    }
    calendar = WorkingCalendar(record.calendar_last_year)
    env = environment(pack, record.as_of, regions, calendar, settings)
    values: dict[str, Value] = {
        fact.name: vocabulary().parse_value(fact.name, fact.value) for fact in record.facts
    }
    result = decide(measure, values, env, record.determinations)
    parties = Parties(**record.parties.model_dump())
    return _recorded_result(result, *_granted(result, parties, values, env))


def _granted(
    result: MeasureResult, parties: Parties, facts: Mapping[str, Value], env: Environment
) -> tuple[tuple[Claim, ...], tuple[Count, ...]]:
    """Return what a grant claims and counts; nothing unless it is one."""
    if result.outcome is not Outcome.ELIGIBLE or result.amount_fen is None:
        return (), ()
    return (
        claims(result.measure, parties, facts, env),
        counts(result.measure, parties, facts, env, result.amount_fen),
    )


def _recorded(name: str, fact: KnownFact) -> RecordedFact:
    return RecordedFact(
        name=name,
        value=as_json(fact.value),
        source=fact.source,
        verified=fact.verified,
        observed_at=fact.observed_at,
    )


def _recorded_settings(measure: CompiledMeasure, settings: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: [part.model_dump() for part in value]
        if isinstance(value, tuple) and value and isinstance(value[0], Part)
        else as_json(value)
        for name, value in sorted(settings.items())
        if name in measure.settings
    }


def _recorded_result(
    result: MeasureResult, claimed: tuple[Claim, ...], counted: tuple[Count, ...]
) -> RecordedResult:
    return RecordedResult(
        outcome=result.outcome,
        amount_fen=result.amount_fen,
        instalments=result.instalments,
        uncut_fen=result.uncut_fen,
        claims=claimed,
        counts=counted,
        requirements=tuple(
            RecordedRequirement(
                id=found.id,
                state=found.state,
                reasons=tuple(
                    Bilingual(zh=reason.reason_zh, en=reason.reason_en) for reason in found.reasons
                ),
                missing=found.missing,
            )
            for found in result.requirements
        ),
        missing=result.missing,
    )
