"""A synthetic pack whose measures can count: per project unless said, decided at once."""

from typing import Any

from talent_policy.facts.vocabulary import SIDES, SubjectKind
from talent_policy.packs.content import PackContent

from ..world import pack_json

BEYOND = 10**12


def text(words: str) -> dict[str, str]:
    return {"zh": f"条款{words}", "en": f"measure {words}"}


def setting(kind: str, value: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "label": text("设置 setting"),
        "dated": [{"from": "2021-04-09", "value": value}],
    } | more


def measure(name: str, fen: int | str, **changes: Any) -> dict[str, Any]:
    return {
        "id": name,
        "article": "2.1",
        "title": text(name),
        "per": "project",
        "requirements": [
            {
                "id": "fit",
                "article": "2.1",
                "text": text("enterprise"),
                "unmet": text("no enterprise"),
                "when": "{} == '{}'".format(*fact_of(changes.get("per", "project"))),
            }
        ],
        "amount": str(fen),
        "payee": "organisation",
        "mode": "MODE",
        "once_per": [["project"]],
        "budget": "projects",
    } | changes


def noticing(name: str, fen: int = 400) -> dict[str, Any]:
    """A measure of a group that is counted for notice, with a rule that looks and lets all pass."""
    group = {"group": "projects", "rule": "notice", "per": ["organisation"]}
    made = measure(name, fen, exclusion=group)
    made["requirements"][0]["when"] += " && measure.group_granted >= 0"
    return made


def fact_of(per: str) -> tuple[str, str, str]:
    """The one fact that a measure asks for, what it should be, and what not."""
    if SIDES[SubjectKind(per)].organisation:
        return "employer.kind", "enterprise", "government"
    return "person.study_mode", "full_time", "part_time"


def _examples(given: dict[str, Any]) -> dict[str, Any]:
    """An eligible case, and one that fails each requirement, the implied ones too."""
    group = (given.get("exclusion") or {}).get("rule") == "difference"
    name, good, bad = fact_of(given["per"])
    fails = {
        "fit": {name: bad},
        "quota": {"measure.quota_used": BEYOND} if given.get("quota") else None,
        "cap": {"measure.cap_used": BEYOND} if given.get("cap") else None,
        "group": {"measure.group_granted": BEYOND} if group else None,
    }
    cases = [{"name": "eligible", "facts": {}, "expect": {"outcome": "eligible"}}]
    cases += [
        {
            "name": f"fails {failed}",
            "facts": facts,
            "expect": {"outcome": "ineligible", "states": {failed: "false"}},
        }
        for failed, facts in fails.items()
        if facts is not None
    ]
    return {
        "measure": given["id"],
        "base": {name: good},
        "cases": [case | {"as_of": "2025-09-01"} for case in cases],
    }


def counted_json(*measures: dict[str, Any], mode: str = "instant", **settings: Any) -> Any:
    """A pack of these measures as a request body."""
    modes = {"MODE": setting("enum", mode, values=["review", "instant", "offer"])}
    return {
        "pack": pack_json(name="counted")["pack"],
        "settings": modes | settings,
        "measures": list(measures),
        "examples": [_examples(given) for given in measures],
    }


def counted(*measures: dict[str, Any], **settings: Any) -> PackContent:
    return PackContent.model_validate(counted_json(*measures, **settings))
