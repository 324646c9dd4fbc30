"""The endpoints of fellows, and what they act upon."""

from talent_kit.auth import Role
from talent_kit.testing.stage import SIGNED_IN, Endpoint

UNIT = frozenset({Role.EMPLOYER})
PARTIES = frozenset({Role.TALENT, Role.EMPLOYER, Role.STATION_ADMIN})
LISTERS = frozenset({Role.EMPLOYER, Role.STATION_ADMIN, Role.AUDITOR})
APPLICATION = {
    "talent_id": "{applicant_id}",
    "station_id": "{station_id}",
    "discipline": "0812",
    "arrangement": "full_time",
    "doctorate": "awaited",
}

ROWS = (
    Endpoint("POST", "/v1/fellows", UNIT, APPLICATION),
    Endpoint("GET", "/v1/fellows", LISTERS),
    Endpoint("GET", "/v1/fellows/me", frozenset({Role.TALENT})),
    Endpoint("GET", "/v1/fellows/{fellow_id}", SIGNED_IN),
    Endpoint("GET", "/v1/fellows/{fellow_id}/entries", SIGNED_IN),
    Endpoint("GET", "/v1/fellows/{fellow_id}/periods", SIGNED_IN),
    Endpoint("GET", "/v1/fellows/{fellow_id}/next", SIGNED_IN),
    Endpoint(
        "POST",
        "/v1/fellows/{fellow_id}/entries",
        PARTIES,
        {"kind": "left_early", "on": "2026-09-01", "ground": "other"},
    ),
    Endpoint(
        "POST",
        "/v1/fellows/{fellow_id}/entries/{entry_id}/correction",
        frozenset({Role.STATION_ADMIN}),
        {"reason": "example", "content": {"kind": "submitted"}},
    ),
)


async def staged(world, ids):
    """Apply for a doctor at the station of the unit that `agent` acts for."""
    talent = await world.talent()
    agent = world.running.issuer.headers("agent", Role.EMPLOYER)
    body = APPLICATION | {"talent_id": str(talent.id), "station_id": ids["station_id"]}
    answer = await world.send("POST", "/v1/fellows", agent, json=body)
    assert answer.status_code == 201, answer.text
    return {
        "applicant_id": str(talent.id),
        "fellow_id": answer.json()["id"],
        "entry_id": answer.json()["id"],
    }
