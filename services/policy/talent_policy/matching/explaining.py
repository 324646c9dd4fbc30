"""A measure's result in the caller's language, with a reason for every requirement."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from pydantic import BaseModel
from talent_kit.problems import Text
from talent_rules import RequirementResult, State

from ..facts.reading import as_json
from ..facts.vocabulary import definitions
from ..packs.compiling import CompiledMeasure, CompiledPack
from ..packs.content import Condition
from ..packs.deciding import MeasureResult
from .schemas import InstalmentRead, MeasureOutcome, RequirementOutcome

_MET = Text("符合", "Met")
_MISSING = Text("尚不清楚：", "Not known yet: ")
_REFERRED = Text("须由人工认定：", "A person must decide: ")
_SATISFIED: Mapping[State, bool] = {State.TRUE: True, State.FALSE: False}


@lru_cache(maxsize=4096)
def explain(pack: CompiledPack, result: MeasureResult, day: date, language: str) -> MeasureOutcome:
    """Return what a measure comes to, as it goes over HTTP.

    Nothing in it says of whom it is, and most people are told one of few answers: so it is shared.
    """
    measure = result.measure
    content = measure.content
    return MeasureOutcome(
        id=content.id,
        pack=pack.content.pack.name,
        title=content.title.in_language(language),
        citation=pack.citations[content.article].in_language(language),
        outcome=result.outcome,
        amount_fen=result.amount_fen,
        uncut_fen=result.uncut_fen,
        payee=content.payee,
        payout=content.payout,
        mode=result.mode,
        instalments=tuple(
            InstalmentRead(due=part.due, amount_fen=part.amount_fen) for part in result.instalments
        ),
        requirements=tuple(
            _requirement(pack, content.id, found, language) for found in result.requirements
        ),
        missing=result.missing,
        settings=_settings_shown(pack, measure, day),
        setting_labels={
            name: pack.content.settings[name].label.in_language(language)
            for name in measure.settings
        },
    )


def _settings_shown(pack: CompiledPack, measure: CompiledMeasure, day: date) -> dict[str, Any]:
    """Return the settings that a measure looks at, as JSON."""
    values = {name: pack.settings[name].on(day) for name in measure.settings}
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [each.model_dump() if isinstance(each, BaseModel) else each for each in value]
    return as_json(value)


@lru_cache(maxsize=4096)
def _requirement(
    pack: CompiledPack, measure_id: str, found: RequirementResult, language: str
) -> RequirementOutcome:
    """Say a requirement's result in words: no value of a fact is in it, so few differ."""
    requirement = pack.measures[measure_id].conditions[found.id]
    return RequirementOutcome(
        id=requirement.id,
        satisfied=_SATISFIED.get(found.state),
        state=found.state,
        why=_why(requirement, found, language),
        article=requirement.article,
        text=requirement.text.in_language(language),
        citation=pack.citations[requirement.article].in_language(language),
    )


def _why(requirement: Condition, found: RequirementResult, language: str) -> str:
    if found.state is State.TRUE:
        return _MET.in_language(language)
    if found.state is State.FALSE:
        return requirement.unmet.in_language(language)
    chinese = language == "zh"
    if found.state is State.UNKNOWN:
        names = [_label(name, language) for name in found.missing]
        return _MISSING.in_language(language) + _joined(names, chinese)
    reasons = [reason.reason_zh if chinese else reason.reason_en for reason in found.reasons]
    return _REFERRED.in_language(language) + _joined(reasons, chinese)


def _joined(texts: Sequence[str], chinese: bool) -> str:
    return ("；" if chinese else "; ").join(texts)


def _label(name: str, language: str) -> str:
    """Name a fact by its label; what no person can supply (a setting, a year) by itself."""
    fact = definitions().get(name)
    return name if fact is None else fact.label.in_language(language)
