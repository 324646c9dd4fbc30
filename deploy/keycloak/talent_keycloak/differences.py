"""Where something differs from what it should be."""

from typing import Any


def differences(wanted: Any, found: Any, place: str = "") -> list[str]:
    """Return the places where `found` is not as `wanted` says.

    What that leaves out may be anything. Lists are sets, since Keycloak gives them back in an order
    of its own. Values are never told.
    """
    if isinstance(wanted, dict) and isinstance(found, dict):
        return [
            difference
            for key, value in wanted.items()
            for difference in differences(value, found.get(key), f"{place}.{key}" if place else key)
        ]
    return [] if _same(wanted, found) else [place]


def merged(wanted: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return what was found with everything that is wanted put into it."""
    result = dict(found)
    for key, value in wanted.items():
        inner = found.get(key)
        if isinstance(value, dict) and isinstance(inner, dict):
            result[key] = merged(value, inner)
        else:
            result[key] = value
    return result


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, list) and isinstance(found, list):
        return sorted(map(repr, wanted)) == sorted(map(repr, found))
    if wanted in ([], {}, None):
        return found in ([], {}, None)
    return bool(wanted == found)
