"""Reading facts from JSON: strictly by type, all or nothing, and never echoing a value."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from talent_kit.problems import Text
from talent_kit.regions import regions
from talent_rules import FactType, FactValueError, Value

from .errors import FactsInvalid
from .vocabulary import vocabulary

_SHOWN_NAME = re.compile(r"[a-z]+\.[a-z][a-z0-9_]{0,40}")

_TEXTS: Mapping[str, Text] = {
    "unknown-fact": Text("没有这一事实", "There is no such fact"),
    "wrong-type": Text("类型不正确", "Wrong type"),
    "wrong-format": Text("格式不正确", "The format is wrong"),
    "not-allowed-value": Text("不在可选值之内", "Not one of the allowed values"),
    "out-of-range": Text("超出范围", "Out of range"),
    "too-long": Text("过长", "Too long"),
    "unknown-region": Text("没有这一地区", "There is no such region on that day"),
    "not-of-this-subject": Text("不是该类对象的事实", "No fact of this kind of subject"),
    "in-future": Text("日期在将来", "In the future"),
    "ends-before-start": Text("结束早于开始", "Ends before it starts"),
    "given-twice": Text("重复", "Given twice"),
    "source-may-not-verify": Text("该来源无权核实", "The source may not verify it"),
}


class FieldErrors:
    """Collects what is wrong, field by field, in the shape of every other 422."""

    def __init__(self, language: str) -> None:
        self._language = language
        self.found: list[dict[str, str]] = []

    def add(self, field: str, code: str) -> None:
        text = _TEXTS[code].in_language(self._language)
        self.found.append({"field": field, "code": code, "message": text})

    def raise_any(self) -> None:
        """Raise FactsInvalid if anything was found."""
        if self.found:
            raise FactsInvalid(field=self.found[0]["field"], errors=self.found)


def read_value(name: str, given: object, on: date) -> Value:
    """Read one fact; raises FactValueError, also for a region that is unknown on that day."""
    value = vocabulary().parse_value(name, given)
    if vocabulary().facts[name].type is FactType.REGION and isinstance(value, str):
        require_region(name, value, on)
    return value


def require_region(name: str, code: str, on: date) -> None:
    """Raise FactValueError for a region that the register does not know on that day."""
    if regions().within(code, code, on) is None:
        raise FactValueError(name, "unknown-region")


def read_facts(given: Mapping[str, Any], on: date, language: str) -> dict[str, Value]:
    """Read facts by name; raises FactsInvalid naming each `body.facts.NAME` at fault."""
    errors = FieldErrors(language)
    values: dict[str, Value] = {}
    for name, raw in given.items():
        try:
            values[name] = read_value(name, raw, on)
        except FactValueError as error:
            errors.add(f"body.facts.{_shown(name)}", error.code)
    errors.raise_any()
    return values


def _shown(name: str) -> str:
    """Keep what looks like a fact's name; any other key of the caller's may be personal."""
    return name if _SHOWN_NAME.fullmatch(name) else "*"


def as_json(value: Value) -> Any:
    """Return a value as it stands in JSON."""
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
