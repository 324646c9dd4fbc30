"""What is counted over many grants, and what it requires in words: something must be left."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from talent_kit.texts import Bilingual

from .content import Condition, MeasureContent

CounterKind: TypeAlias = Literal["quota", "cap", "group", "notice"]

COUNTED: Mapping[CounterKind, str] = {
    "quota": "measure.quota_used",
    "cap": "measure.cap_used",
    "group": "measure.group_granted",
    "notice": "measure.group_granted",
}
"""The fact that tells how far a counter has come; a group is counted to be cut, or for notice."""

_WORDS: Mapping[CounterKind, tuple[Bilingual, Bilingual]] = {
    "quota": (
        Bilingual(zh="名额尚有剩余", en="A place of the quota is left"),
        Bilingual(zh="名额已经用完", en="Every place of the quota is taken"),
    ),
    "cap": (
        Bilingual(zh="限额尚有剩余", en="Money under the cap is left"),
        Bilingual(zh="限额已经用完", en="All money under the cap is granted"),
    ),
    "group": (
        Bilingual(
            zh="未按同类条款享受过同等或更高金额",
            en="Nothing as high was granted under another measure of its group",
        ),
        Bilingual(
            zh="已按同类条款享受过不低于本条的金额（就高不就低）",
            en="Another measure of its group has granted as much or more; the highest counts",
        ),
    ),
}


def conditions_of(measure: MeasureContent) -> Mapping[str, Condition]:
    """Return the words of each requirement by its id: those of the document, then the implied."""
    implied = (
        Condition(id=kind, article=measure.article, text=text, unmet=unmet)
        for kind, (text, unmet) in _WORDS.items()
        if kind in counters_of(measure)
    )
    return {condition.id: condition for condition in (*measure.requirements, *implied)}


def counters_of(measure: MeasureContent) -> set[CounterKind]:
    """Return what is counted for a measure."""
    exclusion = measure.exclusion
    has: Mapping[CounterKind, bool] = {
        "quota": measure.quota is not None,
        "cap": measure.cap is not None,
        "group": exclusion is not None and exclusion.rule == "difference",
    }
    return {kind for kind, given in has.items() if given}
