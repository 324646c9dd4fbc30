"""What a change of an event's schema would break: readers of today, or events already sent.

A subscriber written against the old schema receives new events, and a new subscriber replays old
ones: so within a version nothing changes but that an optional field is added.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]

_TEXTS = frozenset({"title", "description", "examples", "$defs"})


@dataclass
class Difference:
    """What changed between two schemas, one sentence for each change."""

    breaks: list[str] = field(default_factory=list)
    additions: list[str] = field(default_factory=list)


def compare(old: Schema, new: Schema) -> Difference:
    """Return what a change from `old` to `new` breaks, and what it adds harmlessly."""
    found = Difference()
    _compare(_Document(old), _Document(new), "", found)
    return found


class _Document:
    """A schema that resolves its references."""

    def __init__(self, node: Schema, definitions: Schema | None = None) -> None:
        self._definitions: Schema = node.get("$defs", {}) if definitions is None else definitions
        reference = node.get("$ref")
        aside = {key: value for key, value in node.items() if key != "$ref"}
        self.node: Schema = (
            node
            if reference is None
            else {**self._definitions[reference.rpartition("/")[2]], **aside}
        )

    def at(self, node: Schema) -> "_Document":
        return _Document(node, self._definitions)

    def fields(self) -> Mapping[str, Schema]:
        fields: Mapping[str, Schema] = self.node.get("properties", {})
        return fields

    def required(self) -> frozenset[str]:
        return frozenset(self.node.get("required", ()))

    def values(self) -> frozenset[str] | None:
        """The allowed values of an enumeration as text, None for any other schema."""
        if "const" in self.node:
            return frozenset({repr(self.node["const"])})
        return frozenset(map(repr, self.node["enum"])) if "enum" in self.node else None

    def rest(self) -> dict[str, Any]:
        """Everything else that decides which values are accepted."""
        followed = {"properties", "required", "items", "anyOf", "enum", "const"}
        return {key: self.node[key] for key in self.node if key not in followed | _TEXTS}


def _compare(old: _Document, new: _Document, place: str, found: Difference) -> None:
    _compare_fields(old, new, place, found)
    _compare_values(old, new, place, found)
    for key, before, after in _changed(old.rest(), new.rest()):
        found.breaks.append(f"{place or 'the event'}: {key} changes from {before!r} to {after!r}")
    before, after = old.node.get("anyOf", []), new.node.get("anyOf", [])
    if len(before) != len(after):
        found.breaks.append(f"{place}: the alternatives of its type change")
    else:
        for one, other in zip(before, after, strict=True):
            _compare(old.at(one), new.at(other), place, found)
    if ("items" in old.node) != ("items" in new.node):
        found.breaks.append(f"{place}: it is a list in one of the two alone")
    elif "items" in old.node:
        _compare(old.at(old.node["items"]), new.at(new.node["items"]), f"{place}[]", found)


def _compare_fields(old: _Document, new: _Document, place: str, found: Difference) -> None:
    before, after = old.fields(), new.fields()
    for name in before.keys() - after.keys():
        found.breaks.append(f"{_join(place, name)}: removed or renamed, but subscribers read it")
    for name in after.keys() - before.keys():
        if name in new.required():
            found.breaks.append(
                f"{_join(place, name)}: added as required, but events already sent lack it"
            )
        else:
            found.additions.append(f"{_join(place, name)}: added, optional")
    for name in before.keys() & after.keys():
        if name in new.required() - old.required():
            found.breaks.append(
                f"{_join(place, name)}: becomes required, but events already sent may lack it"
            )
        if name in old.required() - new.required():
            found.breaks.append(
                f"{_join(place, name)}: becomes optional, but subscribers require it"
            )
        _compare(old.at(before[name]), new.at(after[name]), _join(place, name), found)


def _compare_values(old: _Document, new: _Document, place: str, found: Difference) -> None:
    before, after = old.values(), new.values()
    if before is None or after is None:
        if before is not after:
            found.breaks.append(f"{place}: it is an enumeration in one of the two alone")
        return
    for value in sorted(before - after):
        found.breaks.append(
            f"{place}: {value} is no longer allowed, but events already sent say it"
        )
    for value in sorted(after - before):
        found.breaks.append(f"{place}: {value} is new, and subscribers of today refuse it")


def _changed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for key in sorted(old.keys() | new.keys()):
        if old.get(key) != new.get(key):
            yield key, old.get(key), new.get(key)


def _join(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
