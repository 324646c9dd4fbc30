"""The endpoints of what the office does to stations, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import Endpoint

SEEN = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})
OFFICE = frozenset({Role.STATION_ADMIN})
STATION = "/v1/stations/{station_id}"
REASON = {"reason": "示例批复", "effective_on": "2026-09-01"}


def office(name, body):
    return Endpoint("POST", f"{STATION}/{name}", OFFICE, body, versioned=True)


ROWS = (
    Endpoint("GET", STATION + "/entries", SEEN),
    office("changes", REASON | {"name": {"zh": "新名", "en": "New name"}}),
    office("model-mark", REASON | {"model": True}),
    office("suspension", REASON),
    office("resumption", REASON),
    office("merger", REASON | {"successor_id": "{station_id}"}),
    Endpoint("GET", STATION + "/revocation-notice", SEEN),
    Endpoint("POST", STATION + "/revocation-notice", OFFICE, {"reason": "两年未招收"}),
    Endpoint(
        "POST",
        STATION + "/revocation-notice/statement",
        frozenset({Role.EMPLOYER}),
        {"words": "已制定招收计划"},
    ),
    Endpoint("POST", STATION + "/revocation-notice/withdrawal", OFFICE, {"reason": "已整改"}),
    office("revocation", REASON),
)


async def staged(world, ids):
    return {}
