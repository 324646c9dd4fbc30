"""The edge: one address for every client."""

from .gateway import Gateway
from .http import HttpUpstream
from .settings import GatewaySettings
from .upstream import InProcess, Upstream

__all__ = ["Gateway", "GatewaySettings", "HttpUpstream", "InProcess", "Upstream"]
