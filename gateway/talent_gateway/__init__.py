"""The edge: one address for every client."""

from .gateway import Gateway
from .settings import GatewaySettings
from .upstream import InProcess, Upstream

__all__ = ["Gateway", "GatewaySettings", "InProcess", "Upstream"]
