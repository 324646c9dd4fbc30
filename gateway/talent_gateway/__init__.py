"""The edge: one address for every client."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .gateway import Gateway
    from .http import HttpUpstream
    from .settings import GatewaySettings
    from .upstream import InProcess, Upstream

__all__ = ["Gateway", "GatewaySettings", "HttpUpstream", "InProcess", "Upstream"]

_PLACES = {
    "Gateway": "gateway",
    "GatewaySettings": "settings",
    "HttpUpstream": "http",
    "InProcess": "upstream",
    "Upstream": "upstream",
}


def __getattr__(name: str) -> Any:
    """Load what is asked for: the process that holds the socket needs none of it, for long."""
    if name not in _PLACES:
        raise AttributeError(name)
    return getattr(import_module(f".{_PLACES[name]}", __name__), name)
