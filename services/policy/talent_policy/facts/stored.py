"""The values of observations as they are stored: in clear, or sealed under their talent's key."""

from typing import Any

from pydantic_core import from_json
from talent_kit.personal import DataKey, Erased
from talent_rules import FactValueError, Value

from ..models.facts import Observation
from .repository import Word
from .vocabulary import vocabulary

SEALED = ("observation", "sealed")


def stored_value(row: Observation | Word, key: DataKey | None) -> Any:
    """Return the JSON value of an observation; the key is that of its talent, if it has one."""
    if row.sealed is None:
        return row.value
    if key is None:
        raise Erased
    return from_json(key.open(row.sealed, *SEALED, row.id))


def parsed(row: Observation | Word, key: DataKey | None) -> Value | None:
    """Return an observation's value, or None where the vocabulary no longer admits it."""
    try:
        return vocabulary().parse_value(row.name, stored_value(row, key))
    except FactValueError:
        return None
