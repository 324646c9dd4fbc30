"""Which service answers which path: the one table, and how a path is found in it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .circuits import Circuit
from .errors import PathRefused
from .upstream import Upstream

ROUTES: Mapping[str, str] = {
    "/v1/talents": "identity",
    "/v1/employers": "identity",
    "/v1/employments": "identity",
    "/v1/codes": "identity",
    "/v1/code-verifications": "identity",
    "/v1/code-keys": "identity",
    "/v1/sessions": "identity",
    "/v1/session-tokens": "identity",
    "/v1/session-keys": "identity",
    "/v1/staff": "identity",
    "/v1/resolutions": "identity",
    "/v1/personal-data/identity": "identity",
    "/v1/personal-data/policy": "policy",
    "/v1/personal-data/postdoc": "postdoc",
    "/v1/personal-data/registration": "registration",
    "/v1/corrections": "policy",
    "/v1/filing-lists": "identity",
    "/v1/facts": "policy",
    "/v1/observations": "policy",
    "/v1/fact-imports": "policy",
    "/v1/matters": "policy",
    "/v1/packs": "policy",
    "/v1/measures": "policy",
    "/v1/evaluations": "policy",
    "/v1/matches": "policy",
    "/v1/entitlements": "policy",
    "/v1/offers": "policy",
    "/v1/applications": "policy",
    "/v1/work-items": "policy",
    "/v1/figures": "policy",
    "/v1/payees": "policy",
    "/v1/budgets": "policy",
    "/v1/payments": "policy",
    "/v1/ledger": "policy",
    "/v1/batches": "policy",
    "/v1/statements": "policy",
    "/v1/differences": "policy",
    "/v1/recoveries": "policy",
    "/v1/activities": "registration",
    "/v1/managed-activities": "registration",
    "/v1/registrations": "registration",
    "/v1/calendar-feeds": "registration",
    "/v1/calendars": "registration",
    "/v1/certificates": "registration",
    "/v1/payment-notices": "registration",
    "/v1/payment-differences": "registration",
    "/v1/stations": "postdoc",
    "/v1/station-applications": "postdoc",
    "/v1/station-register": "postdoc",
    "/v1/disciplines": "postdoc",
    "/v1/rating-follow-ups": "registration",
    "/v1/registration-files": "registration",
    "/v1/advisors": "postdoc",
    "/v1/reviews": "postdoc",
    "/v1/terms": "postdoc",
    "/v1/recruitment-plans": "postdoc",
    "/v1/positions": "postdoc",
    "/v1/candidacies": "postdoc",
    "/v1/fellows": "postdoc",
    "/v1/fellow-certificates": "postdoc",
    "/v1/documents": "postdoc",
    "/v1/panels": "postdoc",
    "/v1/evaluation-rounds": "postdoc",
    "/v1/station-evaluations": "postdoc",
    "/v1/station-warnings": "postdoc",
    "/v1/deadlines": "postdoc",
    "/v1/station-calendars": "postdoc",
    "/v1/grant-calls": "postdoc",
    "/v1/grants": "postdoc",
    "/v1/postdoc-figures": "postdoc",
    "/v1/postdoc-imports": "postdoc",
}
UPLOADS = frozenset(
    {
        "/v1/documents",
        "/v1/fact-imports",
        "/v1/filing-lists",
        "/v1/postdoc-imports/fellows",
        "/v1/postdoc-imports/stations",
        "/v1/registration-files",
    }
)
"""Paths to which a file may be posted, larger than any other body."""
OPERATIONS = "/v1/operations"
"""Each service's own operations stand at this path, a slash and its name."""


_USUAL_DEPTH = 2
"""Segments of most prefixes, which are found at once."""


@dataclass(frozen=True, slots=True)
class Route:
    """A prefix and who answers below it; a mount's application does not see the prefix."""

    prefix: str
    name: str
    upstream: Upstream
    circuit: Circuit
    mounted: bool = False


class RouteTable:
    """Finds the route with the longest prefix, in whole segments."""

    def __init__(self, upstreams: Mapping[str, Upstream], mounts: Mapping[str, Upstream]) -> None:
        """Raise ValueError where the table names a service that is not there."""
        if absent := set(ROUTES.values()) - set(upstreams):
            raise ValueError(f"no upstream for {', '.join(sorted(absent))}")
        circuits = {name: Circuit(name) for name in upstreams}
        named = {**ROUTES, **{f"{OPERATIONS}/{name}": name for name in upstreams}}
        self._routes = {
            prefix: Route(prefix, name, upstreams[name], circuits[name])
            for prefix, name in named.items()
        } | {
            prefix: Route(prefix, prefix.strip("/"), upstream, Circuit(prefix), mounted=True)
            for prefix, upstream in mounts.items()
        }
        self._depth = max(prefix.count("/") for prefix in self._routes)
        self._alone = {
            prefix: route
            for prefix, route in self._routes.items()
            if prefix.count("/") == _USUAL_DEPTH
            and not any(other.startswith(f"{prefix}/") for other in self._routes)
        }
        """Routes of the usual depth below which there are no others."""

    def find(self, path: str) -> Route | None:
        """Return the route of a plain path; a trailing slash is part of no route."""
        if path.endswith("/"):
            return None
        end = path.find("/", path.find("/", 1) + 1)
        route = self._alone.get(path if end < 0 else path[:end])
        if route is not None:
            return route
        parts = path.split("/", self._depth + 1)
        for length in range(min(len(parts), self._depth + 1), 1, -1):
            route = self._routes.get("/".join(parts[:length]))
            if route is not None:
                return route
        return None


_USUAL = re.compile(rb"(?:/[A-Za-z0-9_-][A-Za-z0-9_.-]*)+")
"""Paths that are plain at a first look."""
_PLAIN = re.compile(rb"/|(?:/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)+/?")
_DOTS = re.compile(rb"/\.{1,2}(?:/|\Z)")
_NEEDLESSLY_ENCODED = re.compile(
    rb"%(?:[01].|2[35def]|3[0-9bf]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef])", re.IGNORECASE
)
"""Controls, `# % ; ? / \\` and everything that stands for itself."""


def check_path(raw: bytes, decoded: str) -> None:
    """Refuse what two readers could take for two paths; raises PathRefused.

    Nothing is normalised: what passed here is what route table and service see.
    """
    if _USUAL.fullmatch(raw) is not None:
        return
    if (
        _PLAIN.fullmatch(raw) is None
        or _DOTS.search(raw) is not None
        or (b"%" in raw and _NEEDLESSLY_ENCODED.search(raw) is not None)
        or "\ufffd" in decoded  # not UTF-8
    ):
        raise PathRefused
